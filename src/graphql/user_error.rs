//! Failures as data: each violation of the domain as a GraphQL type of its own.

use async_graphql::{Enum, ID, Interface, SimpleObject};

use super::error::Failure;
use super::group::Group;
use super::node::Node;
use super::role::Role;
use super::user::User;
use crate::domain::Error;
use crate::domain::error::{Fault, Subject, Taken, TextFault, Violation};

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
    /// The same item is to be added and to be removed.
    ContradictoryItem,
    /// It changed since the one who changes it saw it.
    StaleVersion,
    /// It is what the system or the viewer themselves lean on.
    Protected,
    /// Other things still use it.
    InUse,
    /// A wrong e-mail address or password, or a user who is not active.
    InvalidCredentials,
    /// It was wrong too often lately.
    RateLimited,
}

/// Every expected failure of a mutation. Message, code and path can be selected without a fragment.
#[derive(Interface)]
#[graphql(
    field(name = "message", ty = "String", desc = "For people to read. Never parse it."),
    field(name = "code", ty = "UserErrorCode", desc = "What kind of failure this is."),
    field(
        name = "path",
        ty = "Vec<String>",
        desc = "From the argument to the offending value, list indexes as decimal strings: [\"input\", \"rules\", \"2\", \"action\"]. Of a list of ids, it is the list, and affectedIds says which. Empty when the whole request is at fault."
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
    StaleVersion(StaleVersionError),
    Protected(ProtectedError),
    SignIn(SignInError),
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
            /// From the argument to the offending value, list indexes as decimal strings; of a list of ids,
            /// the list. Empty when the whole request is at fault.
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
    /// DUPLICATE_ITEM (twice in one list, or a rule the role already has), CONTRADICTORY_ITEM (both added and
    /// removed).
    DuplicateItemsError {
        /// The ids it is about, also that of the rule that the role already has. Empty for new items, which
        /// have none: the path names the repetition.
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
concrete! {
    /// STALE_VERSION, at expectedVersion: it was changed since the one who changes it saw it, be it by
    /// themselves in a request whose answer got lost.
    StaleVersionError {
        /// The version that the change was made for.
        expected_version: i32,
        /// The version there is.
        current_version: i32,
        /// It as it is now.
        current: Option<Node>,
    }
}
concrete! {
    /// PROTECTED: the built-in role or group of administrators, or oneself. IN_USE: a role that groups have,
    /// a group that has users.
    ProtectedError {
        /// What it is about.
        subject: Option<Node>,
        /// How many things still use it, for IN_USE.
        used_by: Option<i32>,
    }
}

concrete! {
    /// INVALID_CREDENTIALS, RATE_LIMITED: signing in failed, or the current password is wrong.
    SignInError {
        /// For RATE_LIMITED: after so many seconds the next attempt counts.
        retry_after_seconds: Option<i32>,
    }
}

impl From<Subject> for Node {
    fn from(subject: Subject) -> Self {
        match subject {
            Subject::Role(row) => Self::Role(row.into()),
            Subject::Group(row) => Self::Group(row.into()),
            Subject::User(row) => Self::User(row.into()),
        }
    }
}

impl From<Violation> for UserError {
    fn from(violation: Violation) -> Self {
        let Violation { mut path, fault } = violation;
        if !path.is_empty() {
            path.insert(0, "input".into());
        }
        let (message, code) = (fault.to_string(), code(&fault));
        match fault {
            Fault::TitleTaken(Taken { key, holder }) => Self::TitleTaken(TitleTakenError {
                message,
                code,
                path,
                normalized_value: key,
                existing_group: holder.map(Group::from),
            }),
            Fault::NameTaken(Taken { key, holder }) => Self::NameTaken(NameTakenError {
                message,
                code,
                path,
                normalized_value: key,
                existing_role: holder.map(Role::from),
            }),
            Fault::EmailTaken(Taken { key, holder }) => Self::EmailTaken(EmailTakenError {
                message,
                code,
                path,
                normalized_value: key,
                existing_user: holder.map(User::from),
            }),
            Fault::Text(fault) => {
                let [min, max, actual] = fault.lengths().map(|length| length.map(int));
                let error = StringConstraintError { message, code, path, min, max, actual };
                Self::StringConstraint(error)
            }
            Fault::TooFewItems(size) | Fault::TooManyItems(size) => Self::ListSize(ListSizeError {
                message,
                code,
                path,
                min: Some(int(size.min)),
                max: Some(int(size.max)),
                actual: Some(int(size.actual)),
            }),
            Fault::DuplicateItems(ids) | Fault::ContradictoryItems(ids) => {
                Self::DuplicateItems(DuplicateItemsError {
                    message,
                    code,
                    path,
                    affected_ids: ids.into_iter().map(ID).collect(),
                })
            }
            Fault::NotFound(wrong) | Fault::WrongType(wrong) => {
                Self::NodesNotFound(NodesNotFoundError {
                    message,
                    code,
                    path,
                    expected_type: wrong.expected.name().into(),
                    affected_ids: wrong.ids.into_iter().map(ID).collect(),
                })
            }
            Fault::OutOfScope { ids, example } => Self::OutOfScope(OutOfScopeError {
                message,
                code,
                path,
                affected_ids: ids.into_iter().map(ID).collect(),
                example,
            }),
            Fault::WouldLockOut => Self::Lockout(LockoutError { message, code, path }),
            Fault::Stale { expected, current } => Self::StaleVersion(StaleVersionError {
                message,
                code,
                path,
                expected_version: expected,
                current_version: current.version(),
                current: Some(current.into()),
            }),
            Fault::Protected(subject) => Self::Protected(ProtectedError {
                message,
                code,
                path,
                subject: Some(subject.into()),
                used_by: None,
            }),
            Fault::InvalidCredentials | Fault::WrongPassword => {
                Self::SignIn(SignInError { message, code, path, retry_after_seconds: None })
            }
            Fault::RateLimited { retry_after } => {
                let retry_after_seconds = Some(retry_after);
                Self::SignIn(SignInError { message, code, path, retry_after_seconds })
            }
            Fault::InUse { subject, used_by } => Self::Protected(ProtectedError {
                message,
                code,
                path,
                subject: Some(subject.into()),
                used_by: Some(used_by),
            }),
        }
    }
}

fn code(fault: &Fault) -> UserErrorCode {
    match fault {
        Fault::TitleTaken(_) | Fault::NameTaken(_) | Fault::EmailTaken(_) => UserErrorCode::Taken,
        Fault::Text(TextFault::Blank) => UserErrorCode::Blank,
        Fault::Text(TextFault::TooShort { .. }) => UserErrorCode::TooShort,
        Fault::Text(TextFault::TooLong { .. }) => UserErrorCode::TooLong,
        Fault::Text(TextFault::InvalidFormat(_)) => UserErrorCode::InvalidFormat,
        Fault::Text(TextFault::TooWeak(_)) => UserErrorCode::TooWeak,
        Fault::TooFewItems(_) => UserErrorCode::TooFewItems,
        Fault::TooManyItems(_) => UserErrorCode::TooManyItems,
        Fault::DuplicateItems(_) => UserErrorCode::DuplicateItem,
        Fault::NotFound(_) => UserErrorCode::NotFound,
        Fault::WrongType(_) => UserErrorCode::WrongType,
        Fault::OutOfScope { .. } => UserErrorCode::OutOfScope,
        Fault::WouldLockOut => UserErrorCode::WouldLockOut,
        Fault::ContradictoryItems(_) => UserErrorCode::ContradictoryItem,
        Fault::Stale { .. } => UserErrorCode::StaleVersion,
        Fault::Protected(_) => UserErrorCode::Protected,
        Fault::InUse { .. } => UserErrorCode::InUse,
        Fault::InvalidCredentials | Fault::WrongPassword => UserErrorCode::InvalidCredentials,
        Fault::RateLimited { .. } => UserErrorCode::RateLimited,
    }
}

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
