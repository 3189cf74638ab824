//! What the API does, seen from outside, on SQLite and on PostgreSQL alike.

#![expect(clippy::unwrap_used, reason = "what should be there and is not fails the test")]

mod support;

mod access;
mod answer;
mod audit;
mod decision;
mod escalation;
mod failures;
mod forbidden;
mod group;
mod health;
mod hostile;
mod http;
mod ids;
mod list;
mod lock_out;
mod node;
mod page;
mod race;
mod role;
mod scope;
mod statements;
mod text;
mod variables;
mod viewer;
mod viewer_can;
