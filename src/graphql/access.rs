//! Who is asking, and what someone may do.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};

use entity::user;
use uuid::Uuid;

use super::context::{Caller, caller};
use super::error::Failure;
use super::group::Group;
use super::page::Listed;
use super::role::Role;
use super::rule::Rule;
use super::session::Session;
use super::user::User;
use crate::domain::Error;
use crate::domain::decision::{Decision, Reason};
use crate::domain::{session as sessions, user as users};

/// Most checks of one call of `canAll`.
const MAX_CHECKS: usize = 500;

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

impl AccessDecision {
    /// Wraps the decisions for several users. The roles and groups of all of them are wrapped together.
    pub fn each(decisions: HashMap<Uuid, Decision>) -> HashMap<Uuid, Arc<Self>> {
        let mut reasons = Vec::new();
        let (mut rules, mut roles, mut groups) = (Vec::new(), Vec::new(), Vec::new());
        for (user, Decision { reason, decided_by }) in decisions {
            reasons.push((user, reason, decided_by.len()));
            for origin in decided_by {
                rules.push(Rule(origin.rule));
                roles.push(origin.role);
                groups.push(origin.group);
            }
        }
        let origins = rules.into_iter().zip(Role::wrap(roles)).zip(Group::wrap(groups));
        let mut origins = origins.map(|((rule, role), group)| AccessOrigin { rule, role, group });
        let decisions = reasons.into_iter().map(|(user, reason, length)| {
            let decided_by = origins.by_ref().take(length).collect();
            let allowed = reason == Reason::Allowed;
            (user, Arc::new(Self { allowed, reason: reason.into(), decided_by }))
        });
        decisions.collect()
    }

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

impl Viewer {
    /// Who asks; `None` when nobody is signed in.
    pub async fn of(caller: &Caller) -> Result<Option<Self>, Failure> {
        let actor = caller.actor();
        let Some(id) = actor.user_id() else {
            return Ok(None);
        };
        Ok(users::find(&caller.app, &actor, id).await?.map(Self))
    }
}

/// Who is asking.
#[Object]
impl Viewer {
    /// The signed-in user.
    async fn user(&self) -> User {
        self.0.clone().into()
    }

    /// The viewer's sessions, the one used latest first; at most 100.
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Vec<Session>, Failure> {
        let caller = caller(ctx);
        let rows = sessions::list(&caller.app, &caller.actor()).await?;
        caller.spend(rows.len())?;
        Ok(rows.into_iter().map(Session).collect())
    }

    /// Whether the viewer may do this.
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The bundle of what is asked about.")] bundle: String,
        #[graphql(desc = "The controller of what is asked about.")] controller: String,
        #[graphql(desc = "The action of what is asked about.")] action: String,
    ) -> bool {
        caller(ctx).actor().allows(&bundle, &controller, &action)
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
            |it: &AccessCheckInput| caller.actor().allows(&it.bundle, &it.controller, &it.action);
        Ok(checks.map(allows).collect())
    }
}

#[derive(Default)]
pub struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Null when nobody is signed in: the one field that needs no credential.
    async fn viewer(&self, ctx: &Context<'_>) -> Result<Option<Viewer>, Failure> {
        Viewer::of(caller(ctx)).await
    }
}
