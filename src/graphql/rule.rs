//! Rules.

use async_graphql::{Enum, ID, InputObject, Object};
use entity::rule;

use super::node::global_id;
use crate::domain::id::Kind;
use crate::domain::rule::NewRule;

/// A row of rules.
pub struct Rule(pub rule::Model);

/// Allows or denies the accesses it matches: those whose bundle, controller and action each equal the
/// rule's, or where the rule's is `*`.
#[Object]
impl Rule {
    /// Opaque, and unique among everything.
    pub async fn id(&self) -> ID {
        global_id(Kind::Rule, self.0.id)
    }

    /// An exact name, or `*` for every one. Case-sensitive.
    async fn bundle(&self) -> &str {
        &self.0.bundle
    }

    /// An exact name, or `*` for every one. Case-sensitive.
    async fn controller(&self) -> &str {
        &self.0.controller
    }

    /// An exact name, or `*` for every one. Case-sensitive.
    async fn action(&self) -> &str {
        &self.0.action
    }

    /// Whether the rule allows or denies.
    async fn permission(&self) -> RulePermission {
        self.0.permission.into()
    }
}

/// What a rule does to the accesses it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "rule::Permission")]
pub enum RulePermission {
    /// Allows them, unless any rule of any of the user's roles denies them.
    Allow,
    /// Denies them, whatever else allows them.
    Deny,
}

/// A rule to be made.
#[derive(InputObject)]
pub struct RuleInput {
    /// `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist.
    bundle: String,
    /// `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist.
    controller: String,
    /// `*`, or 1 to 64 letters, digits, dots, underscores and hyphens. Patterns do not exist.
    action: String,
    /// Whether the rule allows or denies.
    permission: RulePermission,
}

impl From<RuleInput> for NewRule {
    fn from(input: RuleInput) -> Self {
        Self {
            bundle: input.bundle,
            controller: input.controller,
            action: input.action,
            permission: input.permission.into(),
        }
    }
}
