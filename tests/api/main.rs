//! What the API does, seen from outside, on SQLite and on PostgreSQL alike.

#![expect(clippy::unwrap_used, reason = "what should be there and is not fails the test")]

mod support;

mod access;
mod answer;
mod audit;
mod audit_events;
mod audit_filters;
mod change_password;
mod changes;
mod changes_everywhere;
mod clear_failures;
mod commute;
mod contest;
mod cross_site;
mod decision;
mod delete_group;
mod delete_role;
mod escalation;
mod event_stream;
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
mod relations;
mod role;
mod scope;
mod session;
mod sign_in;
mod socket;
mod socket_end;
mod socket_operations;
mod statements;
mod text;
mod throttle;
mod token;
mod update_group;
mod update_group_faults;
mod update_role;
mod update_role_faults;
mod update_user;
mod user;
mod user_list;
mod user_status;
mod variables;
mod viewer;
mod viewer_can;
