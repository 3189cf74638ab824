//! What the API does, seen from outside, on SQLite and on PostgreSQL alike.

mod support;

mod access;
mod group;
mod ids;
mod list;
mod node;
mod page;
mod text;
mod viewer;
