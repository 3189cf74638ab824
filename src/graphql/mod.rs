//! The contract: objects that wrap rows, resolvers that translate and delegate. Never knows a
//! database or HTTP.

mod context;
pub mod error;
mod group;
mod node;
mod page;
mod role;
mod user;

use async_graphql::{EmptySubscription, MergedObject, Schema};

/// The entry points for reading.
#[derive(Default, MergedObject)]
pub struct Query(node::NodeQuery, user::ViewerQuery, role::RoleQuery, group::GroupQuery);

/// The entry points for changing.
#[derive(Default, MergedObject)]
pub struct Mutation(role::RoleMutation, group::GroupMutation);

pub type Api = Schema<Query, Mutation, EmptySubscription>;
pub fn schema() -> Api { Schema::build(Query::default(), Mutation::default(), EmptySubscription).finish() }
