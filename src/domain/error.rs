//! What can be wrong, as values with data. A [`Violation`] is an expected failure of a mutation and
//! becomes a user error; an [`Error`] ends the operation. Nothing here speaks of GraphQL.

use std::cmp::Ordering;
use std::fmt;

use entity::{group, role, user};
use sea_orm::DbErr;

use super::capability::Capability;
use super::id::Kind;
use crate::db::{self, Diagnosis};

/// Why an operation did not happen.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("nobody is signed in")]
    Unauthenticated,
    #[error("the access {0} is required")]
    Forbidden(Capability),
    /// An argument of a query that no answer exists for; the text is for the caller.
    #[error("{0}")]
    Input(String),
    /// Everything that is wrong with the input of a mutation, in order.
    #[error("{} violations", .0.len())]
    Invalid(Vec<Violation>),
    /// Another transaction was first: a unique value was taken, a row that this one leans on went,
    /// or the database chose this one to give way. Looking again tells which.
    #[error("another transaction was first")]
    Conflict(#[source] DbErr),
    /// Too much is asked for at once, as the text for the caller says; trying again later can help.
    #[error("{0}")]
    Busy(&'static str),
    /// The database cannot be reached or is overloaded; trying again later can help.
    #[error("the database is unavailable")]
    Unavailable(#[source] DbErr),
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// Wraps a failure that no caller can mend.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        match db::diagnose(&error) {
            Diagnosis::Conflict => Self::Conflict(error),
            Diagnosis::Unavailable => Self::Unavailable(error),
            Diagnosis::Other => Self::internal(error),
        }
    }
}

/// One thing that is wrong with an input, and where.
#[derive(Clone, Debug)]
pub struct Violation {
    /// From the input's field to the offending value; list indexes as decimal strings. Empty when the
    /// whole request is at fault.
    pub path: Vec<String>,
    pub fault: Fault,
}

/// What is wrong, with all that a caller needs to mend it.
#[derive(Clone, Debug)]
pub enum Fault {
    TitleTaken(Taken<group::Model>),
    NameTaken(Taken<role::Model>),
    EmailTaken(Taken<user::Model>),
    Text(TextFault),
    TooFewItems(ListSize),
    TooManyItems(ListSize),
    /// The same value twice in one list, or what is there already; the ids are empty for values
    /// without one.
    DuplicateItems(Vec<String>),
    /// Both added and removed.
    ContradictoryItems(Vec<String>),
    NotFound(WrongIds),
    WrongType(WrongIds),
    OutOfScope {
        ids: Vec<String>,
        /// One access that the actor lacks, as bundle/controller/action.
        example: String,
    },
    WouldLockOut,
    /// It is no longer as the one who changes it saw it.
    Stale {
        expected: i32,
        current: Subject,
    },
    /// What the system or the actor themselves lean on.
    Protected(Subject),
    /// A wrong e-mail address or password, or a user who may not sign in.
    InvalidCredentials,
    /// Not one's own password.
    WrongPassword,
    /// Too many of these lately.
    RateLimited {
        /// In seconds.
        retry_after: i32,
    },
    /// What other things still lean on.
    InUse {
        subject: Subject,
        /// How many they are.
        used_by: i32,
    },
}

/// What a change is about, as it is now.
#[derive(Clone, Debug)]
pub enum Subject {
    Role(role::Model),
    Group(group::Model),
    User(user::Model),
}

impl Subject {
    /// The version there is.
    #[must_use]
    pub fn version(&self) -> i32 {
        match self {
            Self::Role(role) => role.version,
            Self::Group(group) => group.version,
            Self::User(user) => user.version,
        }
    }

    fn noun(&self) -> &'static str {
        match self {
            Self::Role(_) => "role",
            Self::Group(_) => "group",
            Self::User(_) => "user",
        }
    }
}

/// A unique value that something else has.
#[derive(Clone, Debug)]
pub struct Taken<T> {
    /// The value as compared.
    pub key: String,
    /// What has it; `None` when the actor may not see it.
    pub holder: Option<T>,
}

/// What is wrong with a text. Lengths count Unicode scalar values after trimming and NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TextFault {
    Blank,
    TooShort { min: usize, actual: usize },
    TooLong { max: usize, actual: usize },
    InvalidFormat(&'static str),
    TooWeak(String),
}

/// A text that was read, or everything that is wrong with it.
pub type Parsed<T> = Result<T, Vec<TextFault>>;

/// How many items a list may have, and how many it has.
#[derive(Clone, Copy, Debug)]
pub struct ListSize {
    pub min: usize,
    pub max: usize,
    pub actual: usize,
}

/// Ids that name nothing, or something else than expected.
#[derive(Clone, Debug)]
pub struct WrongIds {
    /// The type that was expected.
    pub expected: Kind,
    /// As they were given, in the order they were given.
    pub ids: Vec<String>,
}

impl Fault {
    /// The machine-readable code: a value of the API's enum `UserErrorCode`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TitleTaken(_) | Self::NameTaken(_) | Self::EmailTaken(_) => "TAKEN",
            Self::Text(TextFault::Blank) => "BLANK",
            Self::Text(TextFault::TooShort { .. }) => "TOO_SHORT",
            Self::Text(TextFault::TooLong { .. }) => "TOO_LONG",
            Self::Text(TextFault::InvalidFormat(_)) => "INVALID_FORMAT",
            Self::Text(TextFault::TooWeak(_)) => "TOO_WEAK",
            Self::TooFewItems(_) => "TOO_FEW_ITEMS",
            Self::TooManyItems(_) => "TOO_MANY_ITEMS",
            Self::DuplicateItems(_) => "DUPLICATE_ITEM",
            Self::NotFound(_) => "NOT_FOUND",
            Self::WrongType(_) => "WRONG_TYPE",
            Self::OutOfScope { .. } => "OUT_OF_SCOPE",
            Self::WouldLockOut => "WOULD_LOCK_OUT",
            Self::ContradictoryItems(_) => "CONTRADICTORY_ITEM",
            Self::Stale { .. } => "STALE_VERSION",
            Self::Protected(_) => "PROTECTED",
            Self::InUse { .. } => "IN_USE",
            Self::InvalidCredentials | Self::WrongPassword => "INVALID_CREDENTIALS",
            Self::RateLimited { .. } => "RATE_LIMITED",
        }
    }
}

impl TextFault {
    /// The fewest and the most characters allowed and how many there are, as far as that is the point.
    #[must_use]
    pub fn lengths(&self) -> [Option<usize>; 3] {
        match *self {
            Self::Blank => [Some(1), None, Some(0)],
            Self::TooShort { min, actual } => [Some(min), None, Some(actual)],
            Self::TooLong { max, actual } => [None, Some(max), Some(actual)],
            Self::InvalidFormat(_) | Self::TooWeak(_) => [None; 3],
        }
    }
}

/// What a person reads.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TitleTaken(_) => f.write_str("A group with this title exists already."),
            Self::NameTaken(_) => f.write_str("A role with this name exists already."),
            Self::EmailTaken(_) => f.write_str("A user with this e-mail address exists already."),
            Self::Text(fault) => fault.fmt(f),
            Self::TooFewItems(size) => match size.min {
                1 => f.write_str("Choose at least one."),
                min => write!(f, "Choose at least {min}."),
            },
            Self::TooManyItems(ListSize { max, actual, .. }) => {
                write!(f, "At most {max} are allowed, and these are {actual}.")
            }
            Self::DuplicateItems(_) => f.write_str("The same item stands here more than once."),
            Self::ContradictoryItems(_) => {
                f.write_str("The same item is to be added and to be removed.")
            }
            Self::NotFound(wrong) => {
                write!(f, "There is no such {}.", wrong.expected.noun())
            }
            Self::WrongType(wrong) => {
                let noun = wrong.expected.noun();
                let article = if noun.starts_with(['A', 'a']) { "an" } else { "a" };
                write!(f, "This is not the id of {article} {noun}.")
            }
            Self::OutOfScope { example, .. } => {
                write!(f, "This carries access that you lack yourself, such as {example}.")
            }
            Self::WouldLockOut => {
                f.write_str("Afterwards nobody could administer the system any more.")
            }
            Self::Stale { current, .. } => {
                write!(f, "Someone else changed this {} meanwhile.", current.noun())
            }
            Self::Protected(Subject::User(_)) => {
                f.write_str("You cannot block or delete yourself.")
            }
            Self::Protected(Subject::Role(_)) => {
                f.write_str("This is the built-in role of administrators: it stays as it is.")
            }
            Self::Protected(Subject::Group(_)) => f.write_str(
                "This is the built-in group of administrators: it stays, and keeps their role.",
            ),
            Self::InvalidCredentials => f.write_str("This e-mail address or password is wrong."),
            Self::WrongPassword => f.write_str("This is not your password."),
            Self::RateLimited { retry_after } => {
                let wait = counted((retry_after + 59) / 60, "minute");
                write!(f, "That was wrong too often. Try again in {wait}.")
            }
            Self::InUse { subject: Subject::Role(_), used_by } => {
                write!(f, "This role still belongs to {}.", counted(*used_by, "group"))
            }
            Self::InUse { subject, used_by } => {
                write!(f, "This {} still has {}.", subject.noun(), counted(*used_by, "user"))
            }
        }
    }
}

impl fmt::Display for TextFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blank => f.write_str("This must not be blank."),
            Self::TooShort { min, actual } => {
                write!(f, "At least {min} characters are needed, and these are {actual}.")
            }
            Self::TooLong { max, actual } => {
                write!(f, "At most {max} characters are allowed, and these are {actual}.")
            }
            Self::InvalidFormat(reason) => write!(f, "This {reason}."),
            Self::TooWeak(reason) => write!(f, "This password is too weak. {reason}"),
        }
    }
}

fn counted(number: i32, noun: &str) -> String {
    if number == 1 { format!("one {noun}") } else { format!("{number} {noun}s") }
}

/// Collects everything that is wrong, so that one answer can say it all.
#[derive(Clone, Debug, Default)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Notes a fault at a path.
    pub fn add(&mut self, path: &[&str], fault: Fault) {
        let path = path.iter().map(ToString::to_string).collect();
        self.0.push(Violation { path, fault });
    }

    /// The parsed text, or `None` with its faults noted.
    pub fn text<T>(&mut self, path: &[&str], parsed: Parsed<T>) -> Option<T> {
        let faults = match parsed {
            Ok(text) => return Some(text),
            Err(faults) => faults,
        };
        for fault in faults {
            self.add(path, Fault::Text(fault));
        }
        None
    }

    /// Notes that something is not of the version that a change was made for.
    pub fn version(&mut self, expected: Option<i32>, current: &Subject) {
        if let Some(expected) = expected.filter(|expected| *expected != current.version()) {
            let current = current.clone();
            self.add(&["expectedVersion"], Fault::Stale { expected, current });
        }
    }

    /// Whether nothing was wrong so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it, ordered by path then code.
    #[must_use]
    pub fn into_error(mut self) -> Error {
        self.0.sort_by(|a, b| {
            compare_paths(&a.path, &b.path).then_with(|| a.fault.code().cmp(b.fault.code()))
        });
        Error::Invalid(self.0)
    }
}

impl From<Fault> for Error {
    /// A fault of the whole request.
    fn from(fault: Fault) -> Self {
        let path = Vec::new();
        Self::Invalid(vec![Violation { path, fault }])
    }
}

/// List indexes in the order of their numbers, everything else in the order of the alphabet.
fn compare_paths(a: &[String], b: &[String]) -> Ordering {
    let segments = a.iter().zip(b).map(|(a, b)| match (a.parse::<usize>(), b.parse::<usize>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    });
    segments.into_iter().find(|order| order.is_ne()).unwrap_or_else(|| a.len().cmp(&b.len()))
}
