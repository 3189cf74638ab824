//! What a GraphQL document may cost: the guard that every document passes on every road, before the
//! parser ([`scan`]) and before validation ([`measure`]).
//!
//! It must not know the schema, touch a database or recurse as deep as its input likes: it runs on what
//! nobody has judged yet. Why it is there, measured on async-graphql 7.2.1:
//! - 3.1 KB of nested list literals overflow the parser's stack and abort the process. `{`, `[` and `(`
//!   are therefore counted in the raw text.
//! - 24 doubling fragments, 953 bytes, take 16 s and 1.2 GB: validation and execution expand
//!   fragments without memory. Here each fragment is measured once.
//! - Of a block string without an end the parser takes two quotation marks for an empty string and
//!   reads on: what a scanner skips as text becomes syntax, nesting again. Each such attempt reads to
//!   the end, 6 s for 64 KiB. So that is refused here, by name.
//! - Every use of a variable copies its whole value: 490 uses of one list of 1 MiB take 39 s. Values
//!   are therefore counted once for each use.
//! - The rule on overlapping fields reads each selection set with all fragments below it and reports
//!   every differing argument; undefined variables are reported for each operation. `merges`,
//!   `arguments`, `variables` and `operations` keep those products small.
//!
//! With these limits the worst document found takes 16 ms to parse and 20 ms and 20 MiB to validate.

use std::fmt;

mod cost;
mod scan;
#[cfg(test)]
mod tests;

pub use cost::{Cost, measure};
pub use scan::{scan, scan_json};

/// The most that a request may come to. Each field is counted for one document or one operation of it,
/// unless it says otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Values in a body: what its JSON becomes takes many times its bytes (a hundred, measured).
    pub body_values: u64,
    /// How long a request may run.
    pub seconds: u64,
    /// Bytes of text.
    pub query_bytes: u64,
    /// Open brackets at any point of the text, of all kinds together. 32 are parsed in 384 KiB of stack
    /// and resolved in 768 KiB without optimisation, in 192 KiB with it; a worker of tokio has 2 MiB.
    pub nesting: u64,
    /// Names, numbers, strings and punctuators in the text, each 1. A sign or a decimal point counts too.
    pub tokens: u64,
    /// Bytes of the longest name or run of digits. Unknown names are compared with all known ones.
    pub name_length: u64,
    /// `@` in the text.
    pub directives: u64,
    /// `...` in the text: fragment spreads and inline fragments.
    pub spreads: u64,
    /// `$` in the text: variables, declared and used.
    pub variables: u64,
    /// Operations in a document. All are validated, one is run.
    pub operations: u64,
    /// Arguments of one field or directive.
    pub arguments: u64,
    /// Nested selection sets, with fragments expanded. async-graphql itself stops one later.
    pub depth: u64,
    /// Fields, spreads and inline fragments of all operations, with fragments expanded.
    pub selections: u64,
    /// Fields that are compared to be merged: for each selection set of the document the fields on its
    /// own level, with fragments expanded.
    pub merges: u64,
    /// Aliases of an operation, with fragments expanded.
    pub aliases: u64,
    /// Values in the arguments of all operations, with fragments and variables expanded: each list,
    /// object and scalar 1, each 256 bytes of text 1 more.
    pub values: u64,
    /// Fields on the top level of a mutation.
    pub root_mutations: u64,
    /// What may read a whole table, in an operation: `totalCount`, and lists with a filter or a search. One
    /// reads 100,000 groups in 9 ms on SQLite.
    pub scans: u64,
    /// `signIn` and `changePassword` in an operation: each is a guess at a password.
    pub sign_ins: u64,
    /// Sockets and event streams that one user has open.
    pub sockets: u64,
    /// Operations that one user has under way over sockets.
    pub socket_operations: u64,
    /// Lists within lists of an introspection: `fields`, `inputFields`, `interfaces`, `possibleTypes`. The
    /// same count and figure as graphql-js has; its own full query needs 1.
    pub introspection_nesting: u64,
    /// Fields that an operation can resolve at most, counting full pages; see [`Cost::complexity`].
    pub complexity: u64,
    /// The largest page: a larger one asked for counts as this, as it is refused later.
    pub page: u64,
    /// The size of a page when none is asked for.
    pub default_page: u64,
    /// The assumed length of a list that has no pages, such as the rules of a role.
    pub list_factor: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1_048_576,
            body_values: 20_000,
            seconds: 30,
            query_bytes: 65_536,
            nesting: 32,
            tokens: 10_000,
            name_length: 128,
            directives: 50,
            spreads: 500,
            variables: 500,
            operations: 20,
            arguments: 12,
            depth: 32,
            selections: 1_000,
            merges: 2_000,
            aliases: 100,
            values: 10_000,
            root_mutations: 10,
            scans: 20,
            sign_ins: 1,
            sockets: 20,
            socket_operations: 100,
            introspection_nesting: 2,
            complexity: 100_000,
            page: 100,
            default_page: 20,
            list_factor: 10,
        }
    }
}

/// A request that exceeds a limit, for the client to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The limit's name: that of its field in [`Limits`], or `unterminated_block_strings`.
    pub limit: &'static str,
    /// The most that it allows.
    pub maximum: u64,
    /// What the request came to; where counting stops at the maximum, as for `depth`, one more.
    pub actual: u64,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let limit = self.limit.replace('_', " ");
        let Self { maximum, actual, .. } = self;
        write!(
            f,
            "The request exceeds the limit on {limit}: it has {actual}, and {maximum} is the most."
        )
    }
}

impl std::error::Error for Refusal {}

/// Refuses what is above its maximum.
fn check(limit: &'static str, maximum: u64, actual: u64) -> Result<(), Refusal> {
    if actual > maximum { Err(Refusal { limit, maximum, actual }) } else { Ok(()) }
}
