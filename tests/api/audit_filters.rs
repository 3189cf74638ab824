//! Lists of audit events: which a filter leaves, page by page, who may read them, and what is in none.

use entity::audit_event;
use rolecall::domain::id::Kind;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::audit_events::latest;
use crate::support::asking::{texts, unknown};
use crate::support::guarding::{done, enrol, events, own_id, payload, refusal, role_id};
use crate::support::{Client, PASSWORD, TestApp};
use crate::user::plain_group;

/// The right to read it.
const RIGHT: &str = "audit/event/index";

/// The actions of the events that an argument list of `auditEvents` leaves, in their order.
async fn actions(client: &Client, arguments: &str) -> Vec<String> {
    let query = format!("{{ auditEvents{arguments} {{ nodes {{ action }} }} }}");
    texts(&client.data(&query, json!({})).await["auditEvents"]["nodes"], "action")
}

/// The names of roles that were made, of the events that a filter leaves.
async fn made(client: &Client, filter: &str) -> String {
    let query = format!(
        "{{ auditEvents(filter: {{ actions: [\"role.created\"], {filter} }}) {{ nodes {{ changes }} }} }}"
    );
    let changes = texts(&client.data(&query, json!({})).await["auditEvents"]["nodes"], "changes");
    let name = |changes: &String| {
        let changes: Value = serde_json::from_str(changes).unwrap();
        changes["name"][1].as_str().unwrap().to_owned()
    };
    changes.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// Sets when a role was made according to its event.
async fn set_time(app: &TestApp, name: &str, at: &str) {
    let named = format!("WHERE action = 'role.created' AND changes LIKE '%\"{name}\"%'");
    app.sql(&format!("UPDATE audit_events SET at = '{at}' {named}")).await;
}

/// One page of events: their ids, and what is said of the page.
async fn page(client: &Client, arguments: &str) -> (Vec<String>, Value) {
    let query = format!(
        "{{ auditEvents({arguments}) {{
            nodes {{ id }}
            edges {{ cursor }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }}
        }} }}"
    );
    let mut page = client.data(&query, json!({})).await["auditEvents"].take();
    let cursors = texts(&page["edges"], "cursor");
    let info = page["pageInfo"].take();
    assert_eq!(info["startCursor"], json!(cursors.first()));
    assert_eq!(info["endCursor"], json!(cursors.last()));
    (texts(&page["nodes"], "id"), info)
}

/// Everything that all events say.
async fn everything(client: &Client) -> Vec<String> {
    let query = "query($after: String) { auditEvents(first: 100, after: $after) {
        nodes { id action subjectId changes requestId actor { id email } }
        pageInfo { hasNextPage endCursor }
    } }";
    let (mut told, mut after) = (Vec::new(), Value::Null);
    loop {
        let mut data = client.data(query, json!({ "after": after })).await["auditEvents"].take();
        told.extend(data["nodes"].as_array().unwrap().iter().map(Value::to_string));
        if data["pageInfo"]["hasNextPage"] == false {
            return told;
        }
        after = data["pageInfo"]["endCursor"].take();
    }
}

api_tests! {
    async fn events_can_be_filtered_by_who_did_them(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &["acl/*/*"]).await);
        let (me, her) = (own_id(&admin).await, own_id(&ada).await);
        admin.create_role("A", &[]).await;
        ada.create_role("B", &[]).await;
        ada.create_role("C", &[]).await;
        let by = async |ids: Value| made(&admin, &format!("actorIds: {ids}")).await;
        assert_eq!(by(json!([me])).await, "A");
        assert_eq!(by(json!([her])).await, "C B");
        assert_eq!(by(json!([her, me, "x", unknown(Kind::User)])).await, "C B A");
        assert_eq!(by(json!([])).await, "");
        assert_eq!(by(json!([unknown(Kind::User), admin.root_role().await])).await, "");
    }

    async fn events_can_be_filtered_by_what_they_are_about(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let role = role_id(&admin, "Role of Plain").await;
        let user = enrol(&admin, "ada", &[&group]).await;
        done(&admin, "updateGroup", json!({ "id": group, "title": "Simple" })).await;
        done(&admin, "createApiToken", json!({ "name": "x" })).await;
        let token = latest(&admin).await;
        for (ids, expected) in [
            (json!([role]), vec!["role.created"]),
            (json!([group]), vec!["group.updated", "group.created"]),
            (json!([user]), vec!["user.created"]),
            (json!([token]), vec!["api_token.created"]),
            (json!([user, group, "x"]), vec!["group.updated", "user.created", "group.created"]),
            (json!([unknown(Kind::Group), ""]), vec![]),
            (json!([]), vec![]),
        ] {
            let told = actions(&admin, &format!("(filter: {{ subjectIds: {ids} }})")).await;
            assert_eq!(told, expected);
        }
    }

    async fn events_can_be_filtered_by_action(app) {
        let admin = app.admin();
        plain_group(&admin, "Plain").await;
        for (names, expected) in [
            (json!(["role.created"]), vec!["role.created"]),
            (json!(["role.created", "group.created"]), vec!["group.created", "role.created"]),
            (json!(["system.bootstrapped", "none"]), vec!["system.bootstrapped"]),
            (json!(["role", "ROLE.CREATED", "role.%", "a\0b", ""]), vec![]),
            (json!([]), vec![]),
        ] {
            let told = actions(&admin, &format!("(filter: {{ actions: {names} }})")).await;
            assert_eq!(told, expected, "{names}");
        }
    }

    async fn events_can_be_filtered_by_time(app) {
        let admin = app.admin();
        for (name, at) in [
            ("A", "2024-02-28T23:59:59.999+00:00"), ("B", "2024-02-29T00:00:00.000+00:00"),
            ("C", "2024-02-29T12:00:00.500+00:00"), ("D", "2024-03-01T00:00:00.000+00:00"),
        ] {
            admin.create_role(name, &[]).await;
            set_time(app, name, at).await;
        }
        for (filter, expected) in [
            ("since: \"2024-02-29T00:00:00Z\"", "D C B"),
            ("until: \"2024-02-29T00:00:00Z\"", "A"),
            ("since: \"2024-02-29T00:00:00Z\", until: \"2024-03-01T00:00:00Z\"", "C B"),
            ("since: \"2024-02-29T12:00:00.5Z\", until: \"2024-02-29T12:00:00.501Z\"", "C"),
            ("since: \"2024-02-29T12:00:00.501Z\"", "D"),
            ("since: \"2024-02-29T14:00:00.500+02:00\"", "D C"),
            ("until: \"2024-02-28T22:59:59.999-01:00\"", ""),
            ("since: \"2024-03-01T00:00:00Z\", until: \"2024-02-29T00:00:00Z\"", ""),
            ("since: null, until: null", "D C B A"),
        ] {
            assert_eq!(made(&admin, filter).await, expected, "{filter}");
        }
    }

    async fn every_condition_of_a_filter_of_events_must_hold(app) {
        let admin = app.admin();
        let (a, _) = (admin.create_role("A", &[]).await, admin.create_role("B", &[]).await);
        done(&admin, "updateRole", json!({ "id": a, "name": "Z" })).await;
        let me = own_id(&admin).await;
        let filter = format!("actorIds: {}, subjectIds: {}", json!([me]), json!([a]));
        assert_eq!(made(&admin, &filter).await, "A");
        set_time(app, "A", "2024-02-29T00:00:00+00:00").await;
        let early = format!("{filter}, until: \"2024-03-01T00:00:00Z\"");
        assert_eq!(made(&admin, &early).await, "A");
        let late = format!("{filter}, since: \"2024-03-01T00:00:00Z\"");
        assert_eq!(made(&admin, &late).await, "");
        assert_eq!(actions(&admin, &format!("(filter: {{ {late} }})")).await, ["role.updated"]);
        let query = format!("{{ auditEvents(filter: {{ {filter} }}, first: 1) {{ totalCount }} }}");
        let expected = json!({ "auditEvents": { "totalCount": 2 } });
        assert_eq!(admin.data(&query, json!({})).await, expected);
    }

    async fn a_filter_of_events_takes_at_most_100_ids(app) {
        let admin = app.admin();
        let query = "query($filter: AuditFilter) { auditEvents(filter: $filter) { totalCount } }";
        for field in ["actorIds", "subjectIds", "actions"] {
            let ids: Vec<String> = (0..101).map(|_| unknown(Kind::User)).collect();
            let data = admin.data(query, json!({ "filter": { field: ids[..100] } })).await;
            assert_eq!(data, json!({ "auditEvents": { "totalCount": 0 } }));
            let failures = admin.failures(query, json!({ "filter": { field: ids } })).await;
            assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{field}");
        }
    }

    async fn pages_lead_through_events_the_newest_first(app) {
        let admin = app.admin();
        for number in 0..8 {
            admin.create_role(&format!("Role {number}"), &[]).await;
        }
        // Some in one moment, and one before all others.
        for number in [2, 3, 4, 5] {
            set_time(app, &format!("Role {number}"), "2024-02-29T23:59:59.123456+00:00").await;
        }
        set_time(app, "Role 6", "2023-02-28T00:00:00+00:00").await;
        let all = "actorIds: null";
        assert_eq!(made(&admin, all).await[..20], *"Role 7 Role 1 Role 0");
        assert!(made(&admin, all).await.ends_with("Role 6"));
        let (ids, _) = page(&admin, "first: 100").await;
        assert_eq!(ids.len(), 10);

        let (mut forward, mut after) = (Vec::new(), Value::Null);
        while after.is_string() || forward.is_empty() {
            let (some, mut info) = page(&admin, &format!("first: 3, after: {after}")).await;
            assert_eq!(info["hasPreviousPage"], !forward.is_empty());
            forward.extend(some);
            let more = info["hasNextPage"] == true;
            after = if more { info["endCursor"].take() } else { Value::Null };
        }
        assert_eq!(forward, ids);

        let (mut backward, mut before) = (Vec::new(), Value::Null);
        while before.is_string() || backward.is_empty() {
            let (some, mut info) = page(&admin, &format!("last: 3, before: {before}")).await;
            assert_eq!(info["hasNextPage"], !backward.is_empty());
            backward.splice(0..0, some);
            let more = info["hasPreviousPage"] == true;
            before = if more { info["startCursor"].take() } else { Value::Null };
        }
        assert_eq!(backward, ids);
    }

    async fn what_happens_meanwhile_moves_no_page_of_events(app) {
        let admin = app.admin();
        for name in ["A", "B", "C", "D"] {
            admin.create_role(name, &[]).await;
        }
        let (all, _) = page(&admin, "first: 4").await;
        let (_, info) = page(&admin, "first: 2").await;
        admin.create_role("E", &[]).await;
        let (next, _) = page(&admin, &format!("first: 2, after: {}", info["endCursor"])).await;
        assert_eq!(next, all[2..]);
        let (new, info) = page(&admin, &format!("last: 1, before: {}", info["startCursor"])).await;
        assert_eq!((new.len(), &info["hasPreviousPage"]), (1, &json!(false)));
    }

    async fn a_cursor_or_size_that_no_page_of_events_has_is_refused(app) {
        let admin = app.admin();
        let roles = admin.data("{ roles(orderBy: { field: CREATED_AT }) { edges { cursor } } }", json!({})).await;
        let foreign = format!("after: {}", roles["roles"]["edges"][0]["cursor"]);
        for wrong in [
            &*foreign, "first: 101", "last: 101", "first: -1", "last: -1", "first: 5, last: 5",
            "before: \"x\"",
        ] {
            let query = format!("{{ auditEvents({wrong}) {{ nodes {{ id }} }} }}");
            let failures = admin.failures(&query, json!({})).await;
            assert_eq!(failures, json!([["BAD_USER_INPUT"]]), "{wrong}");
        }
    }

    async fn no_event_says_a_secret_whatever_was_done(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let ada = enrol(&admin, "ada", &[&group]).await;
        let mut hashes = app.password_hashes().await;
        let passwords = [PASSWORD, "another horse's battery staple", "x!7", "password-that-is-not-taken"];
        done(&admin, "updateUser", json!({ "id": ada, "password": passwords[1] })).await;
        hashes.extend(app.password_hashes().await);
        refusal(&admin, "updateUser", json!({ "id": ada, "password": passwords[2] })).await;
        let input = json!({ "id": ada, "password": passwords[3], "firstName": "" });
        refusal(&admin, "updateUser", input).await;
        let mut secrets = Vec::new();
        for name in ["one", "two"] {
            let made = done(&admin, "createApiToken", json!({ "name": name })).await;
            secrets.push(made["secret"].as_str().unwrap().to_owned());
        }
        let id = latest(&admin).await;
        done(&admin, "revokeApiToken", json!({ "id": id })).await;
        for status in ["BLOCKED", "DELETED", "ACTIVE"] {
            done(&admin, "setUserStatus", json!({ "id": ada, "status": status })).await;
        }
        payload(&admin, "deleteGroup", json!({ "id": group, "force": true })).await;
        done(&admin, "deleteRole", json!({ "id": role_id(&admin, "Role of Plain").await })).await;
        hashes.extend(app.password_hashes().await);

        let mut told = everything(&admin).await;
        assert_eq!(i64::try_from(told.len()).unwrap(), events(&admin).await);
        assert!(told.len() > 12);
        let rows = audit_event::Entity::find().all(app.app.db.read()).await.unwrap();
        told.extend(rows.iter().map(|row| format!("{row:?}")));
        secrets.push(app.admin_token().to_owned());
        let shown: Vec<String> = secrets.iter().map(|secret| secret[..15].to_owned()).collect();
        let known = passwords.iter().map(ToString::to_string);
        let all: Vec<String> = known.chain(hashes).chain(secrets).chain(shown).collect();
        for text in &told {
            assert!(!text.contains("argon2") && !text.contains("rolecall_"), "{text}");
            assert!(all.iter().all(|secret| !text.contains(&**secret)), "{text}");
        }
    }

    async fn events_take_the_right_to_read_them(app) {
        let ada = app.user_with("ada", &["acl/*/*", "user/*/*", "audit/event/create"]).await;
        let failures = ada.failures("{ auditEvents { nodes { id } } }", json!({})).await;
        assert_eq!(failures, json!([["FORBIDDEN", RIGHT]]));
        let failures = app.nobody().failures("{ auditEvents { totalCount } }", json!({})).await;
        assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
        let reader = app.user_with("reader", &[RIGHT]).await;
        let data = reader.data("{ auditEvents(first: 1) { nodes { action } } }", json!({})).await;
        let node = json!({ "action": "api_token.created" });
        assert_eq!(data, json!({ "auditEvents": { "nodes": [node] } }));
    }

    async fn who_acted_is_shown_to_those_who_may_read_users_and_to_themselves(app) {
        let reader = app.user_with("reader", &[RIGHT, "acl/role/*"]).await;
        reader.create_role("By reader", &[]).await;
        app.admin().create_role("By admin", &[]).await;
        let query = "{ auditEvents(first: 3) { nodes { action actor { email } } } }";
        let error = json!({
            "message": "You need the access user/user/index for this.",
            "path": ["auditEvents", "nodes", 0, "actor"],
            "extensions": { "code": "FORBIDDEN", "required": "user/user/index" },
        });
        let mut answer = reader.run(query, json!({})).await;
        for error in answer["errors"].as_array_mut().unwrap() {
            error.as_object_mut().unwrap().remove("locations");
        }
        let event = |action: &str, actor: Value| json!({ "action": action, "actor": actor });
        let expected = json!({
            "data": { "auditEvents": { "nodes": [
                event("role.created", Value::Null),
                event("role.created", json!({ "email": "reader@example.org" })),
                event("api_token.created", Value::Null),
            ] } },
            "errors": [error],
        });
        assert_eq!(answer, expected);
    }
}
