//! Letting those try again at once who failed too often to sign in.

use std::net::IpAddr;
use std::sync::Arc;

use entity::user;
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::failures::{self, Keys};
use crate::app::App;
use crate::db::End;
use crate::domain::audit::Changes;
use crate::domain::error::{Fault, ListSize, TextFault, Violations};
use crate::domain::guard::{self, Deed};
use crate::domain::id::{Kind, NodeId};
use crate::domain::ids::Ids;
use crate::domain::{Actor, Error, audit, capability, user as users};

/// Whose failures to forget: at least one of the two.
#[derive(Clone, Debug, Default)]
pub struct Clearing {
    /// A user's global id.
    pub user_id: Option<String>,
    /// An IP address.
    pub address: Option<String>,
}

/// Lets an account, or those at an address, try again at once after too many failures.
pub async fn clear_failures(app: &App, actor: &Actor, clearing: Clearing) -> Result<(), Error> {
    actor.require(capability::USER_UPDATE)?;
    let mut violations = Violations::default();
    let Clearing { user_id, address } = clearing;
    if user_id.is_none() && address.is_none() {
        let size = ListSize { min: 1, max: 2, actual: 0 };
        violations.add(&[], Fault::TooFewItems(size));
    }
    let address = address.and_then(|text| {
        let address = text.trim().parse().map_err(|_| vec![NO_ADDRESS]);
        violations.text::<IpAddr>(&["address"], address)
    });
    let user = match &user_id {
        Some(id) => {
            let id = Ids::one_at("userId", Kind::User, id, &mut violations);
            let found = users::find_all(app, actor, &id.uuids().collect::<Vec<_>>()).await?.pop();
            id.require(&found.iter().map(|user| user.id).collect(), &mut violations);
            let ids = found.iter().map(|user| user.id);
            let db = app.db.read();
            let (deed, path) = (Deed::Give, "userId");
            guard::judge(db, actor, deed, path, Kind::User, ids, &mut violations).await?;
            found
        }
        None => None,
    };
    if !violations.is_empty() {
        return Err(violations.into_error());
    }
    let user = &user;
    let forget = |tx: Arc<_>| async move { forget(app, &*tx, actor, user.as_ref(), address).await };
    app.db.transaction(End::Commit, forget).await
}

const NO_ADDRESS: TextFault = TextFault::InvalidFormat("must be an IP address such as 192.0.2.1");

async fn forget(
    app: &App,
    tx: &impl ConnectionTrait,
    actor: &Actor,
    user: Option<&user::Model>,
    address: Option<IpAddr>,
) -> Result<(), Error> {
    let mut had_failures = false;
    if let Some(user) = user {
        had_failures |= failures::forget(tx, &Keys::of_account(&user.email_key)).await?;
    }
    if let Some(address) = address {
        had_failures |= failures::forget(tx, &Keys::of_address(address)).await?;
    }
    if had_failures {
        let subject = user.map(|user| NodeId::new(Kind::User, user.id));
        let address = address.map(|address| address.to_string());
        let changes = Changes::default().field("address", address, Value::Null);
        audit::record(app, tx, actor, "sign_in.failures_cleared", subject, changes).await?;
    }
    Ok(())
}
