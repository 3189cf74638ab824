//! Which failures each mutation has: an interface for each, so that introspection tells.

use std::borrow::Cow;

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::resolver_utils::{ContainerType, Fields, resolve_container};
use async_graphql::{
    Context, ContextSelectionSet, InterfaceType, OutputType, Positioned, ServerResult, Value,
};

use super::user_error::{
    DuplicateItemsError, EmailTakenError, ListSizeError, LockoutError, NameTakenError,
    NodesNotFoundError, OutOfScopeError, ProtectedError, SignInError, StaleVersionError,
    StringConstraintError, TitleTakenError, UserError,
};

/// The interface of one mutation's failures: a user error that only certain concrete types implement,
/// so that introspection says which failures there can be.
macro_rules! mutation_error {
    ($(#[doc = $doc:literal])* $name:ident: $($concrete:ident),+) => {
        $(#[doc = $doc])*
        pub struct $name(UserError);

        impl From<UserError> for $name {
            fn from(error: UserError) -> Self {
                Self(error)
            }
        }

        impl OutputType for $name {
            fn type_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn introspection_type_name(&self) -> Cow<'static, str> {
                self.0.introspection_type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
                    let description = concat!($($doc, "\n"),+).trim();
                    let concrete = [$($concrete::create_type_info(registry)),+];
                    interface(registry, stringify!($name), description, &concrete)
                })
            }

            async fn resolve(
                &self,
                ctx: &ContextSelectionSet<'_>,
                _field: &Positioned<Field>,
            ) -> ServerResult<Value> {
                resolve_container(ctx, self).await
            }
        }

        impl ContainerType for $name {
            async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
                self.0.resolve_field(ctx).await
            }

            fn collect_all_fields<'a>(
                &'a self,
                ctx: &ContextSelectionSet<'a>,
                fields: &mut Fields<'a>,
            ) -> ServerResult<()> {
                self.0.collect_all_fields(ctx, fields)
            }
        }

        impl InterfaceType for $name {}
    };
}

mutation_error! {
    /// What can be wrong when a role is made.
    CreateRoleError: NameTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        OutOfScopeError
}
mutation_error! {
    /// What can be wrong when a group is made.
    CreateGroupError: TitleTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        NodesNotFoundError, OutOfScopeError, LockoutError
}

mutation_error! {
    /// What can be wrong when a role is changed.
    UpdateRoleError: NameTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        NodesNotFoundError, StaleVersionError, OutOfScopeError, LockoutError, ProtectedError
}
mutation_error! {
    /// What can be wrong when a role is deleted.
    DeleteRoleError: NodesNotFoundError, StaleVersionError, OutOfScopeError, ProtectedError
}
mutation_error! {
    /// What can be wrong when a group is changed.
    UpdateGroupError: TitleTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        NodesNotFoundError, StaleVersionError, OutOfScopeError, LockoutError, ProtectedError
}
mutation_error! {
    /// What can be wrong when a group is deleted.
    DeleteGroupError: NodesNotFoundError, StaleVersionError, OutOfScopeError, LockoutError,
        ProtectedError
}
mutation_error! {
    /// What can be wrong when a user is made.
    CreateUserError: EmailTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        NodesNotFoundError, OutOfScopeError
}
mutation_error! {
    /// What can be wrong when a user is changed.
    UpdateUserError: EmailTakenError, StringConstraintError, ListSizeError, DuplicateItemsError,
        NodesNotFoundError, StaleVersionError, OutOfScopeError, LockoutError
}
mutation_error! {
    /// What can be wrong when a user is blocked, unblocked, deleted or restored.
    SetUserStatusError: NodesNotFoundError, StaleVersionError, OutOfScopeError, LockoutError,
        ProtectedError
}
mutation_error! {
    /// What can be wrong when an API token is made.
    CreateApiTokenError: StringConstraintError, ListSizeError
}
mutation_error! {
    /// What can be wrong when an API token is ended.
    RevokeApiTokenError: NodesNotFoundError
}
mutation_error! {
    /// What can be wrong when someone signs in.
    SignInMutationError: SignInError
}
mutation_error! {
    /// What can be wrong when someone changes their password.
    ChangePasswordError: SignInError, StringConstraintError
}
mutation_error! {
    /// What can be wrong when a session is ended.
    RevokeSessionError: NodesNotFoundError
}
mutation_error! {
    /// What can be wrong when failures to sign in are forgotten.
    ClearSignInFailuresError: StringConstraintError, ListSizeError, NodesNotFoundError, OutOfScopeError
}

/// Registers an interface with the fields of `UserError`, which it implements itself.
fn interface(
    registry: &mut Registry,
    name: &str,
    description: &str,
    concrete: &[String],
) -> MetaType {
    UserError::create_type_info(registry);
    let mut fields = None;
    if let Some(MetaType::Interface { fields: shared, .. }) = registry.types.get("UserError") {
        fields = Some(shared.clone());
    }
    registry.add_implements(name, "UserError");
    let possible_types = concrete.iter().map(|ty| ty.trim_end_matches('!').to_owned());
    let possible_types: Vec<String> = possible_types.collect();
    for ty in &possible_types {
        registry.add_implements(ty, name);
    }
    MetaType::Interface {
        name: name.into(),
        description: Some(description.into()),
        fields: fields.unwrap_or_default(),
        possible_types: possible_types.into_iter().collect(),
        extends: false,
        keys: None,
        visible: None,
        inaccessible: false,
        tags: Vec::new(),
        rust_typename: Some(std::any::type_name::<UserError>()),
        directive_invocations: Vec::new(),
        requires_scopes: Vec::new(),
    }
}
