//! Rows: one file per table, nothing but columns and relations. What a row means, and who may see
//! it, is decided in the server's `domain`.

pub mod access_revision;
pub mod api_token;
pub mod audit_event;
pub mod group;
pub mod group_role;
pub mod membership;
pub mod role;
pub mod rule;
pub mod session;
pub mod sign_in_failure;
pub mod user;
