//! What tests of changes look at before and after, and what they are told when nothing changes.

use serde_json::{Value, json};

use super::asking::texts;
use super::client::rule_input;
use super::guarding::{self, document, done, enrol, payload, picture, refusal};
use super::{Client, TestApp};

/// When everything was last changed that [`age`] was asked to make old.
pub const LONG_AGO: &str = "2001-02-03T04:05:06.789Z";

/// A group as anyone sees it, but for its times.
pub async fn group(client: &Client, id: &str) -> Value {
    let query = "query($id: ID!) { group(id: $id) {
        title description roles { name } users(first: 100) { nodes { firstName } } userCount version
    } }";
    let mut group = client.data(query, json!({ "id": id })).await["group"].take();
    group["roles"] = column(&group["roles"], "name");
    group["users"] = column(&group["users"]["nodes"], "firstName");
    group
}

/// A role as anyone sees it, but for its times; its rules as `ALLOW bundle/controller/action`.
pub async fn role(client: &Client, id: &str) -> Value {
    let query = "query($id: ID!) { role(id: $id) {
        name description rules { bundle controller action permission } groupCount version
    } }";
    let mut role = client.data(query, json!({ "id": id })).await["role"].take();
    let rules = role["rules"].as_array().expect("a list").iter().map(|rule| {
        let part = |name: &str| rule[name].as_str().expect("a text").to_owned();
        let parts = [part("bundle"), part("controller"), part("action")];
        json!(format!("{} {}", part("permission"), parts.join("/")))
    });
    role["rules"] = rules.collect();
    role
}

/// The version of something, and when it was last changed.
pub async fn stamp(client: &Client, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) {
        ... on Role { version updatedAt } ... on Group { version updatedAt }
        ... on User { version updatedAt }
    } }";
    client.data(query, json!({ "id": id })).await["node"].take()
}

/// Makes everything there is unchanged since [`LONG_AGO`].
pub async fn age(app: &TestApp) {
    for table in ["roles", "groups", "users"] {
        let time = "'2001-02-03T04:05:06.789+00:00'";
        app.sql(&format!("UPDATE {table} SET updated_at = {time}, created_at = {time}")).await;
    }
}

/// Everything there is, and every event about it.
pub async fn everything(client: &Client) -> Value {
    let mut events =
        client.data("{ auditEvents(first: 100) { nodes { id action } } }", json!({})).await;
    json!({ "things": picture(client).await, "events": events["auditEvents"].take() })
}

/// The actions of the last events, newest first.
pub async fn last_actions(client: &Client, count: usize) -> Vec<String> {
    let query = "query($first: Int) { auditEvents(first: $first) { nodes { action } } }";
    let data = client.data(query, json!({ "first": count })).await;
    let actions = texts(&data["auditEvents"]["nodes"], "action");
    for action in &actions {
        assert!(
            is_documented(action),
            "{action} is missing in the description of AuditEvent.action"
        );
    }
    actions
}

/// Whether the schema's list of actions has this one.
fn is_documented(action: &str) -> bool {
    let schema = include_str!("../../../schema.graphql");
    schema
        .split_once("What was done: ")
        .and_then(|(_, rest)| rest.split_once("\"\"\""))
        .is_some_and(|(list, _)| {
            list.split([' ', '\n', '\t', ',', ';']).any(|it| it.trim_end_matches('.') == action)
        })
}

/// Says that a change succeeds and that afterwards everything, events and versions, is as it was.
pub async fn changes_nothing(client: &Client, mutation: &str, input: Value) {
    let before = everything(client).await;
    let text = input.to_string();
    let payload = done(client, mutation, input.clone()).await;
    for result in ["group", "role"].iter().filter_map(|name| payload.get(name)) {
        assert_eq!(result["id"], input["id"], "{mutation} {text}");
    }
    assert_eq!(everything(client).await, before, "{mutation} {text}");
}

/// What is wrong with a change, which is the same when it is only rehearsed, and leaves everything as it
/// was.
pub async fn faults(client: &Client, mutation: &str, input: Value) -> Value {
    let before = everything(client).await;
    let errors = refusal(client, mutation, input.clone()).await;
    if guarding::REHEARSED.contains(&mutation) {
        let mut rehearsal = input.clone();
        rehearsal["validateOnly"] = json!(true);
        assert_eq!(refusal(client, mutation, rehearsal).await, errors, "{mutation} {input}");
    }
    assert_eq!(everything(client).await, before, "{mutation} {input}");
    errors
}

/// Says that rehearsing a change finds nothing wrong, gives no result and leaves everything as it was.
pub async fn rehearses(client: &Client, mutation: &str, mut input: Value) {
    let before = everything(client).await;
    input["validateOnly"] = json!(true);
    let payload = payload(client, mutation, input.clone()).await;
    let mut fields = payload.as_object().expect("an object").clone();
    assert_eq!(fields.remove("userErrors"), Some(json!([])), "{mutation} {input}");
    assert!(fields.values().all(Value::is_null), "{mutation} {input}");
    assert_eq!(everything(client).await, before, "{mutation} {input}");
}

/// The whole answer to a mutation that may fail as a whole.
pub async fn attempt(client: &Client, mutation: &str, input: Value) -> Value {
    client.run(&document(mutation), json!({ "input": input })).await
}

/// A group `Ops` with a description, roles `A` and `B`, and users `ada` and `bob`; beside it a role `C`
/// and a user `cyd`.
pub struct Ops {
    pub admin: Client,
    pub id: String,
    pub roles: [String; 3],
    pub users: [String; 3],
}

impl Ops {
    pub async fn new(app: &TestApp) -> Self {
        let admin = app.admin();
        let roles = [
            admin.create_role("A", &[]).await,
            admin.create_role("B", &[]).await,
            admin.create_role("C", &[]).await,
        ];
        let elsewhere = admin.create_group("Elsewhere", &[&roles[2]]).await;
        let users = [
            enrol(&admin, "ada", &[&elsewhere]).await,
            enrol(&admin, "bob", &[&elsewhere]).await,
            enrol(&admin, "cyd", &[&elsewhere]).await,
        ];
        let input = json!({
            "title": "Ops", "description": "Who runs it", "roleIds": roles[..2], "userIds": users[..2],
        });
        let id =
            done(&admin, "createGroup", input).await["group"]["id"].as_str().unwrap().to_owned();
        Self { admin, id, roles, users }
    }

    /// Changes some fields, which must not fail.
    pub async fn set(&self, fields: Value) {
        done(&self.admin, "updateGroup", self.input(fields)).await;
    }

    /// What is wrong with changing some fields.
    pub async fn faults(&self, fields: Value) -> Value {
        faults(&self.admin, "updateGroup", self.input(fields)).await
    }

    pub fn input(&self, mut fields: Value) -> Value {
        fields["id"] = json!(self.id);
        fields
    }

    /// What the group is now.
    pub async fn now(&self) -> Value {
        group(&self.admin, &self.id).await
    }
}

/// What [`Ops`] is with some fields different.
#[expect(clippy::needless_pass_by_value, reason = "it is written where it is given")]
pub fn ops_with(fields: Value) -> Value {
    let mut group = json!({
        "title": "Ops", "description": "Who runs it", "roles": ["A", "B"], "users": ["ada", "bob"],
        "userCount": 2, "version": 1,
    });
    for (name, value) in fields.as_object().unwrap() {
        group[name] = value.clone();
    }
    group
}

/// A role `Editors` with a description and three rules.
pub struct Editors {
    pub admin: Client,
    pub id: String,
    /// The ids of `cms/page/delete`, which is denied, `cms/page/edit` and `cms/page/view`.
    pub rules: [String; 3],
}

impl Editors {
    pub async fn new(app: &TestApp) -> Self {
        let admin = app.admin();
        let rules = ["cms/page/view", "cms/page/edit", "!cms/page/delete"].map(rule_input);
        let input = json!({ "name": "Editors", "description": "Who writes", "rules": rules });
        let id = done(&admin, "createRole", input).await["role"]["id"].as_str().unwrap().to_owned();
        let rules = rule_ids(&admin, &id).await.try_into().expect("three rules");
        Self { admin, id, rules }
    }

    /// Changes some fields, which must not fail.
    pub async fn set(&self, fields: Value) {
        done(&self.admin, "updateRole", self.input(fields)).await;
    }

    /// What is wrong with changing some fields.
    pub async fn faults(&self, fields: Value) -> Value {
        faults(&self.admin, "updateRole", self.input(fields)).await
    }

    pub fn input(&self, mut fields: Value) -> Value {
        fields["id"] = json!(self.id);
        fields
    }

    /// What the role is now.
    pub async fn now(&self) -> Value {
        role(&self.admin, &self.id).await
    }
}

/// What [`Editors`] is with some fields different.
#[expect(clippy::needless_pass_by_value, reason = "it is written where it is given")]
pub fn editors_with(fields: Value) -> Value {
    let rules = ["DENY cms/page/delete", "ALLOW cms/page/edit", "ALLOW cms/page/view"];
    let mut role = json!({
        "name": "Editors", "description": "Who writes", "rules": rules, "groupCount": 0, "version": 1,
    });
    for (name, value) in fields.as_object().unwrap() {
        role[name] = value.clone();
    }
    role
}

/// The ids of a role's rules, in their order.
pub async fn rule_ids(client: &Client, role: &str) -> Vec<String> {
    let query = "query($id: ID!) { role(id: $id) { rules { id } } }";
    let data = client.data(query, json!({ "id": role })).await;
    texts(&data["role"]["rules"], "id")
}

fn column(items: &Value, field: &str) -> Value {
    items.as_array().expect("a list").iter().map(|item| item[field].clone()).collect()
}

/// One user error: its type, code, the fields of its path after `input` with dots between, message, and
/// what only its type has.
fn fault(ty: &str, code: &str, path: &str, message: &str, own: &Value) -> Value {
    let mut path: Vec<&str> = path.split('.').collect();
    path.insert(0, "input");
    let mut fault = json!({ "__typename": ty, "code": code, "path": path, "message": message });
    for (name, value) in own.as_object().expect("an object") {
        fault[name] = value.clone();
    }
    fault
}

/// Another group has this title.
pub fn title_taken(key: &str, holder: &str) -> Value {
    let own = json!({ "normalizedValue": key, "existingGroup": { "id": holder } });
    fault("TitleTakenError", "TAKEN", "title", "A group with this title exists already.", &own)
}

/// Another role has this name.
pub fn name_taken(key: &str, holder: &str) -> Value {
    let own = json!({ "normalizedValue": key, "existingRole": { "id": holder } });
    fault("NameTakenError", "TAKEN", "name", "A role with this name exists already.", &own)
}

/// Another user has this e-mail address.
pub fn email_taken(key: &str, holder: &str) -> Value {
    let own = json!({ "normalizedValue": key, "existingUser": { "id": holder } });
    let message = "A user with this e-mail address exists already.";
    fault("EmailTakenError", "TAKEN", "email", message, &own)
}

/// Nothing of a text shows.
pub fn blank(path: &str) -> Value {
    let own = json!({ "min": 1, "max": null, "actual": 0 });
    fault("StringConstraintError", "BLANK", path, "This must not be blank.", &own)
}

/// A text has one character more than it may.
pub fn too_long(path: &str, max: usize) -> Value {
    let message = format!("At most {max} characters are allowed, and these are {}.", max + 1);
    let own = json!({ "min": null, "max": max, "actual": max + 1 });
    fault("StringConstraintError", "TOO_LONG", path, &message, &own)
}

/// A list would be empty.
pub fn too_few(path: &str) -> Value {
    let own = json!({ "min": 1, "max": 100, "actual": 0 });
    fault("ListSizeError", "TOO_FEW_ITEMS", path, "Choose at least one.", &own)
}

/// A list would be too long.
pub fn too_many(path: &str, [min, max, actual]: [usize; 3]) -> Value {
    let message = format!("At most {max} are allowed, and these are {actual}.");
    let own = json!({ "min": min, "max": max, "actual": actual });
    fault("ListSizeError", "TOO_MANY_ITEMS", path, &message, &own)
}

/// What stands twice in a list, or is there already.
pub fn duplicate(path: &str, ids: &[&str]) -> Value {
    let message = "The same item stands here more than once.";
    fault("DuplicateItemsError", "DUPLICATE_ITEM", path, message, &json!({ "affectedIds": ids }))
}

/// What is both to come and to go.
pub fn contradictory(path: &str, ids: &[&str]) -> Value {
    let message = "The same item is to be added and to be removed.";
    fault(
        "DuplicateItemsError",
        "CONTRADICTORY_ITEM",
        path,
        message,
        &json!({ "affectedIds": ids }),
    )
}

/// Ids that name nothing.
pub fn not_found(path: &str, ty: &str, ids: &[&str]) -> Value {
    let message = format!("There is no such {}.", ty.to_lowercase());
    let own = json!({ "expectedType": ty, "affectedIds": ids });
    fault("NodesNotFoundError", "NOT_FOUND", path, &message, &own)
}

/// Ids that name something else.
pub fn wrong_type(path: &str, ty: &str, ids: &[&str]) -> Value {
    let message = format!("This is not the id of a {}.", ty.to_lowercase());
    let own = json!({ "expectedType": ty, "affectedIds": ids });
    fault("NodesNotFoundError", "WRONG_TYPE", path, &message, &own)
}

/// A `role`, `group` or `user` is no longer as it was.
pub fn stale(noun: &str, id: &str, [expected, current]: [i32; 2]) -> Value {
    let message = format!("Someone else changed this {noun} meanwhile.");
    let own = json!({
        "expectedVersion": expected, "currentVersion": current, "current": { "id": id },
    });
    fault("StaleVersionError", "STALE_VERSION", "expectedVersion", &message, &own)
}

/// What the system leans on, from either side.
pub fn protected(noun: &str, path: &str, id: &str) -> Value {
    let message = match noun {
        "role" => "This is the built-in role of administrators: it stays as it is.",
        _ => "This is the built-in group of administrators: it stays, and keeps their role.",
    };
    let own = json!({ "subject": { "id": id }, "usedBy": null });
    fault("ProtectedError", "PROTECTED", path, message, &own)
}

/// What something still leans on: what the message ends with, and how many they are.
pub fn in_use(message: &str, id: &str, used_by: usize) -> Value {
    let own = json!({ "subject": { "id": id }, "usedBy": used_by });
    fault("ProtectedError", "IN_USE", "id", message, &own)
}
