//! Who is asking, and what they may do. Credentials become an [`Actor`] here, and every domain function
//! begins by requiring a capability of it.

mod identities;

use std::net::IpAddr;
use std::sync::Arc;

use entity::{group_role, membership, rule};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait};
use uuid::Uuid;

use super::access::Policy;
use super::capability::Capability;
use super::credential::{Credential, CredentialKind};
use super::{Error, decision};
use crate::app::App;

use identities::{Bearer, identify};
pub use identities::{Identities, announce_change};

/// Who asks, in one request.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    who: Who,
    pub origin: Origin,
}

#[derive(Clone, Debug, Default)]
enum Who {
    #[default]
    Nobody,
    User(Arc<Bearer>),
    /// The command line and the first start: may do everything, and no event names a user.
    System,
}

/// Where a request comes from.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Written into audit events and logs.
    pub request_id: Option<String>,
    /// The client's address, where it is known.
    pub address: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// Whether it came over a socket, which outlasts its requests.
    pub is_socket: bool,
}

/// A signed-in user with everything their rules allow.
#[derive(Debug)]
pub struct Identity {
    pub user_id: Uuid,
    pub policy: Policy,
    /// Whether the policy allows whatever any rules could allow.
    is_unlimited: bool,
}

impl Actor {
    /// The system itself.
    #[must_use]
    pub fn system() -> Self {
        Self { who: Who::System, origin: Origin::default() }
    }

    /// Someone without a credential.
    #[must_use]
    pub fn nobody(origin: Origin) -> Self {
        Self { who: Who::Nobody, origin }
    }

    /// Who carries a secret; nobody, when there is none or a wrong one.
    pub async fn authenticate(
        app: &App,
        secret: Option<&str>,
        origin: Origin,
    ) -> Result<Self, Error> {
        let Some(credential) = secret.and_then(Credential::parse) else {
            return Ok(Self::nobody(origin));
        };
        let bearer = identify(app, credential).await?;
        let actor = Self { who: bearer.map_or(Who::Nobody, Who::User), origin };
        actor.note_use(app);
        Ok(actor)
    }

    /// Notes that the credential is in use.
    pub fn note_use(&self, app: &App) {
        if let Who::User(bearer) = &self.who {
            bearer.note_use(app);
        }
    }

    /// The same credential a while later: with what it is worth now, and without counting as a use of it.
    pub async fn again(&self, app: &App) -> Result<Self, Error> {
        let who = match &self.who {
            Who::User(bearer) => identify(app, bearer.credential).await?.map(Who::User),
            Who::Nobody => None,
            Who::System => Some(Who::System),
        };
        Ok(Self { who: who.unwrap_or_default(), origin: self.origin.clone() })
    }

    /// Fails unless someone is signed in.
    pub fn require_signed_in(&self) -> Result<(), Error> {
        match self.who {
            Who::Nobody => Err(Error::Unauthenticated),
            Who::User(_) | Who::System => Ok(()),
        }
    }

    /// Fails unless the actor may do this.
    pub fn require(&self, capability: Capability) -> Result<(), Error> {
        self.require_signed_in()?;
        if self.may(capability) { Ok(()) } else { Err(Error::Forbidden(capability)) }
    }

    /// Whether the actor may do this.
    #[must_use]
    pub fn may(&self, it: Capability) -> bool {
        self.allows(it.bundle, it.controller, it.action)
    }

    /// Whether the actor may do what other applications ask about. Names that no rule can have are
    /// matched by wildcards alone.
    #[must_use]
    pub fn allows(&self, bundle: &str, controller: &str, action: &str) -> bool {
        match &self.who {
            Who::Nobody => false,
            Who::System => true,
            Who::User(bearer) => bearer.identity.policy.allows(bundle, controller, action),
        }
    }

    /// One access that a policy gives and the actor lacks; `None` when the actor has all of it.
    #[must_use]
    pub fn lacks(&self, policy: &Policy) -> Option<String> {
        match &self.who {
            Who::System => None,
            Who::Nobody => Policy::default().lacks(policy).map(|it| it.to_string()),
            Who::User(bearer) => bearer.identity.policy.lacks(policy).map(|it| it.to_string()),
        }
    }

    /// Whether the actor may do whatever any rules could allow.
    #[must_use]
    pub fn is_unlimited(&self) -> bool {
        match &self.who {
            Who::System => true,
            Who::Nobody => false,
            Who::User(bearer) => bearer.identity.is_unlimited,
        }
    }

    /// The signed-in user's id.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        match &self.who {
            Who::User(bearer) => Some(bearer.identity.user_id),
            Who::Nobody | Who::System => None,
        }
    }

    /// The id of the session that the request came with.
    #[must_use]
    pub fn session_id(&self) -> Option<Uuid> {
        match &self.who {
            Who::User(it) if it.credential.kind == CredentialKind::Session => Some(it.id),
            _ => None,
        }
    }
}

/// Everything that a user's groups' roles' rules say.
pub async fn policy_of_user(db: &impl ConnectionTrait, user_id: Uuid) -> Result<Policy, Error> {
    let groups = membership::Entity::find()
        .select_only()
        .column(membership::Column::GroupId)
        .filter(membership::Column::UserId.eq(user_id));
    let roles = group_role::Entity::find()
        .select_only()
        .column(group_role::Column::RoleId)
        .filter(group_role::Column::GroupId.in_subquery(groups.into_query()));
    let rules = rule::Entity::find()
        .filter(rule::Column::RoleId.in_subquery(roles.into_query()))
        .all(db)
        .await?;
    Ok(compile(&rules))
}

/// The policy of some rules.
#[must_use]
pub fn compile(rules: &[rule::Model]) -> Policy {
    Policy::compile(rules.iter().map(decision::as_rule))
}
