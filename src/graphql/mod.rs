//! The contract: objects that wrap rows, resolvers that translate and delegate. Never knows a
//! database or HTTP.

mod access;
mod audit;
mod change;
mod context;
mod datetime;
mod document;
mod error;
mod group;
pub mod limits;
mod mutation_error;
mod node;
mod page;
mod request;
mod role;
mod rule;
mod session;
mod shape;
mod siblings;
mod subscription;
mod token;
mod types;
mod user;
mod user_error;
mod validation;
mod variables;

use async_graphql::{MergedObject, SDLExportOptions};

use change::Subscription;
pub use context::SessionChange;
pub use limits::{Limits, Refusal};
pub use request::{Api, Introspection, Prepared, Question, coded, failure};

/// The entry points for reading.
#[derive(Default, MergedObject)]
pub struct Query(
    node::NodeQuery,
    access::ViewerQuery,
    role::RoleQuery,
    group::GroupQuery,
    user::UserQuery,
    token::TokenQuery,
    audit::AuditQuery,
);

/// The entry points for changing. Several in one operation (10 at most, if nothing else is configured) run in
/// order; one that fails does not stop the next. Where one is answered with an entry in errors, data is null as a
/// whole, and says nothing of what the others did.
#[derive(Default, MergedObject)]
pub struct Mutation(
    role::RoleMutation,
    group::GroupMutation,
    user::UserMutation,
    token::TokenMutation,
    session::SessionMutation,
);

type Schema = async_graphql::Schema<Query, Mutation, Subscription>;
type Builder = async_graphql::SchemaBuilder<Query, Mutation, Subscription>;

fn builder() -> Builder {
    let builder = Schema::build(Query::default(), Mutation::default(), Subscription);
    // No field is of this type, so the builder drops it, although the failures implement it.
    builder.register_output_type::<user_error::UserError>()
}

/// The schema in the schema definition language, as `schema.graphql` holds it.
#[must_use]
pub fn sdl() -> String {
    let options = SDLExportOptions::new().include_specified_by().sorted_fields();
    builder().finish().sdl_with_options(options)
}
