//! Nobody grants what they lack, and nobody touches what stands above them: every way to write, tried by
//! someone who lacks something of it and by two who do not.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::guarding::{
    COVERING, LIMITED, REHEARSED, Scene, done, events, out_of_scope, picture, refusal,
};
use crate::support::{Client, PASSWORD, TestApp};

/// A mutation and its input; the argument that is beyond whoever lacks `shop/order/refund`, and the ids
/// that are named then.
type Row = (&'static str, Value, &'static str, &'static [&'static str]);

#[rustfmt::skip]
fn groups() -> Vec<Row> {
    let with = |id: &str, name: &str, value: Value| {
        let mut input = json!({ "id": id });
        input[name] = value;
        input
    };
    vec![
        ("createGroup", json!({ "title": "#new", "roleIds": ["$strongRole"] }), "roleIds", &["$strongRole"]),
        ("createGroup", json!({ "title": "#new", "roleIds": ["$weakRole"], "userIds": ["$strongUser"] }), "userIds", &["$strongUser"]),
        ("createGroup", json!({ "title": "#new", "roleIds": ["$weakRole"], "userIds": ["$blockedUser"] }), "userIds", &["$blockedUser"]),
        ("updateGroup", with("$plainGroup", "roleIds", json!(["$strongRole"])), "roleIds", &["$strongRole"]),
        ("updateGroup", with("$deniedGroup", "roleIds", json!(["$weakRole"])), "roleIds", &["$denyRole"]),
        ("updateGroup", with("$plainGroup", "addRoleIds", json!(["$strongRole"])), "addRoleIds", &["$strongRole"]),
        ("updateGroup", with("$deniedGroup", "removeRoleIds", json!(["$denyRole"])), "removeRoleIds", &["$denyRole"]),
        ("updateGroup", with("$plainGroup2", "addUserIds", json!(["$strongUser"])), "addUserIds", &["$strongUser"]),
        ("updateGroup", with("$plainGroup2", "addUserIds", json!(["$blockedUser"])), "addUserIds", &["$blockedUser"]),
        ("updateGroup", with("$plainGroup", "removeUserIds", json!(["$strongUser"])), "removeUserIds", &["$strongUser"]),
        ("updateGroup", json!({ "id": "$deniedGroup", "removeUserIds": ["$weakUser"] }), "removeUserIds", &["$weakUser"]),
        ("updateGroup", with("$strongGroup", "title", json!("#renamed")), "id", &["$strongGroup"]),
        ("updateGroup", with("$strongGroup", "description", json!("Another")), "id", &["$strongGroup"]),
        ("updateGroup", with("$strongGroup", "addRoleIds", json!(["$weakRole"])), "id", &["$strongGroup"]),
        ("updateGroup", with("$doubleGroup", "removeRoleIds", json!(["$weakRole"])), "id", &["$doubleGroup"]),
        ("updateGroup", with("$strongGroup", "addUserIds", json!(["$weakUser2"])), "id", &["$strongGroup"]),
        ("deleteGroup", json!({ "id": "$strongGroup", "force": true }), "id", &["$strongGroup"]),
        ("deleteGroup", json!({ "id": "$doubleGroup" }), "id", &["$doubleGroup"]),
        ("deleteGroup", json!({ "id": "$deniedGroup", "force": true }), "id", &["$deniedGroup"]),
        ("deleteGroup", json!({ "id": "$wideGroup" }), "id", &["$wideGroup"]),
    ]
}

#[rustfmt::skip]
fn roles() -> Vec<Row> {
    vec![
        ("createRole", json!({ "name": "#new", "rules": ["+shop/order/refund"] }), "rules", &[]),
        ("updateRole", json!({ "id": "$weakRole", "rules": ["+shop/order/refund"] }), "rules", &[]),
        ("updateRole", json!({ "id": "$denyRole", "rules": [] }), "rules", &["$denyRule"]),
        ("updateRole", json!({ "id": "$weakRole", "addRules": ["+shop/order/refund"] }), "addRules", &[]),
        ("updateRole", json!({ "id": "$denyRole", "removeRuleIds": ["$denyRule"] }), "removeRuleIds", &["$denyRule"]),
        ("updateRole", json!({ "id": "$strongRole", "name": "#renamed" }), "id", &["$strongRole"]),
        ("updateRole", json!({ "id": "$strongRole", "description": "Another" }), "id", &["$strongRole"]),
        ("updateRole", json!({ "id": "$strongRole", "addRules": ["+shop/order/view"] }), "id", &["$strongRole"]),
        ("updateRole", json!({ "id": "$strongRole", "addRules": ["!shop/order/view"] }), "id", &["$strongRole"]),
        ("updateRole", json!({ "id": "$strongRole", "rules": ["+shop/order/view"] }), "id", &["$strongRole"]),
        ("updateRole", json!({ "id": "$strongRole", "removeRuleIds": ["$strongRule"] }), "id", &["$strongRole"]),
        ("deleteRole", json!({ "id": "$looseRole" }), "id", &["$looseRole"]),
    ]
}

#[rustfmt::skip]
fn users() -> Vec<Row> {
    let new = json!({
        "email": "#new@example.org", "firstName": "New", "lastName": "Tester", "password": PASSWORD,
        "groupIds": ["$strongGroup"],
    });
    vec![
        ("createUser", new, "groupIds", &["$strongGroup"]),
        ("updateUser", json!({ "id": "$weakUser2", "groupIds": ["$strongGroup"] }), "groupIds", &["$strongGroup"]),
        ("updateUser", json!({ "id": "$weakUser2", "addGroupIds": ["$strongGroup"] }), "addGroupIds", &["$strongGroup"]),
        ("updateUser", json!({ "id": "$weakUser", "removeGroupIds": ["$deniedGroup"] }), "removeGroupIds", &["$deniedGroup"]),
        ("updateUser", json!({ "id": "$weakUser", "groupIds": ["$plainGroup", "$deniedGroup2"] }), "groupIds", &["$deniedGroup"]),
        ("updateUser", json!({ "id": "$balancedUser", "removeGroupIds": ["$strongGroup"] }), "removeGroupIds", &["$strongGroup"]),
        ("updateUser", json!({ "id": "$strongUser", "email": "#other@example.org" }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "password": "staple battery horse correct" }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "firstName": "Other" }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "lastName": "Other" }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "locale": "de" }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "addGroupIds": ["$plainGroup2"] }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$strongUser", "removeGroupIds": ["$plainGroup"] }), "id", &["$strongUser"]),
        ("updateUser", json!({ "id": "$blockedUser", "email": "#other@example.org" }), "id", &["$blockedUser"]),
        ("updateUser", json!({ "id": "$blockedUser", "password": "staple battery horse correct" }), "id", &["$blockedUser"]),
        ("updateUser", json!({ "id": "$deletedUser", "password": "staple battery horse correct" }), "id", &["$deletedUser"]),
        ("setUserStatus", json!({ "id": "$strongUser", "status": "BLOCKED" }), "id", &["$strongUser"]),
        ("setUserStatus", json!({ "id": "$strongUser", "status": "DELETED" }), "id", &["$strongUser"]),
        ("setUserStatus", json!({ "id": "$blockedUser", "status": "ACTIVE" }), "id", &["$blockedUser"]),
        ("setUserStatus", json!({ "id": "$blockedUser", "status": "DELETED" }), "id", &["$blockedUser"]),
        ("setUserStatus", json!({ "id": "$deletedUser", "status": "ACTIVE" }), "id", &["$deletedUser"]),
        ("setUserStatus", json!({ "id": "$deletedUser", "status": "BLOCKED" }), "id", &["$deletedUser"]),
    ]
}

/// A mutation, what it takes beside a list, that list, two items that are fine there, and two beyond
/// whoever lacks something.
type List = (&'static str, Value, &'static str, [&'static str; 2], [&'static str; 2]);

#[rustfmt::skip]
fn lists() -> Vec<List> {
    let strong_roles = ["$strongRole", "$strongRole2"];
    let (weak_users, strong_users) = (["$weakUser", "$weakUser2"], ["$strongUser", "$strongUser2"]);
    let strong_groups = ["$strongGroup", "$strongGroup2"];
    let (few, much) = (["+shop/order/view", "+shop/order/edit"], ["+shop/order/refund", "+shop/order/cancel"]);
    let user = json!({ "email": "#n@example.org", "firstName": "New", "lastName": "T", "password": PASSWORD });
    vec![
        ("createGroup", json!({ "title": "#new" }), "roleIds", ["$weakRole", "$weakRole2"], strong_roles),
        ("createGroup", json!({ "title": "#new", "roleIds": ["$weakRole"] }), "userIds", weak_users, strong_users),
        ("updateGroup", json!({ "id": "$plainGroup" }), "roleIds", ["$weakRole", "$weakRole2"], strong_roles),
        ("updateGroup", json!({ "id": "$plainGroup" }), "addRoleIds", ["$weakRole2", "$weakRole3"], strong_roles),
        ("updateGroup", json!({ "id": "$wideGroup" }), "removeRoleIds", ["$weakRole2", "$weakRole3"], ["$denyRole", "$denyRole2"]),
        ("updateGroup", json!({ "id": "$plainGroup3" }), "addUserIds", ["$weakUser2", "$balancedUser"], strong_users),
        ("updateGroup", json!({ "id": "$plainGroup" }), "removeUserIds", weak_users, strong_users),
        ("createRole", json!({ "name": "#new" }), "rules", few, much),
        ("updateRole", json!({ "id": "$weakRole3" }), "rules", few, much),
        ("updateRole", json!({ "id": "$weakRole3" }), "addRules", few, much),
        ("createUser", user, "groupIds", ["$plainGroup", "$plainGroup2"], strong_groups),
        ("updateUser", json!({ "id": "$weakUser2" }), "groupIds", ["$plainGroup", "$plainGroup2"], strong_groups),
        ("updateUser", json!({ "id": "$weakUser2" }), "addGroupIds", ["$plainGroup2", "$plainGroup3"], strong_groups),
        ("updateUser", json!({ "id": "$weakUser" }), "removeGroupIds", ["$plainGroup", "$plainGroup2"], ["$deniedGroup", "$deniedGroup2"]),
        ("updateRole", json!({ "id": "$mixedRole" }), "removeRuleIds", ["$viewRule", "$editRule"], ["$noRefundRule", "$noCancelRule"]),
    ]
}

/// Says that each row is beyond someone who lacks something of it, that a rehearsal says the same, and
/// that nothing is written.
async fn are_refused(app: &TestApp, rows: Vec<Row>) {
    let admin = app.admin();
    let limited = app.user_with("limited", &LIMITED).await;
    let scene = Scene::whole(&admin).await;
    let before = picture(&admin).await;
    for (mutation, input, path, ids) in rows {
        let case = format!("{mutation} {input}");
        let mut input = scene.fill(&input);
        let ids: Vec<&str> = ids.iter().map(|id| scene.id(id)).collect();
        let expected = json!([out_of_scope(path, &ids, "shop/order/refund")]);
        assert_eq!(refusal(&limited, mutation, input.clone()).await, expected, "{case}");
        if REHEARSED.contains(&mutation) {
            input["validateOnly"] = json!(true);
            assert_eq!(refusal(&limited, mutation, input).await, expected, "{case}");
        }
        assert_eq!(picture(&admin).await, before, "{case}");
    }
}

/// Says that each row succeeds, and is one event.
async fn succeed(app: &TestApp, client: &Client, rows: Vec<Row>) {
    let admin = app.admin();
    for (number, (mutation, input, ..)) in rows.into_iter().enumerate() {
        let scene = Scene::around(&admin, &format!("s{number}-"), &input).await;
        let before = events(&admin).await;
        done(client, mutation, scene.fill(&input)).await;
        assert_eq!(events(&admin).await, before + 1, "{mutation} {input}");
    }
}

/// The items that a user error names: none for rules, which have no ids yet.
fn named<'a>(scene: &'a Scene, items: &[&str]) -> Vec<&'a str> {
    items.iter().filter(|item| item.starts_with('$')).map(|item| scene.id(item)).collect()
}

/// Says that a list is refused with exactly these items named.
async fn names(client: &Client, scene: &Scene, list: &List, items: &[&str], beyond: &[&str]) {
    let (mutation, rest, field, ..) = list;
    let mut input = scene.fill(rest);
    input[*field] = scene.fill(&json!(items));
    let errors = refusal(client, mutation, input).await;
    let example = errors[0]["example"].as_str().unwrap_or_default();
    let examples = ["shop/order/refund", "shop/order/cancel"];
    assert!(examples.contains(&example), "{mutation} {field} {items:?}: {errors:#}");
    let expected = json!([out_of_scope(field, &named(scene, beyond), example)]);
    assert_eq!(errors, expected, "{mutation} {field} {items:?}");
}

api_tests! {
    async fn no_group_is_given_or_stripped_of_what_the_actor_lacks(app) {
        are_refused(app, groups()).await;
    }

    async fn no_role_is_given_or_stripped_of_what_the_actor_lacks(app) {
        are_refused(app, roles()).await;
    }

    async fn no_user_is_given_or_stripped_of_what_the_actor_lacks(app) {
        are_refused(app, users()).await;
    }

    async fn an_administrator_may_do_all_of_it_to_groups(app) {
        succeed(app, &app.admin(), groups()).await;
    }

    async fn an_administrator_may_do_all_of_it_to_roles(app) {
        succeed(app, &app.admin(), roles()).await;
    }

    async fn an_administrator_may_do_all_of_it_to_users(app) {
        succeed(app, &app.admin(), users()).await;
    }

    async fn whoever_has_just_the_access_may_do_all_of_it_to_groups(app) {
        succeed(app, &app.user_with("covering", &COVERING).await, groups()).await;
    }

    async fn whoever_has_just_the_access_may_do_all_of_it_to_roles(app) {
        succeed(app, &app.user_with("covering", &COVERING).await, roles()).await;
    }

    async fn whoever_has_just_the_access_may_do_all_of_it_to_users(app) {
        succeed(app, &app.user_with("covering", &COVERING).await, users()).await;
    }

    async fn what_is_beyond_is_found_first_in_the_middle_and_last_in_every_list(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        let before = picture(&admin).await;
        for list in lists() {
            let (_, _, _, [a, b], [bad, worse]) = list;
            for beyond in [bad, worse] {
                for items in [[beyond, a, b], [a, beyond, b], [a, b, beyond]] {
                    names(&limited, &scene, &list, &items, &[beyond]).await;
                }
            }
            names(&limited, &scene, &list, &[bad, a, worse, b], &[bad, worse]).await;
            names(&limited, &scene, &list, &[a, worse, b, bad], &[worse, bad]).await;
            assert_eq!(picture(&admin).await, before);
        }
    }

    async fn what_is_not_beyond_is_fine_in_every_list(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        for (number, (mutation, rest, field, fine, _)) in lists().into_iter().enumerate() {
            let all = json!([rest, fine]);
            let scene = Scene::around(&admin, &format!("s{number}-"), &all).await;
            let mut input = scene.fill(&rest);
            input[field] = scene.fill(&json!(fine));
            done(&limited, mutation, input).await;
        }
    }

    async fn what_stays_as_it_is_is_beyond_nobody(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        let before = picture(&admin).await;
        let nothing = [
            ("updateGroup", json!({ "id": "$plainGroup", "addUserIds": ["$strongUser"] })),
            ("updateGroup", json!({ "id": "$plainGroup2", "removeUserIds": ["$strongUser"] })),
            ("updateGroup", json!({ "id": "$deniedGroup", "addRoleIds": ["$denyRole"] })),
            ("updateGroup", json!({ "id": "$plainGroup", "removeRoleIds": ["$strongRole", "$denyRole"] })),
            ("updateUser", json!({ "id": "$balancedUser", "addGroupIds": ["$strongGroup"] })),
            ("updateUser", json!({ "id": "$weakUser2", "removeGroupIds": ["$strongGroup"] })),
        ];
        for (mutation, input) in nothing {
            done(&limited, mutation, scene.fill(&input)).await;
            assert_eq!(picture(&admin).await, before, "{mutation} {input}");
        }
    }

    async fn what_is_beyond_is_told_beside_everything_else(app) {
        let admin = app.admin();
        let limited = app.user_with("limited", &LIMITED).await;
        let scene = Scene::whole(&admin).await;
        let input = scene.fill(&json!({
            "id": "$strongGroup", "expectedVersion": 7, "title": "plainGroup",
            "addRoleIds": ["$strongRole2", "x"], "removeUserIds": ["$strongUser", "$plainGroup"],
        }));
        let errors = refusal(&limited, "updateGroup", input).await;
        let expected = json!([
            "input.addRoleIds NOT_FOUND",
            "input.addRoleIds OUT_OF_SCOPE",
            "input.expectedVersion STALE_VERSION",
            "input.id OUT_OF_SCOPE",
            "input.removeUserIds OUT_OF_SCOPE",
            "input.removeUserIds WRONG_TYPE",
            "input.title TAKEN",
        ]);
        assert_eq!(codes(&errors), expected);
        let input = scene.fill(&json!({
            "id": "$strongUser", "expectedVersion": 7, "email": "weakUser@example.org", "firstName": "",
            "password": "short", "addGroupIds": ["$strongGroup2", "$strongGroup2"],
        }));
        let errors = refusal(&limited, "updateUser", input).await;
        let expected = json!([
            "input.addGroupIds DUPLICATE_ITEM",
            "input.addGroupIds OUT_OF_SCOPE",
            "input.email TAKEN",
            "input.expectedVersion STALE_VERSION",
            "input.firstName BLANK",
            "input.id OUT_OF_SCOPE",
            "input.password TOO_SHORT",
        ]);
        assert_eq!(codes(&errors), expected);
    }
}
