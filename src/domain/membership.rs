//! Memberships: which users are in which groups, and how many of them each group counts.

use entity::{group, membership};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set,
};
use uuid::Uuid;

use super::Error;
use super::error::{Fault, ListSize, Violations};

/// Most groups that a user may be in.
pub const MAX_GROUPS: usize = 100;
/// Most users that one mutation may put into a group or take out of it.
pub const MAX_USERS: usize = 1_000;

/// Puts each of some users into each of some groups, where none of them is yet.
pub(super) async fn join(
    tx: &impl ConnectionTrait,
    groups: &[Uuid],
    users: &[Uuid],
) -> Result<(), Error> {
    if groups.is_empty() || users.is_empty() {
        return Ok(());
    }
    let links = groups.iter().flat_map(|group| users.iter().map(move |user| (*group, *user)));
    let links = links
        .map(|(group, user)| membership::ActiveModel { group_id: Set(group), user_id: Set(user) });
    membership::Entity::insert_many(links).exec_without_returning(tx).await?;
    Ok(())
}

/// Takes each of some users out of each of some groups.
pub(super) async fn leave(
    tx: &impl ConnectionTrait,
    groups: &[Uuid],
    users: &[Uuid],
) -> Result<(), Error> {
    if groups.is_empty() || users.is_empty() {
        return Ok(());
    }
    membership::Entity::delete_many()
        .filter(membership::Column::GroupId.is_in(groups.iter().copied()))
        .filter(membership::Column::UserId.is_in(users.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Makes some groups count so many users more.
pub(super) async fn count(
    tx: &impl ConnectionTrait,
    groups: &[Uuid],
    more: i32,
) -> Result<(), Error> {
    if groups.is_empty() {
        return Ok(());
    }
    group::Entity::update_many()
        .col_expr(group::Column::UserCount, Expr::col(group::Column::UserCount).add(more))
        .filter(group::Column::Id.is_in(groups.iter().copied()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes users who are in as many groups as anyone may be, before they are put into one more.
pub(super) async fn judge_room(
    tx: &impl ConnectionTrait,
    path: &str,
    users: &[Uuid],
    violations: &mut Violations,
) -> Result<(), Error> {
    if users.is_empty() {
        return Ok(());
    }
    let groups = || membership::Column::GroupId.count();
    let fullest: Option<i64> = membership::Entity::find()
        .select_only()
        .column_as(groups(), "groups")
        .filter(membership::Column::UserId.is_in(users.iter().copied()))
        .group_by(membership::Column::UserId)
        .order_by_desc(groups())
        .into_tuple()
        .one(tx)
        .await?;
    let actual = usize::try_from(fullest.unwrap_or_default()).map_err(Error::internal)? + 1;
    if actual > MAX_GROUPS {
        let size = ListSize { min: 1, max: MAX_GROUPS, actual };
        violations.add(&[path], Fault::TooManyItems(size));
    }
    Ok(())
}
