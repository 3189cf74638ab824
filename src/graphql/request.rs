//! The one road that every operation takes, whatever brought it: guard, parse, measure, validate, check
//! the variables, execute, and put the errors right. Documents that passed once are remembered by their
//! text and neither parsed nor validated again.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::Arc;

use super::context::{Caller, SessionChange};
use super::document::{Document, Documents, Operation};
use super::limits::{self, Limits, Refusal};
use super::types::Types;
use super::{Schema, builder, subscription, validation, variables};
use crate::app::App;
use crate::domain::{Actor, Error};
use async_graphql::extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute};
use async_graphql::parser::types::{DocumentOperations, ExecutableDocument, OperationType};
use async_graphql::parser::{self, parse_query};
use async_graphql::{
    ErrorExtensionValues, Pos, Request, Response, ServerError, ValidationMode, Variables,
};
use futures_util::stream::BoxStream;
use futures_util::{StreamExt, future};

/// Validation errors that an answer holds: a hostile document has tens of thousands.
const MAX_ERRORS: usize = 20;

/// Who may ask for the schema.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Introspection {
    Everyone,
    #[default]
    SignedIn,
    Nobody,
}

/// What a client sends: a document, which of its operations to run, and with which variables.
#[derive(Debug, Default)]
pub struct Question {
    pub query: String,
    pub operation_name: Option<String>,
    pub variables: Variables,
}

/// An operation that passed every check and can be executed.
#[derive(Debug)]
pub struct Prepared {
    operation: Arc<Operation>,
    document: ExecutableDocument,
    variables: Variables,
}

impl Prepared {
    /// Whether it queries, mutates or subscribes.
    #[must_use]
    pub fn kind(&self) -> OperationType {
        self.operation.definition.node.ty
    }

    /// The operation's name, if it has one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.operation.name.as_deref()
    }
}

impl Prepared {
    fn request(self, caller: Arc<Caller>) -> (Request, Arc<Operation>) {
        let Self { operation, mut document, variables } = self;
        variables::remove_absent(&mut document, &variables);
        let mut request = Request::new(String::new()).variables(variables).data(caller);
        request.set_parsed_query(document);
        (request, operation)
    }
}

/// Gives every error its code, and puts fields and nulls where they belong.
fn finish(mut response: Response, operation: &Operation) -> Response {
    for error in &mut response.errors {
        let extensions = error.extensions.get_or_insert_default();
        if extensions.get("code").is_none() {
            // Ours have one, and of arguments only one fault is left: see `validation`.
            extensions.set("code", "BAD_USER_INPUT");
            error.message = "A variable is null where this field may not be given null.".into();
        }
    }
    operation.shape.complete(&mut response);
    response
}

/// The API: its schema and everything that guards it.
pub struct Api {
    /// Executes what was validated before.
    schema: Schema,
    /// Validate and execute nothing. Only those who are signed in are told what they may have meant.
    helpful: Schema,
    reticent: Schema,
    types: Types,
    limits: Limits,
    introspection: Introspection,
    documents: Documents,
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("limits", &self.limits).finish_non_exhaustive()
    }
}

impl Api {
    /// Builds the schema and reads its types. Fails only when the schema itself is wrong.
    pub fn new(limits: Limits, introspection: Introspection) -> Result<Self, parser::Error> {
        let schema = builder().validation_mode(ValidationMode::Fast).finish();
        Ok(Self {
            types: Types::parse(&schema.sdl())?,
            schema,
            helpful: builder().extension(ValidateOnly).finish(),
            reticent: builder().extension(ValidateOnly).disable_suggestions().finish(),
            limits,
            introspection,
            documents: Documents::default(),
        })
    }

    /// What one request may ask for.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Checks everything that can be checked before anything runs. The errors are those of the request:
    /// an answer with them has no data.
    pub async fn prepare(
        &self,
        question: Question,
        actor: &Actor,
    ) -> Result<Prepared, Vec<ServerError>> {
        let Question { query, operation_name, variables } = question;
        let name = operation_name.as_deref();
        let document = match self.documents.find(&query) {
            Some(document) => document,
            None => self.admit(query, name, &variables, actor).await?,
        };
        let operation = document.operation(name)?;
        let document = operation.to_document();
        let cost = limits::measure(&document, None, &variables, &self.limits)?;
        if cost.introspects {
            self.judge_introspection(actor)?;
        }
        let coerced = variables::coerce(&self.types, &operation.definition.node, variables);
        let variables = coerced.map_err(|faults| {
            let errors = faults.into_iter().map(|fault| coded("BAD_USER_INPUT", fault.0));
            errors.collect::<Vec<_>>()
        })?;
        Ok(Prepared { operation, document, variables })
    }

    /// Executes a prepared query or mutation, and says what became of the client's session.
    pub async fn execute(
        &self,
        prepared: Prepared,
        app: &App,
        actor: Actor,
    ) -> (Response, Option<SessionChange>) {
        let caller = Arc::new(Caller::new(app.clone(), actor));
        let (request, operation) = prepared.request(caller.clone());
        let response = self.schema.execute(request).await;
        (finish(response, &operation), caller.session_change())
    }

    /// Executes a prepared subscription: an answer for each event. When this resolves, it has begun or failed.
    pub async fn subscribe(
        &self,
        prepared: Prepared,
        app: &App,
        actor: Actor,
    ) -> BoxStream<'static, Response> {
        let caller = Arc::new(Caller::new(app.clone(), actor));
        let (request, operation) = prepared.request(caller.clone());
        let answers = self.schema.execute_stream(request);
        let answers = answers.map(move |response| finish(response, &operation)).boxed();
        let mut answers = answers.peekable();
        future::select(Pin::new(&mut answers).peek(), pin!(caller.begun())).await;
        answers.boxed()
    }

    /// Checks a document that was not seen before.
    async fn admit(
        &self,
        query: String,
        name: Option<&str>,
        variables: &Variables,
        actor: &Actor,
    ) -> Result<Arc<Document>, Vec<ServerError>> {
        limits::scan(&query, &self.limits)?;
        let document = parse_query(&query).map_err(|error| parse_failed(&error))?;
        limits::measure(&document, name, variables, &self.limits)?;
        self.validate(&document, actor).await?;
        Ok(self.documents.remember(query, &document, &self.types))
    }

    async fn validate(
        &self,
        document: &ExecutableDocument,
        actor: &Actor,
    ) -> Result<(), Vec<ServerError>> {
        let schema = match actor.require_signed_in() {
            Ok(()) => &self.helpful,
            Err(_) => &self.reticent,
        };
        // Without variables: one name may stand for another type in each operation. What the validator
        // then leaves out, `check_values` judges.
        let mut request = Request::new(String::new());
        let mut exposed = document.clone();
        validation::expose_directives(&mut exposed);
        request.set_parsed_query(exposed);
        if let DocumentOperations::Multiple(operations) = &document.operations {
            request.operation_name = operations.keys().next().map(ToString::to_string);
        }
        let mut errors = schema.execute(request).await.errors;
        if errors.is_empty() {
            errors = validation::check_values(&self.types, document);
        }
        if errors.is_empty() {
            errors = subscription::check(document);
        }
        errors.truncate(MAX_ERRORS);
        for error in &mut errors {
            let extensions = error.extensions.get_or_insert_default();
            extensions.set("code", "GRAPHQL_VALIDATION_FAILED");
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn judge_introspection(&self, actor: &Actor) -> Result<(), Vec<ServerError>> {
        match (self.introspection, actor.require_signed_in()) {
            (Introspection::Everyone, _) | (Introspection::SignedIn, Ok(())) => Ok(()),
            (Introspection::SignedIn, Err(_)) => {
                let text = "Only those who are signed in may read the schema. Sign in, or send a token: \
                            Authorization: Bearer rolecall_...";
                Err(vec![coded("UNAUTHENTICATED", text)])
            }
            (Introspection::Nobody, _) => {
                let text = "Reading the schema is switched off here (ROLECALL_INTROSPECTION).";
                Err(vec![coded("INTROSPECTION_DISABLED", text)])
            }
        }
    }
}

impl From<Refusal> for Vec<ServerError> {
    fn from(refusal: Refusal) -> Self {
        let mut error = coded("LIMIT_EXCEEDED", refusal.to_string());
        if let Some(extensions) = &mut error.extensions {
            extensions.set("limit", refusal.limit);
            extensions.set("maximum", refusal.maximum);
            extensions.set("actual", refusal.actual);
        }
        vec![error]
    }
}

/// An error with a code, for a whole request.
pub fn coded(code: &str, message: impl Into<String>) -> ServerError {
    let mut error = ServerError::new(message, None);
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code);
    error.extensions = Some(extensions);
    error
}

/// A failure before anything ran, such as a database that cannot say who asks.
#[must_use]
pub fn failure(error: &Error) -> ServerError {
    super::error::log(error);
    let (code, message) = super::error::describe(error);
    coded(code, message)
}

fn parse_failed(error: &parser::Error) -> Vec<ServerError> {
    let positions: Vec<Pos> = error.positions().collect();
    let place =
        positions.first().map(|at| format!(" from line {}, column {} on", at.line, at.column));
    let text = format!("Syntax error: the document cannot be read{}.", place.unwrap_or_default());
    let mut coded = coded("GRAPHQL_PARSE_FAILED", text);
    coded.locations = positions;
    vec![coded]
}

/// Stops a schema after validation.
struct ValidateOnly;

impl ExtensionFactory for ValidateOnly {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for ValidateOnly {
    async fn execute(
        &self,
        _: &ExtensionContext<'_>,
        _: Option<&str>,
        _: NextExecute<'_>,
    ) -> Response {
        Response::default()
    }
}
