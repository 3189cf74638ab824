//! Rolecall: a GraphQL gateway for back offices. The map of the house:
//!
//! | room | what it is | what it must never know |
//! |---|---|---|
//! | `entity` (crate) | rows | anything but sea-orm |
//! | `migration` (crate) | the steps of the schema, frozen once released | `entity` |
//! | [`domain`] | the rules: plain async functions `(app, actor, input) -> Result<_, Error>` | GraphQL, HTTP, the command line |
//! | [`graphql`] | the contract: objects that wrap rows, and the road of a request | the database, HTTP |
//! | [`http`] | the transport: GraphQL over HTTP, health, pages, connections | the database |
//! | [`cli`], [`config`], [`telemetry`] | the process: commands, settings, the log | |
//! | [`db`] | connections, transactions, what errors of the database mean | what is stored |
//! | [`app`] | what all of it shares: built once, cloned everywhere | |
//!
//! Nothing imports upward; `tests/house.rs` reads the sources and sees to it. One noun has one file name in
//! every room: to change groups, open the files called `group.rs`.

// That an answer may go from thread to thread is proved through all types that one can hold within another.
#![recursion_limit = "256"]

pub mod app;
pub mod cli;
pub mod config;
pub mod db;
pub mod domain;
pub mod graphql;
pub mod http;
pub mod telemetry;
