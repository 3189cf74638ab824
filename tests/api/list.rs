//! Lists of groups and roles: what search and filters leave, and in which order.

use rolecall::domain::id::Kind;
use serde_json::json;

use crate::api_tests;
use crate::support::asking::unknown;
use crate::support::{Client, TestApp};

/// Makes groups that carry a role of their own.
async fn make_groups(admin: &Client, titles: &[&str]) {
    let role = admin.create_role("Empty", &[]).await;
    for title in titles {
        admin.create_group(title, &[&role]).await;
    }
}

/// The titles that a search finds.
async fn search(client: &Client, text: &str) -> Vec<String> {
    client.titles(&format!("(filter: {{ search: {} }})", json!(text))).await
}

/// The titles of the groups of some ids.
async fn by_ids(client: &Client, ids: &[&str]) -> Vec<String> {
    client.titles(&format!("(filter: {{ ids: {} }})", json!(ids))).await
}

/// The ids of roles `A`, `B` and of groups `Has A`, `Has B`, `Has both` that carry them.
async fn crossed(admin: &Client) -> ([String; 2], [String; 3]) {
    let roles = [admin.create_role("A", &[]).await, admin.create_role("B", &[]).await];
    let groups = [
        admin.create_group("Has A", &[&roles[0]]).await,
        admin.create_group("Has B", &[&roles[1]]).await,
        admin.create_group("Has both", &[&roles[0], &roles[1]]).await,
    ];
    (roles, groups)
}

/// Groups whose every sort field orders them in another way.
async fn make_orderable_groups(app: &TestApp) {
    let admin = app.admin();
    let role = admin.create_role("Empty", &[]).await;
    let users = [app.user_id("ada", &[]).await, app.user_id("bob", &[]).await];
    for (title, members) in [("beta", 1), ("Alpha", 2), ("Émile", 0), ("delta", 3)] {
        let mut ids = users.to_vec();
        ids.truncate(members);
        if members == 3 {
            ids.push(app.user_id("cyd", &[]).await);
        }
        let input = json!({ "title": title, "roleIds": [role], "userIds": ids });
        assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
    }
    for (year, title) in [(2001, "delta"), (2002, "beta"), (2003, "Émile"), (2004, "Alpha")] {
        app.sql(&format!(
            "UPDATE groups SET updated_at = '{year}-01-01T00:00:00+00:00' WHERE title = '{title}'"
        ))
        .await;
    }
}

/// The titles of [`make_orderable_groups`] in some order.
async fn ordered(client: &Client, order: &str) -> Vec<String> {
    let mut titles = client.titles(&format!("(orderBy: {{ {order} }})")).await;
    titles.retain(|title| !title.starts_with("Group of") && title != "Administrators");
    titles
}

/// The names of all roles by a field, one way or the other.
async fn names_by(client: &Client, field: &str, way: &str) -> Vec<String> {
    client.names(&format!("(orderBy: {{ field: {field}, direction: {way} }})")).await
}

api_tests! {
    async fn a_search_finds_any_part_of_a_title_whatever_its_case_and_form(app) {
        let admin = app.admin();
        make_groups(&admin, &["Straßenbau", "Ops Team", "night ops"]).await;
        assert_eq!(search(&admin, "STRASSE").await, ["Straßenbau"]);
        assert_eq!(search(&admin, "\u{ff2f}\u{ff30}\u{ff33}").await, ["night ops", "Ops Team"]);
        assert_eq!(search(&admin, " team\t").await, ["Ops Team"]);
        assert_eq!(search(&admin, "s t").await, ["Ops Team"]);
        assert_eq!(search(&admin, "day").await, [""; 0]);
    }

    async fn a_blank_search_finds_everything(app) {
        let admin = app.admin();
        for nothing in ["", "  ", "\u{200b}"] {
            assert_eq!(search(&admin, nothing).await, ["Administrators"], "{nothing:?}");
        }
        assert_eq!(admin.titles("(filter: { search: null })").await, ["Administrators"]);
    }

    async fn a_search_has_no_wildcards(app) {
        let admin = app.admin();
        make_groups(&admin, &["100% sure", "100 sure", "a_b", "axb", "c\\d", "cd"]).await;
        assert_eq!(search(&admin, "%").await, ["100% sure"]);
        assert_eq!(search(&admin, "0%s").await, [""; 0]);
        assert_eq!(search(&admin, "_").await, ["a_b"]);
        assert_eq!(search(&admin, "\\").await, ["c\\d"]);
        assert_eq!(search(&admin, "\\%").await, [""; 0]);
        assert_eq!(search(&admin, "*").await, [""; 0]);
        assert_eq!(search(&admin, "' OR ''='").await, [""; 0]);
    }

    async fn a_search_that_cannot_be_is_refused(app) {
        for (list, text) in [("groups", "a\0b".to_owned()), ("roles", "x".repeat(256))] {
            let query = format!("{{ {list}(filter: {{ search: {} }}) {{ totalCount }} }}", json!(text));
            assert_eq!(app.admin().failures(&query, json!({})).await, json!([["BAD_USER_INPUT"]]));
        }
    }

    async fn a_search_finds_any_part_of_a_roles_name(app) {
        let admin = app.admin();
        for name in ["Éditeur", "100%", "Reader"] {
            admin.create_role(name, &[]).await;
        }
        let search = async |text: &str| {
            admin.names(&format!("(filter: {{ search: {} }})", json!(text))).await
        };
        assert_eq!(search("E\u{301}DIT").await, ["Éditeur"]);
        assert_eq!(search("%").await, ["100%"]);
        assert_eq!(search("AD").await, ["Administrator", "Reader"]);
    }

    async fn groups_can_be_filtered_by_their_ids(app) {
        let admin = app.admin();
        let (roles, [a, _, both]) = crossed(&admin).await;
        assert_eq!(by_ids(&admin, &[&both, &a, &both]).await, ["Has A", "Has both"]);
        assert_eq!(by_ids(&admin, &[&unknown(Kind::Group), &roles[0], "x", ""]).await, [""; 0]);
        assert_eq!(by_ids(&admin, &[]).await, [""; 0]);
    }

    async fn groups_can_be_filtered_by_their_roles(app) {
        let admin = app.admin();
        let ([a, b], [group, ..]) = crossed(&admin).await;
        let filter = async |ids: &[&str]| {
            admin.titles(&format!("(filter: {{ roleIds: {} }})", json!(ids))).await
        };
        assert_eq!(filter(&[&a]).await, ["Has A", "Has both"]);
        assert_eq!(filter(&[&a, &b]).await, ["Has A", "Has B", "Has both"]);
        assert_eq!(filter(&[&unknown(Kind::Role), &group]).await, [""; 0]);
        assert_eq!(filter(&[]).await, [""; 0]);
    }

    async fn groups_can_be_filtered_by_their_users(app) {
        let admin = app.admin();
        let (ada, bob) = (app.user_id("ada", &[]).await, app.user_id("bob", &[]).await);
        let role = admin.root_role().await;
        let input = json!({ "title": "Both", "roleIds": [role], "userIds": [ada, bob] });
        assert_eq!(admin.try_group(input).await["userErrors"], json!([]));
        let filter = async |ids: &[&str]| {
            admin.titles(&format!("(filter: {{ userIds: {} }})", json!(ids))).await
        };
        assert_eq!(filter(&[&ada]).await, ["Both", "Group of ada"]);
        assert_eq!(filter(&[&ada, &bob]).await, ["Both", "Group of ada", "Group of bob"]);
        assert_eq!(filter(&[&unknown(Kind::User)]).await, [""; 0]);
    }

    async fn roles_can_be_filtered_by_their_ids_and_their_groups(app) {
        let admin = app.admin();
        let ([a, b], [has_a, _, has_both]) = crossed(&admin).await;
        let filter = async |filter: String| admin.names(&format!("(filter: {{ {filter} }})")).await;
        assert_eq!(filter(format!("ids: {}", json!([b, has_a]))).await, ["B"]);
        assert_eq!(filter(format!("groupIds: {}", json!([has_a]))).await, ["A"]);
        assert_eq!(filter(format!("groupIds: {}", json!([has_a, has_both]))).await, ["A", "B"]);
        assert_eq!(filter(format!("groupIds: {}", json!([a]))).await, [""; 0]);
    }

    async fn every_condition_of_a_filter_must_hold(app) {
        let admin = app.admin();
        let ([a, b], [has_a, has_b, _]) = crossed(&admin).await;
        let filter = format!("ids: {}, roleIds: {}", json!([has_a, has_b]), json!([b]));
        assert_eq!(admin.titles(&format!("(filter: {{ {filter} }})")).await, ["Has B"]);
        let filter = format!("search: \"both\", roleIds: {}", json!([a]));
        assert_eq!(admin.titles(&format!("(filter: {{ {filter} }})")).await, ["Has both"]);
    }

    async fn a_filter_takes_at_most_100_ids(app) {
        let ids: Vec<String> = (0..101).map(|_| unknown(Kind::Role)).collect();
        let query = "query($ids: [ID!]) { roles(filter: { ids: $ids }) { totalCount } }";
        let data = app.admin().data(query, json!({ "ids": ids[..100] })).await;
        assert_eq!(data, json!({ "roles": { "totalCount": 0 } }));
        let failures = app.admin().failures(query, json!({ "ids": ids })).await;
        assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
    }

    async fn groups_can_be_ordered_by_each_field_both_ways(app) {
        make_orderable_groups(app).await;
        let orders = [
            ("TITLE", ["Alpha", "beta", "delta", "Émile"]),
            ("CREATED_AT", ["beta", "Alpha", "Émile", "delta"]),
            ("UPDATED_AT", ["delta", "beta", "Émile", "Alpha"]),
            ("USER_COUNT", ["Émile", "beta", "Alpha", "delta"]),
        ];
        for (field, mut expected) in orders {
            let admin = app.admin();
            assert_eq!(ordered(&admin, &format!("field: {field}")).await, expected, "{field}");
            let ascending = format!("field: {field}, direction: ASC");
            assert_eq!(ordered(&admin, &ascending).await, expected, "{field}");
            expected.reverse();
            let descending = format!("field: {field}, direction: DESC");
            assert_eq!(ordered(&admin, &descending).await, expected, "{field}");
        }
    }

    async fn roles_can_be_ordered_by_each_field_both_ways(app) {
        let admin = app.admin();
        for (year, name) in [(2003, "b"), (2001, "C"), (2002, "a")] {
            admin.create_role(name, &[]).await;
            let time = format!("{year}-01-01T00:00:00+00:00");
            app.sql(&format!("UPDATE roles SET updated_at = '{time}' WHERE name = '{name}'")).await;
        }
        let orders = [
            ("NAME", ["a", "Administrator", "b", "C"]),
            ("CREATED_AT", ["Administrator", "b", "C", "a"]),
            ("UPDATED_AT", ["C", "a", "b", "Administrator"]),
        ];
        for (field, mut expected) in orders {
            assert_eq!(names_by(&admin, field, "ASC").await, expected, "{field}");
            expected.reverse();
            assert_eq!(names_by(&admin, field, "DESC").await, expected, "{field}");
        }
    }

    async fn lists_are_in_the_order_of_titles_and_names_when_nothing_is_said(app) {
        let admin = app.admin();
        make_groups(&admin, &["beta", "Zulu", "alpha", "Ärzte"]).await;
        let titles = admin.titles("").await;
        assert_eq!(titles, ["Administrators", "alpha", "beta", "Zulu", "Ärzte"]);
        assert_eq!(admin.titles("(orderBy: null)").await, titles);
        assert_eq!(admin.names("").await, ["Administrator", "Empty"]);
    }
}
