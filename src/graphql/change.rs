//! Subscriptions: what changes, as it changes.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, SimpleObject};
use futures_util::{Stream, stream};

use super::context::{Caller, caller};
use super::error::Failure;
use super::node::{self, Node};
use crate::domain::Actor;
use crate::domain::change::{self as changes, ChangeKind as Deed};
use crate::domain::id::{Kind, NodeId};

/// A role, group or user changed: enough for a list to refetch what it shows. A membership belongs to what it
/// was changed through, so that a list of groups with their numbers of users follows users, too.
#[derive(SimpleObject)]
pub struct Change {
    /// What kind of thing it is.
    #[graphql(name = "type")]
    ty: ChangedType,
    /// What became of it.
    kind: ChangeKind,
    /// Its global id.
    id: ID,
    /// It as it is now. Null after a deletion, and where it cannot be read right now.
    node: Option<Node>,
}

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum ChangedType {
    /// A role or its rules.
    Role,
    /// A group, its roles or its users.
    Group,
    /// A user or their groups.
    User,
}

/// What becomes of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Deed")]
pub enum ChangeKind {
    /// It is new.
    Created,
    /// It is another than before; a deleted user who was restored, too.
    Updated,
    /// It is gone.
    Deleted,
}

pub struct Subscription;

/// The entry point for following what changes.
#[async_graphql::Subscription]
impl Subscription {
    /// One event per committed change, on every replica, after it was committed and in order. The viewer is
    /// told only of what they may read; asking for types that they may not read is FORBIDDEN.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which types; all that the viewer may read when absent.")] types: Option<
            Vec<ChangedType>,
        >,
    ) -> Result<impl Stream<Item = Result<Change, Failure>> + use<>, Failure> {
        let caller = caller(ctx).clone();
        let kinds = types.map(|types| types.into_iter().map(ChangedType::kind).collect());
        let actor = Actor::clone(&caller.actor());
        let follower = changes::follow(&caller.app, actor, kinds).await?;
        caller.note_begun();
        let wants_node = ctx.look_ahead().field("node").exists();
        let start = Some((follower, caller));
        Ok(stream::unfold(start, move |state| async move {
            let (mut follower, caller) = state?;
            match follower.next(&caller.app).await {
                Ok(Some((change, actor))) => {
                    caller.continue_as(actor);
                    let change = show(&caller, change, wants_node).await;
                    Some((Ok(change), Some((follower, caller))))
                }
                Ok(None) => None,
                // It says why, and ends.
                Err(error) => Some((Err(error.into()), None)),
            }
        }))
    }
}

async fn show(caller: &Arc<Caller>, change: changes::Change, wants_node: bool) -> Change {
    let NodeId { kind, uuid } = change.subject;
    let node = match change.kind {
        Deed::Created | Deed::Updated if wants_node => {
            // That it changed is told even where it cannot be read right now.
            node::load(caller, kind, &[uuid]).await.unwrap_or_default().pop()
        }
        _ => None,
    };
    Change {
        ty: ChangedType::of(kind),
        kind: change.kind.into(),
        id: node::global_id(kind, uuid),
        node,
    }
}

impl ChangedType {
    fn kind(self) -> Kind {
        match self {
            Self::Role => Kind::Role,
            Self::Group => Kind::Group,
            Self::User => Kind::User,
        }
    }

    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Role => Self::Role,
            Kind::Group => Self::Group,
            _ => Self::User,
        }
    }
}
