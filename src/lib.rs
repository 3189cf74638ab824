//! Rolecall: who may do what in a back office, as a GraphQL gateway.
pub mod app;
pub mod db;
pub mod domain;
pub mod graphql;
