//! The one place where an error meets GraphQL: violations become typed user errors, everything else
//! one top-level error with a code. What caused it goes to the log, once, and never to the client.

use async_graphql::parser::types::Field;
use async_graphql::registry::{MetaType, MetaTypeId, Registry};
use async_graphql::resolver_utils::{ContainerType, Fields, resolve_container};
use async_graphql::{
    Context, ContextSelectionSet, Enum, ErrorExtensions, ID, Interface, InterfaceType, OutputType,
    Positioned, ServerResult, SimpleObject, Value,
};
use std::borrow::Cow;

use super::group::Group;
use super::role::Role;
use super::user::User;
use crate::domain::Error;
use crate::domain::error::{Fault, ListSize, Taken, TextFault, Violation};

/// A failure of a whole field. Deliberately not `Display`, so that only its conversion below decides
/// what a client reads.
#[derive(Debug)]
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(Failure(error): Failure) -> Self {
        let (code, message) = describe(&error);
        let failure = Self::new(message);
        failure.extend_with(|_, extensions| {
            extensions.set("code", code);
            if let Error::Forbidden(required) = &error {
                extensions.set("required", required.to_string());
            }
        })
    }
}

/// The code of an error and what the client reads; the log gets what the client must not see.
pub fn describe(error: &Error) -> (&'static str, String) {
    match error {
        Error::Unauthenticated => (
            "UNAUTHENTICATED",
            "Nobody is signed in. Send an API token: Authorization: Bearer rolecall_...".into(),
        ),
        Error::Forbidden(required) => (
            "FORBIDDEN",
            format!("You need the access {required} for this."),
        ),
        Error::Input(text) => ("BAD_USER_INPUT", text.clone()),
        Error::Conflict(_) | Error::Unavailable(_) => {
            tracing::error!(error = %Chain(error), "the database is unavailable");
            (
                "UNAVAILABLE",
                "The database cannot be reached right now. Nothing was changed; try again.".into(),
            )
        }
        Error::Invalid(_) | Error::Internal(_) => {
            tracing::error!(error = %Chain(error), "internal error");
            (
                "INTERNAL",
                "Something went wrong here. The log has the details under this request's id.".into(),
            )
        }
    }
}

/// An error with everything that caused it, in one line.
struct Chain<'a>(&'a dyn std::error::Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            write!(f, ": {error}")?;
            source = error.source();
        }
        Ok(())
    }
}

/// Splits the outcome of a mutation: what was made, or what was wrong with the input.
pub fn user_errors<T, E: From<UserError>>(
    outcome: Result<Option<T>, Error>,
) -> Result<(Option<T>, Vec<E>), Failure> {
    match outcome {
        Ok(made) => Ok((made, Vec::new())),
        Err(Error::Invalid(violations)) => {
            let errors = violations.into_iter().map(UserError::from).map(E::from);
            Ok((None, errors.collect()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What kind of failure a user error is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// Something else has this unique value.
    Taken,
    /// There is nothing to see in the text.
    Blank,
    /// The text has fewer characters than it must.
    TooShort,
    /// The text has more characters than it may.
    TooLong,
    /// The text is not written the way it must be.
    InvalidFormat,
    /// The password is easy to guess.
    TooWeak,
    /// The list has fewer items than it must.
    TooFewItems,
    /// The list has more items than it may.
    TooManyItems,
    /// The same item stands twice in a list.
    DuplicateItem,
    /// An id names nothing, or nothing that the viewer may see.
    NotFound,
    /// An id names something of another type.
    WrongType,
    /// The viewer may not hand out or touch access that they lack.
    OutOfScope,
    /// Afterwards no active user could administer the system.
    WouldLockOut,
}

/// Every expected failure of a mutation. Message, code and path can be selected without a fragment.
#[derive(Interface)]
#[graphql(
    field(name = "message", ty = "String", desc = "For people to read. Never parse it."),
    field(name = "code", ty = "UserErrorCode", desc = "What kind of failure this is."),
    field(
        name = "path",
        ty = "Vec<String>",
        desc = "From the argument to the offending value, list indexes as decimal strings: [\"input\", \"roleIds\", \"2\"]. Empty when the whole request is at fault."
    )
)]
pub enum UserError {
    TitleTaken(TitleTakenError),
    NameTaken(NameTakenError),
    EmailTaken(EmailTakenError),
    StringConstraint(StringConstraintError),
    ListSize(ListSizeError),
    DuplicateItems(DuplicateItemsError),
    NodesNotFound(NodesNotFoundError),
    OutOfScope(OutOfScopeError),
    Lockout(LockoutError),
}

/// A concrete error type: the three fields that all have, and its own.
macro_rules! concrete {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// For people to read. Never parse it.
            message: String,
            /// What kind of failure this is.
            #[graphql(owned)]
            code: UserErrorCode,
            /// From the argument to the offending value, list indexes as decimal strings. Empty when the
            /// whole request is at fault.
            #[graphql(owned)]
            path: Vec<String>,
            $($(#[$field_doc])* $field: $type,)*
        }
    };
}

concrete! {
    /// TAKEN: a group has this title.
    TitleTakenError {
        /// The title as compared.
        normalized_value: String,
        /// The group that has it. Null when the viewer may not see it.
        existing_group: Option<Group>,
    }
}
concrete! {
    /// TAKEN: a role has this name.
    NameTakenError {
        /// The name as compared.
        normalized_value: String,
        /// The role that has it. Null when the viewer may not see it.
        existing_role: Option<Role>,
    }
}
concrete! {
    /// TAKEN: a user, of whatever status, has this e-mail address.
    EmailTakenError {
        /// The address as compared.
        normalized_value: String,
        /// The user who has it. Null when the viewer may not see them.
        existing_user: Option<User>,
    }
}
concrete! {
    /// BLANK, TOO_SHORT, TOO_LONG, INVALID_FORMAT, TOO_WEAK: a text is not as it must be.
    StringConstraintError {
        /// The fewest characters allowed, if that is the point.
        min: Option<i32>,
        /// The most characters allowed, if that is the point.
        max: Option<i32>,
        /// Counted in Unicode scalar values after trimming and NFC.
        actual: Option<i32>,
    }
}
concrete! {
    /// TOO_FEW_ITEMS, TOO_MANY_ITEMS: a list is not as long as it must be.
    ListSizeError {
        /// The fewest items allowed.
        min: Option<i32>,
        /// The most items allowed.
        max: Option<i32>,
        /// How many there are.
        actual: Option<i32>,
    }
}
concrete! {
    /// DUPLICATE_ITEM: the same item twice in one list.
    DuplicateItemsError {
        /// The repeated ids; empty for items without ids, whose path then names the repetition.
        affected_ids: Vec<ID>,
    }
}
concrete! {
    /// NOT_FOUND, WRONG_TYPE: every bad id of one list in one error. What the viewer may not see is
    /// NOT_FOUND; so is a malformed id.
    NodesNotFoundError {
        /// The type that the ids should name.
        expected_type: String,
        /// The bad ids, as they were given.
        affected_ids: Vec<ID>,
    }
}
concrete! {
    /// OUT_OF_SCOPE: the viewer may use the mutation, but not grant or touch these, because they carry
    /// access that the viewer lacks.
    OutOfScopeError {
        /// The ids that carry it, as they were given; empty for rules, which have none yet.
        affected_ids: Vec<ID>,
        /// One access that the viewer lacks, as bundle/controller/action.
        example: String,
    }
}
concrete! {
    /// WOULD_LOCK_OUT: afterwards no active user could administer the system.
    LockoutError {}
}

impl From<Violation> for UserError {
    fn from(violation: Violation) -> Self {
        let mut path = violation.path;
        if !path.is_empty() {
            path.insert(0, "input".into());
        }
        match violation.fault {
            Fault::TitleTaken(Taken { key, holder }) => TitleTakenError {
                message: "A group with this title exists already.".into(),
                code: UserErrorCode::Taken,
                path,
                normalized_value: key,
                existing_group: holder.map(Group::from),
            }
            .into(),
            Fault::NameTaken(Taken { key, holder }) => NameTakenError {
                message: "A role with this name exists already.".into(),
                code: UserErrorCode::Taken,
                path,
                normalized_value: key,
                existing_role: holder.map(Role::from),
            }
            .into(),
            Fault::EmailTaken(Taken { key, holder }) => EmailTakenError {
                message: "A user with this e-mail address exists already.".into(),
                code: UserErrorCode::Taken,
                path,
                normalized_value: key,
                existing_user: holder.map(User),
            }
            .into(),
            Fault::Text(fault) => text_error(fault, path).into(),
            Fault::TooFewItems(size) => {
                let message = format!("At least {} needed.", count(size.min));
                list_size_error(UserErrorCode::TooFewItems, message, size, path).into()
            }
            Fault::TooManyItems(size) => {
                let message = format!("At most {} allowed, not {}.", count(size.max), size.actual);
                list_size_error(UserErrorCode::TooManyItems, message, size, path).into()
            }
            Fault::DuplicateItems(ids) => DuplicateItemsError {
                message: "The same item stands here more than once.".into(),
                code: UserErrorCode::DuplicateItem,
                path,
                affected_ids: ids.into_iter().map(ID).collect(),
            }
            .into(),
            Fault::NotFound(wrong) => NodesNotFoundError {
                message: format!("There is no such {}.", wrong.expected.to_lowercase()),
                code: UserErrorCode::NotFound,
                path,
                expected_type: wrong.expected.into(),
                affected_ids: wrong.ids.into_iter().map(ID).collect(),
            }
            .into(),
            Fault::WrongType(wrong) => NodesNotFoundError {
                message: format!("This is not the id of a {}.", wrong.expected.to_lowercase()),
                code: UserErrorCode::WrongType,
                path,
                expected_type: wrong.expected.into(),
                affected_ids: wrong.ids.into_iter().map(ID).collect(),
            }
            .into(),
            Fault::OutOfScope { ids, example } => OutOfScopeError {
                message: format!("This carries access that you lack yourself, such as {example}."),
                code: UserErrorCode::OutOfScope,
                path,
                affected_ids: ids.into_iter().map(ID).collect(),
                example,
            }
            .into(),
            Fault::WouldLockOut => LockoutError {
                message: "Afterwards nobody could administer the system any more.".into(),
                code: UserErrorCode::WouldLockOut,
                path,
            }
            .into(),
        }
    }
}

fn text_error(fault: TextFault, path: Vec<String>) -> StringConstraintError {
    let (code, message, min, max, actual) = match fault {
        TextFault::Blank => {
            let message = "This must not be blank.".into();
            (UserErrorCode::Blank, message, Some(1), None, None)
        }
        TextFault::TooShort { min, actual } => {
            let message = format!("At least {min} characters are needed, and these are {actual}.");
            (UserErrorCode::TooShort, message, Some(min), None, Some(actual))
        }
        TextFault::TooLong { max, actual } => {
            let message = format!("At most {max} characters are allowed, and these are {actual}.");
            (UserErrorCode::TooLong, message, None, Some(max), Some(actual))
        }
        TextFault::InvalidFormat(reason) => {
            let message = format!("This {reason}.");
            (UserErrorCode::InvalidFormat, message, None, None, None)
        }
        TextFault::TooWeak(reason) => {
            let message = format!("This password is too weak. {reason}");
            (UserErrorCode::TooWeak, message, None, None, None)
        }
    };
    StringConstraintError {
        message,
        code,
        path,
        min: min.map(int),
        max: max.map(int),
        actual: actual.map(int),
    }
}

fn list_size_error(
    code: UserErrorCode,
    message: String,
    size: ListSize,
    path: Vec<String>,
) -> ListSizeError {
    ListSizeError {
        message,
        code,
        path,
        min: Some(int(size.min)),
        max: Some(int(size.max)),
        actual: Some(int(size.actual)),
    }
}

fn count(items: usize) -> String {
    match items {
        1 => "one item is".into(),
        items => format!("{items} items are"),
    }
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

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
