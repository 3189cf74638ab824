//! Global ids: `node` and `nodes`, and how inputs name things.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object};
use uuid::Uuid;

use super::audit::AuditEvent;
use super::context::{Caller, caller};
use super::error::Failure;
use super::group::Group;
use super::page::Listed;
use super::role::Role;
use super::rule::Rule;
use super::session::Session;
use super::token::ApiToken;
use super::user::User;
use crate::domain::id::{Kind, NodeId};
use crate::domain::{Error, audit, group, role, rule, session, token, user};

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
    ApiToken(ApiToken),
    AuditEvent(AuditEvent),
    Session(Session),
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
        caller.actor().require_signed_in()?;
        let Some(id) = NodeId::parse(&id) else {
            return Ok(None);
        };
        Ok(load(caller, id.kind, &[id.uuid]).await?.pop())
    }

    /// Same length and order as ids; null for what is unknown or not visible.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Global ids, at most 100.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Arc<Node>>>, Failure> {
        let caller = caller(ctx);
        caller.actor().require_signed_in()?;
        limit_ids(ids.len())?;
        caller.spend(ids.len())?;
        let ids: Vec<Option<NodeId>> = ids.iter().map(|id| NodeId::parse(id)).collect();
        let mut by_kind: HashMap<Kind, Vec<Uuid>> = HashMap::new();
        for id in ids.iter().flatten() {
            by_kind.entry(id.kind).or_default().push(id.uuid);
        }
        let mut found = HashMap::new();
        for (kind, uuids) in by_kind {
            let nodes = load(caller, kind, &uuids).await?;
            found.extend(nodes.into_iter().map(|node| (node.node_id(), Arc::new(node))));
        }
        Ok(ids.into_iter().map(|id| found.get(&id?).cloned()).collect())
    }
}

impl Node {
    fn node_id(&self) -> NodeId {
        match self {
            Self::Role(it) => NodeId::new(Kind::Role, it.uuid()),
            Self::Rule(it) => NodeId::new(Kind::Rule, it.0.id),
            Self::Group(it) => NodeId::new(Kind::Group, it.uuid()),
            Self::User(it) => NodeId::new(Kind::User, it.uuid()),
            Self::ApiToken(it) => NodeId::new(Kind::ApiToken, it.0.id),
            Self::AuditEvent(it) => NodeId::new(Kind::AuditEvent, it.uuid()),
            Self::Session(it) => NodeId::new(Kind::Session, it.0.id),
        }
    }
}

/// What some ids of one kind name and the caller may see, each once.
pub async fn load(caller: &Caller, kind: Kind, ids: &[Uuid]) -> Result<Vec<Node>, Failure> {
    let (app, actor) = (&caller.app, &caller.actor());
    match kind {
        Kind::Role => {
            let rows = or_nothing(role::find_all(app, actor, ids).await)?;
            Ok(Role::wrap(rows).into_iter().map(Node::Role).collect())
        }
        Kind::Rule => {
            let rows = or_nothing(rule::find_all(app, actor, ids).await)?;
            Ok(rows.into_iter().map(Rule).map(Node::Rule).collect())
        }
        Kind::Group => {
            let rows = or_nothing(group::find_all(app, actor, ids).await)?;
            Ok(Group::wrap(rows).into_iter().map(Node::Group).collect())
        }
        Kind::User => {
            let rows = user::find_all(app, actor, ids).await?;
            Ok(User::wrap(rows).into_iter().map(Node::User).collect())
        }
        Kind::ApiToken => {
            let rows = or_nothing(token::find_all(app, actor, ids).await)?;
            Ok(rows.into_iter().map(ApiToken).map(Node::ApiToken).collect())
        }
        Kind::AuditEvent => {
            let rows = or_nothing(audit::find_all(app, actor, ids).await)?;
            Ok(AuditEvent::wrap(rows).into_iter().map(Node::AuditEvent).collect())
        }
        Kind::Session => {
            let rows = session::find_all(app, actor, ids).await?;
            Ok(rows.into_iter().map(Session).map(Node::Session).collect())
        }
    }
}

/// What the caller may not see is as absent as what does not exist.
fn or_nothing<T>(found: Result<Vec<T>, Error>) -> Result<Vec<T>, Error> {
    match found {
        Err(Error::Forbidden(_)) => Ok(Vec::new()),
        found => found,
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

/// The ids of an input, as the domain reads them.
pub fn texts(ids: Option<Vec<ID>>) -> Vec<String> {
    ids.unwrap_or_default().into_iter().map(|id| id.0).collect()
}

/// The ids of a filter. Those that name nothing of this kind match nothing.
pub fn filter_ids(kind: Kind, ids: Option<Vec<ID>>) -> Result<Option<Vec<Uuid>>, Failure> {
    let Some(ids) = ids else {
        return Ok(None);
    };
    limit_ids(ids.len())?;
    Ok(Some(ids.iter().filter_map(|id| uuid(kind, id)).collect()))
}

/// Refuses a list of a filter that is too long.
pub fn limit_ids(count: usize) -> Result<(), Failure> {
    if count > MAX_IDS {
        let text = format!("A list of ids holds at most {MAX_IDS}, and this one {count}.");
        return Err(Error::Input(text).into());
    }
    Ok(())
}
