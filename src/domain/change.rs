//! Changes of roles, groups and users, as they are committed on any instance: for those who follow them.

use std::sync::Arc;

use tokio::sync::Mutex;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{self, Receiver, Sender};

use super::id::{Kind, NodeId};
use super::{Actor, Error, capability};
use crate::app::App;
use crate::db::{Event, Position};

/// Changes that a follower may be behind.
const BEHIND: usize = 10_000;

/// Something changed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub subject: NodeId,
    pub kind: ChangeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    Created,
    Updated,
    Deleted,
}

impl Change {
    /// What an event of the audit trail changed; `None` for one that changed no role, group or user.
    fn of(event: &Event) -> Option<Self> {
        let (noun, deed) = event.action.split_once('.')?;
        let kind = match deed {
            "created" => ChangeKind::Created,
            "deleted" => ChangeKind::Deleted,
            _ => ChangeKind::Updated,
        };
        let noun = match noun {
            "role" => Kind::Role,
            "group" => Kind::Group,
            "user" => Kind::User,
            _ => return None,
        };
        Some(Self { subject: NodeId::new(noun, event.subject_id?), kind })
    }
}

/// What one instance tells its followers. It reads only while there are any.
#[derive(Clone, Debug, Default)]
pub struct Feed(Arc<Mutex<Option<Sender<Change>>>>);

impl Feed {
    /// Every change that is committed from now on, and perhaps some of a moment before.
    async fn follow(&self, app: &App) -> Result<Receiver<Change>, Error> {
        let mut sender = self.0.lock().await;
        if let Some(sender) = &*sender {
            return Ok(sender.subscribe());
        }
        let position = app.db.position().await?;
        let (told, receiver) = broadcast::channel(BEHIND);
        tokio::spawn(tell(app.clone(), told.clone(), position));
        *sender = Some(told);
        Ok(receiver)
    }

    /// Ends it, if nobody follows; whether it goes on.
    async fn goes_on(&self, told: &Sender<Change>) -> bool {
        let mut sender = self.0.lock().await;
        if told.receiver_count() == 0 {
            *sender = None;
        }
        sender.is_some()
    }
}

/// Tells what is committed, until nobody follows any more. What cannot be read now is read later.
async fn tell(app: App, told: Sender<Change>, mut position: Position) {
    let mut is_well = true;
    while app.changes.goes_on(&told).await {
        app.db.next_commit().await;
        match app.db.since(&position).await {
            Ok((events, now)) => {
                position = now;
                if !events.is_empty() {
                    // One of them may have changed what a follower may read.
                    app.identities.distrust();
                }
                for change in events.iter().filter_map(Change::of) {
                    told.send(change).ok();
                }
                is_well = true;
            }
            Err(error) => {
                if is_well {
                    tracing::warn!(%error, "changes cannot be read; they will be told later");
                }
                is_well = false;
            }
        }
    }
}

/// One who follows changes.
#[derive(Debug)]
pub struct Follower {
    actor: Actor,
    kinds: Vec<Kind>,
    changes: Receiver<Change>,
}

/// Follows changes of some kinds, or of all that the actor may read.
pub async fn follow(app: &App, actor: Actor, kinds: Option<Vec<Kind>>) -> Result<Follower, Error> {
    actor.require_signed_in()?;
    for kind in kinds.iter().flatten() {
        match kind {
            Kind::Role => actor.require(capability::ROLE_INDEX)?,
            Kind::Group => actor.require(capability::GROUP_INDEX)?,
            _ => actor.require(capability::USER_INDEX)?,
        }
    }
    let kinds = kinds.unwrap_or_else(|| vec![Kind::Role, Kind::Group, Kind::User]);
    let changes = app.changes.follow(app).await?;
    Ok(Follower { actor, kinds, changes })
}

impl Follower {
    /// The next change that the actor may read, with the actor as they are now; `None` after the last. Fails
    /// once their session has ended.
    pub async fn next(&mut self, app: &App) -> Result<Option<(Change, Actor)>, Error> {
        loop {
            let change = match self.changes.recv().await {
                Ok(change) => change,
                Err(RecvError::Lagged(_)) => return Err(Error::Busy(LAGGED)),
                Err(RecvError::Closed) => return Ok(None),
            };
            if !self.kinds.contains(&change.subject.kind) {
                continue;
            }
            self.actor = self.actor.again(app).await?;
            self.actor.require_signed_in()?;
            if self.sees(change.subject) {
                return Ok(Some((change, self.actor.clone())));
            }
        }
    }

    fn sees(&self, subject: NodeId) -> bool {
        match subject.kind {
            Kind::Role => self.actor.may(capability::ROLE_INDEX),
            Kind::Group => self.actor.may(capability::GROUP_INDEX),
            _ => {
                self.actor.may(capability::USER_INDEX) || self.actor.user_id() == Some(subject.uuid)
            }
        }
    }
}

const LAGGED: &str = "Changes came faster than they were taken, and some are lost. Subscribe again, and \
    read what you show anew.";
