//! Where an error that ends an operation meets GraphQL: it becomes one top-level error with a code.
//! What caused it goes to the log, once, and never to the client.

use std::sync::Arc;

use async_graphql::ErrorExtensions;

use crate::domain::Error;

/// A failure of a whole field, or of several for the same reason. Deliberately not `Display`, so that only
/// its conversion below decides what a client reads.
#[derive(Clone, Debug)]
pub struct Failure(Arc<Error>);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        log(&error);
        Self(Arc::new(error))
    }
}

impl From<Failure> for async_graphql::Error {
    fn from(Failure(error): Failure) -> Self {
        let (code, message) = describe(&error);
        let failure = Self::new(message);
        failure.extend_with(|_, extensions| {
            extensions.set("code", code);
            if let Error::Forbidden(required) = &*error {
                extensions.set("required", required.to_string());
            }
        })
    }
}

/// Tells the log what the client must not see.
pub fn log(error: &Error) {
    match error {
        Error::Conflict(_) => {
            tracing::error!(error = %Chain(error), "other transactions were first each time");
        }
        Error::Unavailable(_) => {
            tracing::error!(error = %Chain(error), "the database is unavailable");
        }
        Error::Invalid(_) | Error::Internal(_) => {
            tracing::error!(error = %Chain(error), "internal error");
        }
        Error::Busy(text) => tracing::warn!(text, "overloaded"),
        Error::Unauthenticated | Error::Forbidden(_) | Error::Input(_) => {}
    }
}

/// The code of an error and what the client reads.
pub fn describe(error: &Error) -> (&'static str, String) {
    match error {
        Error::Unauthenticated => (
            "UNAUTHENTICATED",
            "Nobody is signed in. Sign in, or send a token: Authorization: Bearer rolecall_..."
                .into(),
        ),
        Error::Forbidden(required) => {
            ("FORBIDDEN", format!("You need the access {required} for this."))
        }
        Error::Input(text) => ("BAD_USER_INPUT", text.clone()),
        Error::Busy(text) => ("UNAVAILABLE", (*text).into()),
        Error::Conflict(_) => {
            ("UNAVAILABLE", "Other changes were first, time after time. Try again.".into())
        }
        Error::Unavailable(_) => {
            ("UNAVAILABLE", "The database cannot be reached right now. Try again.".into())
        }
        Error::Invalid(_) | Error::Internal(_) => (
            "INTERNAL",
            "Something went wrong here. The log has the details under this request's id.".into(),
        ),
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
