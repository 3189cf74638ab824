//! Global ids: `node` and `nodes`, and how inputs name things.

use async_graphql::{Context, ID, Interface, Object};
use uuid::Uuid;

use super::context::{Caller, caller};
use super::error::Failure;
use super::group::Group;
use super::role::{Role, Rule};
use super::user::User;
use crate::domain::id::{Kind, NodeId};
use crate::domain::{Error, group, role, user};

/// Most ids that one call of `nodes`, or one filter, may name.
const MAX_IDS: usize = 100;

/// Anything with a global id.
#[derive(Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Opaque, and unique among everything."))]
pub enum Node {
    Role(Role),
    Rule(Rule),
    Group(Group),
    User(User),
}

#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Whatever an id names; null for what is unknown or not visible.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A global id.")] id: ID,
    ) -> Result<Option<Node>, Failure> {
        let caller = caller(ctx);
        caller.actor.require_signed_in()?;
        find(caller, &id).await
    }

    /// Same length and order as ids; null for what is unknown or not visible.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Failure> {
        let caller = caller(ctx);
        caller.actor.require_signed_in()?;
        limit_ids(&ids)?;
        caller.spend(ids.len())?;
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(caller, id).await?);
        }
        Ok(nodes)
    }
}

async fn find(caller: &Caller, id: &ID) -> Result<Option<Node>, Failure> {
    let Some(id) = NodeId::parse(id) else {
        return Ok(None);
    };
    let (app, actor) = (&caller.app, &caller.actor);
    let found = match id.kind {
        Kind::Role => {
            let role = role::find(app, actor, id.uuid).await;
            role.map(|it| it.map(|row| Node::Role(row.into())))
        }
        Kind::Rule => {
            let rule = role::find_rule(app, actor, id.uuid).await;
            rule.map(|it| it.map(|row| Node::Rule(Rule(row))))
        }
        Kind::Group => {
            let group = group::find(app, actor, id.uuid).await;
            group.map(|it| it.map(|row| Node::Group(row.into())))
        }
        Kind::User => {
            let user = user::find(app, actor, id.uuid).await;
            user.map(|it| it.map(|row| Node::User(User(row))))
        }
        Kind::ApiToken => Ok(None),
    };
    match found {
        Err(Error::Forbidden(_)) => Ok(None),
        found => Ok(found?),
    }
}

/// The id of a thing, as GraphQL gives it.
pub fn global_id(kind: Kind, uuid: Uuid) -> ID {
    ID(NodeId::new(kind, uuid).to_string())
}

/// The UUID that an argument names, if it names one of this kind.
pub fn uuid(kind: Kind, id: &ID) -> Option<Uuid> {
    let id = NodeId::parse(id)?;
    (id.kind == kind).then_some(id.uuid)
}

/// The ids of a filter. Those that name nothing of this kind match nothing.
pub fn filter_ids(kind: Kind, ids: Option<Vec<ID>>) -> Result<Option<Vec<Uuid>>, Failure> {
    let Some(ids) = ids else {
        return Ok(None);
    };
    limit_ids(&ids)?;
    Ok(Some(ids.iter().filter_map(|id| uuid(kind, id)).collect()))
}

fn limit_ids(ids: &[ID]) -> Result<(), Failure> {
    if ids.len() > MAX_IDS {
        let text = format!("A list of ids holds at most {MAX_IDS}, and this one {}.", ids.len());
        return Err(Error::Input(text).into());
    }
    Ok(())
}
