//! The rules of the house: plain async functions that take who asks before what is asked, and say
//! what is wrong as values. Never knows GraphQL, HTTP or the command line.

pub mod access;
pub mod actor;
pub mod audit;
pub mod bootstrap;
pub mod capability;
pub mod change;
pub mod credential;
pub mod decision;
pub mod error;
pub mod group;
mod guard;
pub mod id;
pub mod ids;
mod membership;
pub mod page;
pub mod password;
pub mod role;
pub mod rule;
pub mod seed;
pub mod session;
pub mod sign_in;
pub mod text;
pub mod token;
pub mod user;

pub use actor::Actor;
pub use error::Error;
