//! What the API does, seen from outside, on SQLite and on PostgreSQL alike.

mod support;

mod group;
