//! What tests of guards arrange and ask: things that are below and above someone, and whatever can be
//! done to them.

use std::collections::{HashMap, HashSet};

use serde_json::{Value, json};

use super::client::rule_input;
use super::{Client, PASSWORD};

/// The rules of someone who lacks two accesses of a [`Scene`].
pub const LIMITED: [&str; 5] =
    ["acl/*/*", "user/*/*", "shop/*/*", "!shop/order/refund", "!shop/order/cancel"];
/// The rules of someone who lacks nothing of a [`Scene`], and is no administrator.
pub const COVERING: [&str; 3] = ["acl/*/*", "user/*/*", "shop/*/*"];

/// Mutations that can be rehearsed.
pub const REHEARSED: [&str; 6] =
    ["createGroup", "updateGroup", "createRole", "updateRole", "createUser", "updateUser"];

/// What can be in a scene, each after what it leans on: a role with its rules, a rule of a role, a group
/// with its roles, a user with their groups and perhaps a status.
const THINGS: [(&str, &[&str]); 31] = [
    ("$weakRole", &["shop/order/view"]),
    ("$weakRole2", &["shop/order/edit"]),
    ("$weakRole3", &["shop/order/print"]),
    ("$strongRole", &["shop/order/refund"]),
    ("$strongRole2", &["shop/order/refund"]),
    ("$looseRole", &["shop/order/refund"]),
    ("$denyRole", &["!shop/order/refund"]),
    ("$denyRole2", &["!shop/order/refund"]),
    (
        "$mixedRole",
        &["shop/order/view", "shop/order/edit", "!shop/order/refund", "!shop/order/cancel"],
    ),
    ("$strongRule", &["$strongRole", "shop/order/refund"]),
    ("$denyRule", &["$denyRole", "!shop/order/refund"]),
    ("$viewRule", &["$mixedRole", "shop/order/view"]),
    ("$editRule", &["$mixedRole", "shop/order/edit"]),
    ("$noRefundRule", &["$mixedRole", "!shop/order/refund"]),
    ("$noCancelRule", &["$mixedRole", "!shop/order/cancel"]),
    ("$plainGroup", &["$weakRole"]),
    ("$plainGroup2", &["$weakRole"]),
    ("$plainGroup3", &["$weakRole"]),
    ("$doubleGroup", &["$weakRole", "$strongRole"]),
    ("$strongGroup", &["$strongRole"]),
    ("$strongGroup2", &["$strongRole2"]),
    ("$deniedGroup", &["$weakRole", "$denyRole"]),
    ("$deniedGroup2", &["$weakRole", "$denyRole2"]),
    ("$wideGroup", &["$weakRole", "$weakRole2", "$weakRole3", "$denyRole", "$denyRole2"]),
    (
        "$weakUser",
        &["$plainGroup", "$plainGroup2", "$plainGroup3", "$deniedGroup", "$deniedGroup2"],
    ),
    ("$weakUser2", &["$plainGroup"]),
    ("$strongUser", &["$strongGroup", "$plainGroup"]),
    ("$strongUser2", &["$strongGroup2", "$plainGroup"]),
    ("$balancedUser", &["$strongGroup", "$deniedGroup"]),
    ("$blockedUser", &["$strongGroup", "BLOCKED"]),
    ("$deletedUser", &["$strongGroup", "DELETED"]),
];

/// Things by their names. Whoever has [`LIMITED`] lacks something of the strong ones, and something of
/// what the denying ones deny, but nothing of the weak ones.
pub struct Scene {
    prefix: String,
    ids: HashMap<String, String>,
}

impl Scene {
    /// Everything that can be in a scene.
    pub async fn whole(admin: &Client) -> Self {
        let all = THINGS.iter().map(|(name, _)| *name).collect();
        Self::of(admin, "", all).await
    }

    /// What a template mentions, with names of its own.
    pub async fn around(admin: &Client, prefix: &str, template: &Value) -> Self {
        let text = template.to_string();
        let mentioned = THINGS.iter().map(|(name, _)| *name);
        let mentioned = mentioned.filter(|name| text.contains(&format!("{name:?}"))).collect();
        Self::of(admin, prefix, mentioned).await
    }

    async fn of(admin: &Client, prefix: &str, mut wanted: HashSet<&str>) -> Self {
        for (name, parts) in THINGS.iter().rev() {
            if wanted.contains(name) {
                wanted.extend(*parts);
            }
        }
        let mut scene = Self { prefix: prefix.to_owned(), ids: HashMap::new() };
        for (name, parts) in THINGS.iter().filter(|(name, _)| wanted.contains(name)) {
            let id = scene.make(admin, name, parts).await;
            scene.know(name, &id);
        }
        scene
    }

    async fn make(&self, admin: &Client, name: &str, parts: &[&str]) -> String {
        let title = format!("{}{}", self.prefix, &name[1..]);
        let known = parts.iter().filter_map(|part| self.ids.get(*part).map(String::as_str));
        let known: Vec<&str> = known.collect();
        match name.trim_end_matches(|it: char| it.is_ascii_digit()) {
            role if role.ends_with("Role") => admin.create_role(&title, parts).await,
            rule if rule.ends_with("Rule") => rule_id(admin, known[0], parts[1]).await,
            group if group.ends_with("Group") => admin.create_group(&title, &known).await,
            _ => {
                let id = enrol(admin, &title, &known).await;
                if let Some(status) = parts.iter().find(|part| !part.starts_with('$')) {
                    done(admin, "setUserStatus", json!({ "id": id, "status": status })).await;
                }
                id
            }
        }
    }

    /// Gives something else a name.
    pub fn know(&mut self, name: &str, id: &str) {
        self.ids.insert(name.to_owned(), id.to_owned());
    }

    /// The id of a thing.
    pub fn id(&self, name: &str) -> &str {
        self.ids.get(name).unwrap_or_else(|| panic!("no {name} in this scene"))
    }

    /// A template with ids for `$names`, names of this scene for `#names`, and rules for
    /// `+bundle/controller/action` and `!bundle/controller/action`.
    pub fn fill(&self, template: &Value) -> Value {
        match template {
            Value::String(text) => match text.chars().next() {
                Some('$') => json!(self.id(text)),
                Some('#') => json!(format!("{}{}", self.prefix, &text[1..])),
                Some('+') => rule_input(&text[1..]),
                Some('!') => rule_input(text),
                _ => template.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, value)| (name.clone(), self.fill(value))).collect()
            }
            other => other.clone(),
        }
    }
}

/// The whole payload of a mutation, with all that its user errors can say.
pub async fn payload(client: &Client, mutation: &str, input: Value) -> Value {
    client.data(&document(mutation), json!({ "input": input })).await[mutation].take()
}

/// What is wrong with a mutation, which then has no result.
pub async fn refusal(client: &Client, mutation: &str, input: Value) -> Value {
    let mut payload = payload(client, mutation, input).await;
    let errors = payload["userErrors"].take();
    assert_ne!(errors, json!([]), "{mutation} succeeded");
    let mut results = payload.as_object().expect("an object").values();
    assert!(results.all(Value::is_null), "{mutation}: {payload:#}");
    errors
}

/// The payload of a mutation that must succeed.
pub async fn done(client: &Client, mutation: &str, input: Value) -> Value {
    let text = input.to_string();
    let payload = payload(client, mutation, input).await;
    assert_eq!(payload["userErrors"], json!([]), "{mutation} {text}");
    payload
}

/// A mutation with one input.
pub fn document(mutation: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    let result = match mutation {
        "createGroup" => "group { id } groupEdge { node { id } }",
        "updateGroup" => "group { id }",
        "deleteGroup" => "deletedGroupId",
        "createRole" => "role { id } roleEdge { node { id } }",
        "updateRole" => "role { id }",
        "deleteRole" => "deletedRoleId",
        "createUser" => "user { id } userEdge { node { id } }",
        "updateUser" | "setUserStatus" => "user { id }",
        "createApiToken" => "apiToken { id } secret",
        "revokeApiToken" => "revokedApiTokenId",
        "signIn" => "viewer { user { id } } sessionToken",
        "changePassword" => "viewer { user { id } }",
        "revokeSession" => "revokedSessionId",
        "clearSignInFailures" => "",
        _ => panic!("no result of {mutation} is known"),
    };
    format!(
        "mutation($input: {}{rest}Input!) {{
            {mutation}(input: $input) {{ {result} userErrors {{ ...errors }} }}
        }}
        fragment errors on UserError {{
            __typename message code path
            ... on TitleTakenError {{ normalizedValue existingGroup {{ id }} }}
            ... on NameTakenError {{ normalizedValue existingRole {{ id }} }}
            ... on EmailTakenError {{ normalizedValue existingUser {{ id }} }}
            ... on StringConstraintError {{ min max actual }}
            ... on ListSizeError {{ min max actual }}
            ... on DuplicateItemsError {{ affectedIds }}
            ... on NodesNotFoundError {{ expectedType affectedIds }}
            ... on StaleVersionError {{ expectedVersion currentVersion current {{ id }} }}
            ... on OutOfScopeError {{ affectedIds example }}
            ... on ProtectedError {{ subject {{ id }} usedBy }}
            ... on SignInError {{ retryAfterSeconds }}
        }}",
        first.to_uppercase()
    )
}

/// What is wrong when ids carry access that the viewer lacks.
pub fn out_of_scope(path: &str, ids: &[&str], example: &str) -> Value {
    json!({
        "__typename": "OutOfScopeError",
        "message": format!("This carries access that you lack yourself, such as {example}."),
        "code": "OUT_OF_SCOPE",
        "path": ["input", path],
        "affectedIds": ids,
        "example": example,
    })
}

/// The id of who asks.
pub async fn own_id(client: &Client) -> String {
    let data = client.data("{ viewer { user { id } } }", json!({})).await;
    data["viewer"]["user"]["id"].as_str().expect("an id").to_owned()
}

/// The id of a group of this title.
pub async fn group_id(admin: &Client, title: &str) -> String {
    let query = "query($title: String!) { groupByTitle(title: $title) { id } }";
    let data = admin.data(query, json!({ "title": title })).await;
    data["groupByTitle"]["id"].as_str().expect("an id").to_owned()
}

/// The id of a role of this name.
pub async fn role_id(admin: &Client, name: &str) -> String {
    let query = "query($name: String!) { roleByName(name: $name) { id } }";
    let data = admin.data(query, json!({ "name": name })).await;
    data["roleByName"]["id"].as_str().expect("an id").to_owned()
}

/// The id of a role's rule, written `bundle/controller/action` with a leading `!` for a denial.
pub async fn rule_id(admin: &Client, role: &str, rule: &str) -> String {
    let query = "query($role: ID!) {
        role(id: $role) { rules { id bundle controller action permission } }
    }";
    let mut data = admin.data(query, json!({ "role": role })).await;
    let rules = data["role"]["rules"].as_array_mut().expect("a list");
    let mut found = rules.iter_mut().filter_map(|found| {
        let id = found.as_object_mut()?.remove("id")?;
        (*found == rule_input(rule)).then(|| id.as_str().unwrap().to_owned())
    });
    found.next().unwrap_or_else(|| panic!("no rule {rule}"))
}

/// Makes a user of some groups who must not fail, and gives the id.
pub async fn enrol(admin: &Client, name: &str, groups: &[&str]) -> String {
    let input = json!({
        "email": format!("{name}@example.org"), "firstName": name, "lastName": "Tester",
        "password": PASSWORD, "groupIds": groups,
    });
    let payload = done(admin, "createUser", input).await;
    payload["user"]["id"].as_str().expect("an id").to_owned()
}

/// Everything there is, as an administrator sees it: at most fifty of each kind.
pub async fn picture(admin: &Client) -> Value {
    let query = "{
        roles(first: 50) { nodes {
            id name description version updatedAt rules { id } groups(first: 50) { nodes { id } }
        } }
        groups(first: 50) { nodes {
            id title description version updatedAt userCount roles { id }
            users(first: 50) { nodes { id } }
        } }
        users(first: 50, filter: { statuses: [ACTIVE, BLOCKED, DELETED] }) { nodes {
            id email firstName lastName locale status version updatedAt groups { id }
        } }
        auditEvents(first: 1) { nodes { id } totalCount }
    }";
    admin.data(query, json!({})).await
}

/// How many events were recorded.
pub async fn events(admin: &Client) -> i64 {
    let data = admin.data("{ auditEvents { totalCount } }", json!({})).await;
    data["auditEvents"]["totalCount"].as_i64().expect("a number")
}
