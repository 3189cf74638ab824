//! Making roles.

use std::sync::Arc;

use entity::{role, rule};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use uuid::Uuid;

use super::judge_name;
use crate::app::App;
use crate::db::{End, Rows, insert_all};
use crate::domain::audit::Changes;
use crate::domain::error::{Fault, Violations};
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::rule::{self as rules, NewRule};
use crate::domain::text::{self, Label};
use crate::domain::{Actor, Error, audit, capability};

/// A role to be made, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct NewRole {
    pub name: String,
    pub description: Option<String>,
    pub rules: Vec<NewRule>,
    /// Judge everything, write nothing.
    pub validate_only: bool,
}

/// Makes a role with its rules; `None` when it was only to be judged.
pub async fn create(app: &App, actor: &Actor, new: NewRole) -> Result<Option<role::Model>, Error> {
    actor.require(capability::ROLE_CREATE)?;
    let draft = &Draft::parse(app, actor, &new);
    let end = End::rehearse_if(new.validate_only);
    if end == End::Commit
        && draft.violations.is_empty()
        && let Some(role) = &draft.role
    {
        match app.db.insert_together(inserts(app, actor, role, draft)).await {
            Ok(()) => return Ok(Some(role.clone())),
            // Something stands in the way. What, only a look tells.
            Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let judge_and_insert = |tx: Arc<_>| async move { insert(app, &*tx, actor, draft).await };
    let role = app.db.transaction(end, judge_and_insert).await?;
    Ok((end == End::Commit).then_some(role))
}

/// What was typed, as far as it could be read.
struct Draft {
    /// `None` when the name cannot be one.
    role: Option<role::Model>,
    rules: Vec<rule::Model>,
    violations: Violations,
}

impl Draft {
    fn parse(app: &App, actor: &Actor, new: &NewRole) -> Self {
        let mut violations = Violations::default();
        let name = violations.text(&["name"], Label::parse(&new.name));
        let description = text::description(new.description.as_deref());
        let description = violations.text(&["description"], description).flatten();
        let rules = rules::parse(app, "rules", &new.rules, &mut violations);
        let rules: Vec<rule::Model> = rules.into_iter().map(|(_, rule)| rule).collect();
        if let Some(example) = guard::lacks(actor, Deed::Give, &rules) {
            let ids = Vec::new();
            violations.add(&["rules"], Fault::OutOfScope { ids, example });
        }
        let now = app.clock.now();
        let role = name.map(|name| role::Model {
            id: app.clock.new_id(),
            name: name.text,
            name_key: name.key,
            description,
            is_protected: false,
            version: 1,
            created_at: now,
            updated_at: now,
        });
        Self { role, rules, violations }
    }
}

async fn insert(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    draft: &Draft,
) -> Result<role::Model, Error> {
    let mut violations = draft.violations.clone();
    if let Some(role) = &draft.role {
        judge_name(tx, actor, &role.name_key, None, &mut violations).await?;
    }
    let (true, Some(role)) = (violations.is_empty(), &draft.role) else {
        return Err(violations.into_error());
    };
    insert_all(tx, inserts(app, actor, role, draft)).await?;
    Ok(role.clone())
}

/// What makes a role, its event included.
fn inserts(app: &App, actor: &Actor, role: &role::Model, draft: &Draft) -> Vec<Rows> {
    let rules: Vec<String> = draft.rules.iter().map(rules::describe).collect();
    let changes = Changes::default()
        .field("name", Value::Null, &*role.name)
        .field("description", Value::Null, role.description.clone())
        .field("rules", Vec::<String>::new(), rules);
    let subject = Some(NodeId::new(Kind::Role, role.id));
    let mut inserts = rows(role, &draft.rules);
    inserts.push(audit::event(app, actor, "role.created", subject, changes));
    inserts
}

/// A role and its rules, and nothing else.
pub(in crate::domain) fn rows(role: &role::Model, rules: &[rule::Model]) -> Vec<Rows> {
    vec![Rows::of([role.clone()]), rule_rows(role.id, rules)]
}

/// Rules as those of a role.
pub(super) fn rule_rows(role_id: Uuid, rules: &[rule::Model]) -> Rows {
    Rows::of(rules.iter().map(|rule| rule::Model { role_id, ..rule.clone() }))
}
