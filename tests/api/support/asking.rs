//! What tests of groups and roles ask for again and again, with everything that the answer can hold.

use std::sync::Arc;

use rolecall::db::End;
use rolecall::domain::id::{Kind, NodeId};
use rolecall::domain::user::{self, NewUser};
use rolecall::domain::{Actor, bootstrap};
use sea_orm::{ConnectionTrait, DatabaseTransaction, EntityTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Client, PASSWORD, TestApp};

const NEW_GROUP: &str = "mutation($input: CreateGroupInput!) { createGroup(input: $input) {
    group { id title } groupEdge { node { id } } clientMutationId
    userErrors {
        __typename message code path
        ... on TitleTakenError { normalizedValue existingGroup { id title } }
        ... on StringConstraintError { min max actual }
        ... on ListSizeError { min max actual }
        ... on DuplicateItemsError { affectedIds }
        ... on NodesNotFoundError { expectedType affectedIds }
        ... on OutOfScopeError { affectedIds example }
    }
} }";

const NEW_ROLE: &str = "mutation($input: CreateRoleInput!) { createRole(input: $input) {
    role { id name } roleEdge { node { id } } clientMutationId
    userErrors {
        __typename message code path
        ... on NameTakenError { normalizedValue existingRole { id name } }
        ... on StringConstraintError { min max actual }
        ... on ListSizeError { min max actual }
        ... on DuplicateItemsError { affectedIds }
        ... on OutOfScopeError { affectedIds example }
    }
} }";

impl Client {
    /// The whole payload of `createGroup`.
    pub async fn try_group(&self, input: Value) -> Value {
        self.data(NEW_GROUP, json!({ "input": input })).await["createGroup"].take()
    }

    /// What is wrong with the input of a group, which is then not made.
    pub async fn group_errors(&self, input: Value) -> Value {
        let payload = self.try_group(input).await;
        refusal(payload, ["group", "groupEdge"])
    }

    /// The whole payload of `createRole`.
    pub async fn try_role(&self, input: Value) -> Value {
        self.data(NEW_ROLE, json!({ "input": input })).await["createRole"].take()
    }

    /// What is wrong with the input of a role, which is then not made.
    pub async fn role_errors(&self, input: Value) -> Value {
        let payload = self.try_role(input).await;
        refusal(payload, ["role", "roleEdge"])
    }

    /// The code, and what is required, of each error of a document that fails as a whole.
    pub async fn failures(&self, query: &str, variables: Value) -> Value {
        let answer = self.run(query, variables).await;
        let errors = answer["errors"].as_array();
        let errors = errors.unwrap_or_else(|| panic!("nothing failed: {answer:#}"));
        let shorten = |error: &Value| {
            let extensions = &error["extensions"];
            match extensions.get("required") {
                Some(required) => json!([extensions["code"], required]),
                None => json!([extensions["code"]]),
            }
        };
        errors.iter().map(shorten).collect()
    }

    /// The titles of the groups that an argument list of `groups` leaves, in their order.
    pub async fn titles(&self, arguments: &str) -> Vec<String> {
        let query = format!("{{ groups{arguments} {{ nodes {{ title }} }} }}");
        texts(&self.data(&query, json!({})).await["groups"]["nodes"], "title")
    }

    /// The names of the roles that an argument list of `roles` leaves, in their order.
    pub async fn names(&self, arguments: &str) -> Vec<String> {
        let query = format!("{{ roles{arguments} {{ nodes {{ name }} }} }}");
        texts(&self.data(&query, json!({})).await["roles"]["nodes"], "name")
    }

    /// The id of the role that every database starts with.
    pub async fn root_role(&self) -> String {
        let query = "{ roleByName(name: \"Administrator\") { id } }";
        let data = self.data(query, json!({})).await;
        data["roleByName"]["id"].as_str().expect("an id").to_owned()
    }
}

impl TestApp {
    /// The global id of a new user whose role has these rules.
    pub async fn user_id(&self, name: &str, rules: &[&str]) -> String {
        global_id(Kind::User, self.make_user(name, rules).await)
    }

    /// Makes another administrator.
    pub async fn administrator(&self, name: &str) {
        let group = bootstrap::administrators(&self.app).await.expect("the database answers");
        let new = NewUser {
            email: format!("{name}@example.org"),
            first_name: name.into(),
            last_name: "Tester".into(),
            password: PASSWORD.into(),
            group_ids: vec![global_id(Kind::Group, group.expect("there is one").id)],
            ..NewUser::default()
        };
        user::create(&self.app, &Actor::system(), new).await.expect("the user is made");
    }

    /// What every user's password is stored as.
    pub async fn password_hashes(&self) -> Vec<String> {
        let users = entity::user::Entity::find().all(self.app.db.read()).await;
        users.expect("users can be read").into_iter().map(|user| user.password_hash).collect()
    }

    /// Changes rows behind the application's back.
    pub async fn sql(&self, sql: &str) {
        let write = |tx: Arc<DatabaseTransaction>| async move {
            tx.execute_unprepared(sql).await?;
            Ok(())
        };
        self.app.db.transaction(End::Commit, write).await.expect("the statement works");
    }
}

/// The global id of something that does not exist.
pub fn unknown(kind: Kind) -> String {
    global_id(kind, Uuid::now_v7())
}

/// The global id of a thing.
pub fn global_id(kind: Kind, uuid: Uuid) -> String {
    NodeId::new(kind, uuid).to_string()
}

/// One field of each item.
pub fn texts(items: &Value, field: &str) -> Vec<String> {
    let items = items.as_array().expect("a list").iter();
    items.map(|item| item[field].as_str().expect("a text").to_owned()).collect()
}

/// The path and the code of each user error.
pub fn codes(errors: &Value) -> Value {
    let errors = errors.as_array().expect("a list").iter();
    errors
        .map(|error| {
            let path = error["path"].as_array().expect("a path").iter();
            let path: Vec<&str> = path.filter_map(Value::as_str).collect();
            json!(format!("{} {}", path.join("."), error["code"].as_str().expect("a code")))
        })
        .collect()
}

fn refusal(mut payload: Value, made: [&str; 2]) -> Value {
    for field in made {
        assert_eq!(payload[field], Value::Null, "{payload:#}");
    }
    payload["userErrors"].take()
}
