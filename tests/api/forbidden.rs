//! What each operation requires of who asks: every entry point of the API, and every field that leads to
//! another kind of thing.

use std::collections::BTreeSet;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{TypeKind, TypeSystemDefinition};
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::guarding::{done, enrol, group_id, own_id, role_id};
use crate::support::{ADMIN, Client, PASSWORD, TestApp};

/// Every entry point for reading that requires an access, and which.
pub const READS: [(&str, &str); 11] = [
    ("{ role(id: \"x\") { id } }", "acl/role/index"),
    ("{ roleByName(name: \"x\") { id } }", "acl/role/index"),
    ("{ roles { nodes { id } } }", "acl/role/index"),
    ("{ group(id: \"x\") { id } }", "acl/group/index"),
    ("{ groupByTitle(title: \"x\") { id } }", "acl/group/index"),
    ("{ groups { nodes { id } } }", "acl/group/index"),
    ("{ user(id: \"x\") { id } }", "user/user/index"),
    ("{ userByEmail(email: \"x\") { id } }", "user/user/index"),
    ("{ users { nodes { id } } }", "user/user/index"),
    ("{ auditEvents { nodes { id } } }", "audit/event/index"),
    ("{ apiTokens { id } }", "user/token/create"),
];

/// The same for changing.
#[rustfmt::skip]
pub const WRITES: [(&str, &str); 15] = [
    ("mutation { createRole(input: { name: \"\" }) { userErrors { code } } }", "acl/role/create"),
    ("mutation { updateRole(input: { id: \"x\" }) { userErrors { code } } }", "acl/role/update"),
    ("mutation { deleteRole(input: { id: \"x\" }) { userErrors { code } } }", "acl/role/delete"),
    ("mutation { createGroup(input: { title: \"\", roleIds: [] }) { userErrors { code } } }", "acl/group/create"),
    ("mutation { updateGroup(input: { id: \"x\" }) { userErrors { code } } }", "acl/group/update"),
    ("mutation { deleteGroup(input: { id: \"x\" }) { userErrors { code } } }", "acl/group/delete"),
    ("mutation { createUser(input: { email: \"\", firstName: \"\", lastName: \"\", password: \"\", groupIds: [] }) { userErrors { code } } }", "user/user/create"),
    ("mutation { updateUser(input: { id: \"x\", email: \"\" }) { userErrors { code } } }", "user/user/update"),
    ("mutation { updateUser(input: { id: \"x\", firstName: \"\" }) { userErrors { code } } }", "user/user/update"),
    ("mutation { setUserStatus(input: { id: \"x\", status: BLOCKED }) { userErrors { code } } }", "user/user/update"),
    ("mutation { setUserStatus(input: { id: \"x\", status: DELETED }) { userErrors { code } } }", "user/user/delete"),
    ("mutation { setUserStatus(input: { id: \"x\", status: ACTIVE }) { userErrors { code } } }", "user/user/update"),
    ("mutation { createApiToken(input: { name: \"\" }) { userErrors { code } } }", "user/token/create"),
    ("mutation { revokeApiToken(input: { id: \"x\" }) { userErrors { code } } }", "user/token/create"),
    ("mutation { clearSignInFailures(input: {}) { userErrors { code } } }", "user/user/update"),
];

/// What whoever is signed in may ask: the answer depends on who they are.
pub const SIGNED_IN: [&str; 2] = ["{ node(id: \"x\") { id } }", "{ nodes(ids: [\"x\"]) { id } }"];
/// What whoever is signed in may change: what is their own.
pub const OWN: [&str; 2] = [
    "mutation { changePassword(input: { currentPassword: \"\", newPassword: \"\" }) { userErrors { code } } }",
    "mutation { revokeSession(input: { id: \"x\" }) { userErrors { code } } }",
];
/// What works for everyone.
const OPEN: [&str; 3] = ["viewer", "signIn", "signOut"];

/// The fields of a type in the schema.
fn fields(name: &str) -> BTreeSet<String> {
    let document = parse_schema(include_str!("../../schema.graphql")).expect("a schema");
    let found = document.definitions.into_iter().find_map(|definition| match definition {
        TypeSystemDefinition::Type(it) if it.node.name.node == name => match it.node.kind {
            TypeKind::Object(object) => Some(object.fields),
            _ => None,
        },
        _ => None,
    });
    let found = found.expect("an object").into_iter();
    found.map(|field| field.node.name.node.to_string()).collect()
}

/// The first field of a document.
fn entry(query: &str) -> String {
    let (_, rest) = query.split_once("{ ").expect("a selection");
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

/// The data of an answer, and the path and requirement of each of its errors.
async fn partial(client: &Client, query: &str, variables: Value) -> (Value, Value) {
    let mut answer = client.run(query, variables).await;
    let errors = answer["errors"].as_array().into_iter().flatten();
    let errors = errors.map(|error| {
        assert_eq!(error["extensions"]["code"], "FORBIDDEN", "{error:#}");
        json!([error["path"], error["extensions"]["required"]])
    });
    let errors = errors.collect();
    (answer["data"].take(), errors)
}

/// What `setUserStatus` says to someone with some rules: a requirement, or nothing.
async fn status_requires(app: &TestApp, rules: &[&str], from: &str, to: &str) -> Value {
    let name = format!("{from}-{to}-{}", rules.concat().replace('/', ""));
    let client = app.user_with(&format!("a-{name}"), rules).await;
    let user = app.user_id(&format!("b-{name}"), &[]).await;
    if from != "ACTIVE" {
        done(&app.admin(), "setUserStatus", json!({ "id": user, "status": from })).await;
    }
    let query = "mutation($input: SetUserStatusInput!) {
        setUserStatus(input: $input) { user { status } userErrors { code } }
    }";
    let mut answer = client.run(query, json!({ "input": { "id": user, "status": to } })).await;
    let payload = answer["data"]["setUserStatus"].take();
    if !payload.is_null() {
        assert_eq!(payload, json!({ "user": { "status": to }, "userErrors": [] }), "{from} {to}");
    }
    answer.pointer_mut("/errors/0/extensions/required").map_or(Value::Null, Value::take)
}

#[test]
fn every_entry_point_of_the_schema_stands_in_a_table() {
    let entries =
        |some: &[(&str, &str)]| some.iter().map(|it| entry(it.0)).collect::<BTreeSet<_>>();
    let mut entries: BTreeSet<String> = entries(&READS).union(&entries(&WRITES)).cloned().collect();
    entries.extend(SIGNED_IN.iter().chain(&OWN).map(|query| entry(query)));
    entries.extend(OPEN.map(str::to_owned));
    assert_eq!(entries, fields("Query").union(&fields("Mutation")).cloned().collect());
}

api_tests! {
    async fn without_its_access_an_operation_is_forbidden(app) {
        let stranger = app.user_with("stranger", &["acl/other/*", "shop/*/*", "*/*/export"]).await;
        for (query, required) in READS.iter().chain(&WRITES) {
            let failures = stranger.failures(query, json!({})).await;
            assert_eq!(failures, json!([["FORBIDDEN", required]]), "{query}");
        }
    }

    async fn with_every_access_but_its_own_an_operation_is_forbidden(app) {
        for (number, (query, required)) in READS.iter().chain(&WRITES).enumerate() {
            let mut rules = vec!["*/*/*".to_owned(), format!("!{required}")];
            if query.contains("status: ACTIVE") {
                rules.push("!user/user/delete".into());
            }
            let rules: Vec<&str> = rules.iter().map(String::as_str).collect();
            let client = app.user_with(&format!("user{number}"), &rules).await;
            let failures = client.failures(query, json!({})).await;
            assert_eq!(failures, json!([["FORBIDDEN", required]]), "{query}");
        }
    }

    async fn with_its_access_alone_an_operation_works(app) {
        for (number, (query, required)) in READS.iter().chain(&WRITES).enumerate() {
            let client = app.user_with(&format!("user{number}"), &[required]).await;
            client.data(query, json!({})).await;
        }
    }

    async fn whoever_is_signed_in_may_look_for_nodes(app) {
        let stranger = app.user_with("stranger", &[]).await;
        assert_eq!(stranger.data(SIGNED_IN[0], json!({})).await, json!({ "node": null }));
        assert_eq!(stranger.data(SIGNED_IN[1], json!({})).await, json!({ "nodes": [null] }));
    }

    async fn whoever_is_signed_in_may_try_to_change_what_is_their_own(app) {
        let stranger = app.user_with("stranger", &[]).await;
        for query in OWN {
            stranger.data(query, json!({})).await;
        }
    }

    async fn a_change_of_status_requires_what_it_leads_from_and_to(app) {
        let (update, delete) = ("user/user/update", "user/user/delete");
        let index = "user/user/index";
        let steps = [
            ("ACTIVE", "BLOCKED", &[update][..]),
            ("BLOCKED", "ACTIVE", &[update]),
            ("ACTIVE", "DELETED", &[delete]),
            ("DELETED", "ACTIVE", &[delete]),
            ("BLOCKED", "DELETED", &[update, delete]),
            ("DELETED", "BLOCKED", &[update, delete]),
        ];
        for (from, to, required) in steps {
            for given in [&[index][..], &[index, update], &[index, delete], &[index, update, delete]] {
                let missing: Vec<&str> =
                    required.iter().copied().filter(|it| !given.contains(it)).collect();
                let found = status_requires(app, given, from, to).await;
                match missing[..] {
                    [] => assert_eq!(found, Value::Null, "{from} {to} {given:?}"),
                    // With neither right it does not matter what the user's status is.
                    _ if given.len() == 1 => assert!([update, delete].contains(&found.as_str().unwrap())),
                    _ => assert_eq!(found, missing[0], "{from} {to} {given:?}"),
                }
            }
        }
    }

    async fn users_of_groups_are_forbidden_one_by_one_and_their_siblings_stay(app) {
        let reader = app.user_with("reader", &["acl/group/index"]).await;
        let query = "{ groups { nodes { title users { totalCount } userCount } } }";
        let group = |title: &str| json!({ "title": title, "users": null, "userCount": 1 });
        let data = json!({ "groups": { "nodes": [group("Administrators"), group("Group of reader")] } });
        let error = |index: usize| json!([["groups", "nodes", index, "users"], "user/user/index"]);
        let expected = (data, json!([error(0), error(1)]));
        assert_eq!(partial(&reader, query, json!({})).await, expected);
    }

    async fn groups_of_roles_are_forbidden_one_by_one_and_their_siblings_stay(app) {
        let reader = app.user_with("reader", &["acl/role/index"]).await;
        let query = "{ roles { nodes { name groups { nodes { title } } groupCount } } }";
        let role = |name: &str| json!({ "name": name, "groups": null, "groupCount": 1 });
        let data = json!({ "roles": { "nodes": [role("Administrator"), role("Role of reader")] } });
        let error = |index: usize| json!([["roles", "nodes", index, "groups"], "acl/group/index"]);
        let expected = (data, json!([error(0), error(1)]));
        assert_eq!(partial(&reader, query, json!({})).await, expected);
    }

    async fn groups_of_users_are_forbidden_but_ones_own_and_their_siblings_stay(app) {
        let reader = app.user_with("reader", &["user/user/index"]).await;
        let query = "{ users { nodes { email groups { title } status } } }";
        let user = |email: &str, groups: Value| json!({ "email": email, "groups": groups, "status": "ACTIVE" });
        let own = json!([{ "title": "Group of reader" }]);
        let nodes = [user(ADMIN, Value::Null), user("reader@example.org", own)];
        let data = json!({ "users": { "nodes": nodes } });
        let errors = json!([[["users", "nodes", 0, "groups"], "acl/group/index"]]);
        assert_eq!(partial(&reader, query, json!({})).await, (data, errors));
    }

    async fn actors_of_events_are_forbidden_but_oneself_and_their_siblings_stay(app) {
        let keeper = app.user_with("keeper", &["audit/event/index", "acl/role/create"]).await;
        app.admin().create_role("By the administrator", &[]).await;
        keeper.create_role("By the keeper", &[]).await;
        let query = "{ auditEvents(filter: { actions: [\"role.created\"] }) {
            nodes { action actor { email } }
        } }";
        let event = |actor: Value| json!({ "action": "role.created", "actor": actor });
        let me = json!({ "email": "keeper@example.org" });
        // The keeper's own role was made by the system.
        let nodes = [event(me), event(Value::Null), event(Value::Null)];
        let data = json!({ "auditEvents": { "nodes": nodes } });
        let errors = json!([[["auditEvents", "nodes", 1, "actor"], "user/user/index"]]);
        assert_eq!(partial(&keeper, query, json!({})).await, (data, errors));
    }

    async fn everyone_reads_their_own_user_with_groups_and_names_of_roles(app) {
        let stranger = app.user_with("stranger", &["shop/*/*"]).await;
        let me = own_id(&stranger).await;
        let fields = "email firstName lastName status locale version groups {
            title userCount roles { name } viewerCan { update delete addUsers }
        } viewerCan { update block delete }";
        let none = json!({ "update": false, "delete": false, "addUsers": false });
        let user = json!({
            "email": "stranger@example.org", "firstName": "stranger", "lastName": "Tester",
            "status": "ACTIVE", "locale": "en", "version": 1,
            "groups": [{
                "title": "Group of stranger", "userCount": 1,
                "roles": [{ "name": "Role of stranger" }], "viewerCan": none,
            }],
            "viewerCan": { "update": true, "block": false, "delete": false },
        });
        let query = format!("{{ viewer {{ user {{ {fields} }} }} }}");
        assert_eq!(stranger.data(&query, json!({})).await, json!({ "viewer": { "user": user } }));
        let query = format!("query($id: ID!) {{
            user(id: $id) {{ {fields} }} node(id: $id) {{ ... on User {{ {fields} }} }}
        }}");
        let data = stranger.data(&query, json!({ "id": me })).await;
        assert_eq!(data, json!({ "user": user, "node": user }));
    }

    async fn rules_and_members_of_ones_own_groups_are_not_ones_own(app) {
        let stranger = app.user_with("stranger", &["shop/*/*"]).await;
        let query = "{ viewer { user { groups { title users { totalCount } } } } }";
        let data = json!({ "viewer": { "user": { "groups": [{ "title": "Group of stranger", "users": null }] } } });
        let path = json!(["viewer", "user", "groups", 0, "users"]);
        let expected = (data, json!([[path, "user/user/index"]]));
        assert_eq!(partial(&stranger, query, json!({})).await, expected);
        let query = "{ viewer { user { groups { title roles { name rules { action } } } } } }";
        let data = json!({ "viewer": { "user": { "groups": [{ "title": "Group of stranger", "roles": null }] } } });
        let path = json!(["viewer", "user", "groups", 0, "roles", 0, "rules"]);
        let expected = (data, json!([[path, "acl/role/index"]]));
        assert_eq!(partial(&stranger, query, json!({})).await, expected);
    }

    async fn everyone_changes_their_own_names_and_language_and_nothing_else_of_themselves(app) {
        let stranger = app.user_with("stranger", &[]).await;
        let me = own_id(&stranger).await;
        let admin = app.admin();
        let group = group_id(&admin, "Group of stranger").await;
        let input = json!({ "id": me, "firstName": "Ada", "lastName": "Byron", "locale": "en-GB" });
        done(&stranger, "updateUser", input).await;
        let query = "mutation($input: UpdateUserInput!) { updateUser(input: $input) { userErrors { code } } }";
        let changes = [
            json!({ "id": me, "email": "ada@example.org" }),
            json!({ "id": me, "password": PASSWORD }),
            json!({ "id": me, "groupIds": [group] }),
            json!({ "id": me, "addGroupIds": [group] }),
            json!({ "id": me, "removeGroupIds": [group] }),
            json!({ "id": me, "firstName": "Ada", "email": "ada@example.org", "validateOnly": true }),
            json!({ "id": own_id(&admin).await, "firstName": "Ada" }),
        ];
        for input in changes {
            let failures = stranger.failures(query, json!({ "input": input })).await;
            assert_eq!(failures, json!([["FORBIDDEN", "user/user/update"]]), "{input}");
        }
        let query = "{ viewer { user { email firstName lastName locale version } } }";
        let user = json!({
            "email": "stranger@example.org", "firstName": "Ada", "lastName": "Byron", "locale": "en-GB",
            "version": 2,
        });
        assert_eq!(stranger.data(query, json!({})).await, json!({ "viewer": { "user": user } }));
    }

    async fn what_the_viewer_may_not_see_is_not_there_to_be_changed(app) {
        let admin = app.admin();
        let keeper = app.user_with("keeper", &["acl/group/update", "acl/role/update", "user/user/*", "!user/user/index"]).await;
        let role = admin.create_role("Nothing", &[]).await;
        let group = admin.create_group("Nothing", &[&role]).await;
        let user = enrol(&admin, "nobody", &[&group]).await;
        let attempts = [
            ("updateRole", role, "Role"), ("updateGroup", group, "Group"), ("updateUser", user.clone(), "User"),
            ("setUserStatus", user, "User"), ("updateRole", role_id(&admin, "Role of keeper").await, "Role"),
        ];
        for (mutation, id, kind) in attempts {
            let mut input = json!({ "id": id });
            if mutation == "setUserStatus" {
                input["status"] = json!("BLOCKED");
            }
            let errors = crate::support::guarding::refusal(&keeper, mutation, input).await;
            let expected = json!([{
                "__typename": "NodesNotFoundError",
                "message": format!("There is no such {}.", kind.to_lowercase()),
                "code": "NOT_FOUND", "path": ["input", "id"], "expectedType": kind, "affectedIds": [id],
            }]);
            assert_eq!(errors, expected, "{mutation}");
        }
    }

    async fn a_filter_of_users_by_groups_requires_the_right_to_read_groups(app) {
        let reader = app.user_with("reader", &["user/user/index"]).await;
        let query = "{ users(filter: { groupIds: [] }) { nodes { id } } }";
        assert_eq!(reader.failures(query, json!({})).await, json!([["FORBIDDEN", "acl/group/index"]]));
    }
}
