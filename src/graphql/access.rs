//! Who is asking, and what someone may do.

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};

use entity::user;

use super::context::caller;
use super::error::Failure;
use super::group::Group;
use super::role::Role;
use super::rule::Rule;
use super::user::User;
use crate::domain::Error;
use crate::domain::decision::{Decision, Origin, Reason};
use crate::domain::user as users;

/// Most checks of one call of `canAll`.
const MAX_CHECKS: usize = 500;

/// Something that a user may do or not.
#[derive(Debug)]
pub struct Access {
    pub bundle: String,
    pub controller: String,
    pub action: String,
}

/// Whether someone may do something, and what decided it.
#[derive(SimpleObject)]
pub struct AccessDecision {
    /// Whether they may.
    allowed: bool,
    /// Why.
    reason: AccessReason,
    /// The rules that decided, each with the role and group it reached the user by; empty when none
    /// matched.
    decided_by: Vec<AccessOrigin>,
}

impl From<Option<&Decision>> for AccessDecision {
    fn from(decision: Option<&Decision>) -> Self {
        let reason = decision.map_or(Reason::NoMatchingRule, |decision| decision.reason);
        let origins = decision.map(|decision| decision.decided_by.clone()).unwrap_or_default();
        Self {
            allowed: reason == Reason::Allowed,
            reason: reason.into(),
            decided_by: origins.into_iter().map(AccessOrigin::from).collect(),
        }
    }
}

impl AccessDecision {
    /// How many origins it lists.
    pub fn origins(&self) -> usize {
        self.decided_by.len()
    }
}

/// Why someone may do something or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Reason")]
pub enum AccessReason {
    /// Some rule allows it and none denies it.
    Allowed,
    /// Some rule denies it, whatever others allow.
    DeniedByRule,
    /// No rule speaks of it.
    NoMatchingRule,
    /// The user is blocked or deleted, and may do nothing.
    UserNotActive,
}

/// A rule that decided, and how it reached the user.
#[derive(SimpleObject)]
pub struct AccessOrigin {
    /// The rule.
    rule: Rule,
    /// The role that has it.
    role: Role,
    /// The group of the user that has the role.
    group: Group,
}

impl From<Origin> for AccessOrigin {
    fn from(origin: Origin) -> Self {
        let Origin { rule, role, group } = origin;
        Self { rule: Rule(rule), role: role.into(), group: group.into() }
    }
}

/// Something that the viewer may do or not.
#[derive(InputObject)]
pub struct AccessCheckInput {
    /// The bundle of what is asked about.
    bundle: String,
    /// The controller of what is asked about.
    controller: String,
    /// The action of what is asked about.
    action: String,
}

/// The row of the one who asks.
pub struct Viewer(user::Model);

/// Who is asking.
#[Object]
impl Viewer {
    /// The signed-in user.
    async fn user(&self) -> User {
        self.0.clone().into()
    }

    /// Whether the viewer may do this.
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bundle of what is asked about.")] bundle: String,
        #[graphql(desc = "The controller of what is asked about.")] controller: String,
        #[graphql(desc = "The action of what is asked about.")] action: String,
    ) -> bool {
        caller(ctx).actor.allows(&bundle, &controller, &action)
    }

    /// One answer for each check, in order: what a menu needs in one round trip. At most 500.
    #[expect(clippy::unused_async, reason = "resolvers are")]
    async fn can_all(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is asked about.")] checks: Vec<AccessCheckInput>,
    ) -> Result<Vec<bool>, Failure> {
        if checks.len() > MAX_CHECKS {
            let text = format!("At most {MAX_CHECKS} checks, and these are {}.", checks.len());
            return Err(Error::Input(text).into());
        }
        let (caller, checks) = (caller(ctx), checks.iter());
        caller.spend(checks.len())?;
        let allows =
            |it: &AccessCheckInput| caller.actor.allows(&it.bundle, &it.controller, &it.action);
        Ok(checks.map(allows).collect())
    }
}

#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Null when nobody is signed in: the one field that needs no credential.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Failure> {
        let caller = caller(ctx);
        match caller.actor.user_id() {
            Some(id) => {
                let user = users::find(&caller.app, &caller.actor, id).await?;
                Ok(user.map(Viewer))
            }
            None => Ok(None),
        }
    }
}
