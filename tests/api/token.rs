//! API tokens: made, listed, used and revoked by those whose they are.

use entity::api_token;
use rolecall::domain::id::Kind;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, texts, unknown};
use crate::support::guarding::{document, done, group_id, own_id, refusal};
use crate::support::{Client, TestApp};

const CREATE: &str = "mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) {
    apiToken { id name prefix createdAt expiresAt lastUsedAt }
    secret userErrors { message } clientMutationId
} }";

/// The one right that it takes.
const RIGHT: &str = "user/token/create";

/// Makes a token and gives its id and its secret.
async fn make(client: &Client, name: &str) -> (String, String) {
    let made = done(client, "createApiToken", json!({ "name": name })).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&made["apiToken"]["id"]), text(&made["secret"]))
}

/// The names of the viewer's tokens, in their order.
async fn names(client: &Client) -> Vec<String> {
    texts(&client.data("{ apiTokens { name } }", json!({})).await["apiTokens"], "name")
}

/// The id of one of the viewer's tokens.
async fn id_of(client: &Client, name: &str) -> String {
    let data = client.data("{ apiTokens { id name } }", json!({})).await;
    let tokens = data["apiTokens"].as_array().unwrap();
    let token = tokens.iter().find(|token| token["name"] == name).unwrap();
    token["id"].as_str().unwrap().to_owned()
}

/// Says that a token no longer says who someone is.
async fn is_nobody(client: &Client) {
    let data = client.data("{ viewer { user { id } } }", json!({})).await;
    assert_eq!(data, json!({ "viewer": null }));
    let failures = client.failures("{ apiTokens { id } }", json!({})).await;
    assert_eq!(failures, json!([["UNAUTHENTICATED"]]));
}

/// Sets when a token ends behind the application's back; a new instance then reads it as it is.
async fn set_end(app: &TestApp, name: &str, end: &str) -> TestApp {
    app.sql(&format!("UPDATE api_tokens SET expires_at = '{end}' WHERE name = '{name}'")).await;
    app.another().await
}

/// What is wrong with revoking a token.
async fn revoking(client: &Client, id: &str) -> Value {
    refusal(client, "revokeApiToken", json!({ "id": id })).await
}

fn no_token(code: &str, message: &str, id: &str) -> Value {
    json!([{
        "__typename": "NodesNotFoundError", "message": message, "code": code,
        "path": ["input", "id"], "expectedType": "ApiToken", "affectedIds": [id],
    }])
}

fn too_many() -> Value {
    json!({
        "__typename": "ListSizeError", "message": "At most 100 are allowed, and these are 101.",
        "code": "TOO_MANY_ITEMS", "path": [], "min": 0, "max": 100, "actual": 101,
    })
}

fn text(path: &str, code: &str, message: &str) -> Value {
    json!({
        "__typename": "StringConstraintError", "message": message, "code": code,
        "path": ["input", path], "min": null, "max": null, "actual": null,
    })
}

api_tests! {
    async fn a_new_token_is_a_credential_of_its_maker(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let input = json!({
            "name": " Deployment ", "expiresAt": "2999-01-01T01:00:00+01:00", "clientMutationId": "3",
        });
        let mut answer = ada.run(CREATE, json!({ "input": input })).await;
        let payload = &mut answer["data"]["createApiToken"];
        let secret = payload["secret"].take();
        let secret = secret.as_str().unwrap();
        // 256 bits take 43 characters of base64url.
        assert!(secret.starts_with("rolecall_") && secret.len() >= 9 + 43, "{secret}");
        let prefix = payload["apiToken"]["prefix"].take();
        let prefix = prefix.as_str().unwrap();
        assert!(secret.starts_with(prefix), "{prefix}");
        assert!((10..=20).contains(&prefix.len()), "{prefix}");
        let (id, made) = (payload["apiToken"]["id"].take(), payload["apiToken"]["createdAt"].take());
        let expected = json!({ "data": { "createApiToken": {
            "apiToken": {
                "id": null, "name": "Deployment", "prefix": null, "createdAt": null,
                "expiresAt": "2999-01-01T00:00:00.000Z", "lastUsedAt": null,
            },
            "secret": null, "userErrors": [], "clientMutationId": "3",
        } } });
        assert_eq!(answer, expected);

        let query = "query($id: ID!) { node(id: $id) {
            id ... on ApiToken { name prefix createdAt expiresAt lastUsedAt }
        } }";
        let token = json!({
            "id": id, "name": "Deployment", "prefix": prefix, "createdAt": made,
            "expiresAt": "2999-01-01T00:00:00.000Z", "lastUsedAt": null,
        });
        assert_eq!(ada.data(query, json!({ "id": id })).await, json!({ "node": token }));
        assert_eq!(own_id(&app.bearer(secret)).await, own_id(&ada).await);
    }

    async fn tokens_are_listed_the_newest_first(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        for name in ["beta", "Alpha", "beta"] {
            make(&ada, name).await;
        }
        assert_eq!(names(&ada).await, ["beta", "Alpha", "beta", "test"]);
    }

    async fn a_secret_is_shown_once_and_kept_nowhere(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let (_, secret) = make(&ada, "Deployment").await;
        let query = "{
            apiTokens { __typename id name prefix createdAt expiresAt lastUsedAt }
            viewer { user { id email } }
        }";
        let shown = ada.data(query, json!({})).await.to_string();
        assert!(!shown.contains(&secret));
        for token in api_token::Entity::find().all(app.app.db.read()).await.unwrap() {
            assert!(!format!("{token:?}").contains(&secret));
            assert!(token.hash != secret.as_bytes() && token.prefix.len() < secret.len() / 2);
        }
    }

    async fn no_two_tokens_have_one_secret(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let ((a, first), (b, second)) = (make(&ada, "same").await, make(&ada, "same").await);
        assert!(a != b && first[15..] != second[15..]);
    }

    async fn the_last_use_of_a_token_is_noted(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let (_, secret) = make(&ada, "used").await;
        make(&ada, "unused").await;
        own_id(&app.bearer(&secret)).await;
        // It is noted beside the request: sooner or later, but at most once a minute.
        for _ in 0..1_000 {
            let data = ada.data("{ apiTokens { name createdAt lastUsedAt } }", json!({})).await;
            assert_eq!(data["apiTokens"][0]["lastUsedAt"], Value::Null);
            let used = &data["apiTokens"][1];
            if let (Some(at), Some(made)) = (used["lastUsedAt"].as_str(), used["createdAt"].as_str()) {
                assert_eq!(used["name"], "used");
                // To the minute, it may lie before its making.
                assert!(at[..16] >= made[..16], "{at} {made}");
                return;
            }
        }
        panic!("the use was not noted");
    }

    async fn everything_that_is_wrong_with_a_token_is_said_at_once(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let no_end = text("expiresAt", "INVALID_FORMAT", "This must be a time in the future.");
        let mut blank = text("name", "BLANK", "This must not be blank.");
        (blank["min"], blank["actual"]) = (json!(1), json!(0));
        let input = json!({ "name": " ", "expiresAt": "2024-02-29T23:59:59.999Z" });
        let errors = refusal(&ada, "createApiToken", input).await;
        assert_eq!(errors, json!([no_end, blank]));
        let mut long = text(
            "name", "TOO_LONG", "At most 255 characters are allowed, and these are 256.",
        );
        (long["max"], long["actual"]) = (json!(255), json!(256));
        let errors = refusal(&ada, "createApiToken", json!({ "name": "x".repeat(256) })).await;
        assert_eq!(errors, json!([long]));
        let errors = refusal(&ada, "createApiToken", json!({ "name": "a\u{7}" })).await;
        assert_eq!(codes(&errors), json!(["input.name INVALID_FORMAT"]));
        assert_eq!(names(&ada).await, ["test"]);
        make(&ada, &"x".repeat(255)).await;
    }

    async fn a_token_that_has_expired_stops_working(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let (_, secret) = make(&ada, "short").await;
        let client = app.bearer(&secret);
        own_id(&client).await;
        let later = set_end(app, "short", "2999-12-31T23:59:59.999+00:00").await;
        own_id(&client.on(&later)).await;
        let ended = set_end(app, "short", "2024-02-29T23:59:59.999+00:00").await;
        is_nobody(&client.on(&ended)).await;
        // It still stands in the list, until it is revoked.
        let ada = ada.on(&ended);
        let data = ada.data("{ apiTokens { name expiresAt } }", json!({})).await;
        let short = json!({ "name": "short", "expiresAt": "2024-02-29T23:59:59.999Z" });
        assert_eq!(data, json!({ "apiTokens": [short, { "name": "test", "expiresAt": null }] }));
        done(&ada, "revokeApiToken", json!({ "id": id_of(&ada, "short").await })).await;
        assert_eq!(names(&ada).await, ["test"]);
    }

    async fn a_token_that_is_revoked_stops_working_at_once(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let ((id, secret), (_, other)) = (make(&ada, "one").await, make(&ada, "two").await);
        let (client, other) = (app.bearer(&secret), app.bearer(&other));
        own_id(&client).await;
        let query = "mutation($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) {
            revokedApiTokenId userErrors { message } clientMutationId
        } }";
        let input = json!({ "id": id, "clientMutationId": "gone" });
        let expected = json!({ "data": { "revokeApiToken": {
            "revokedApiTokenId": id, "userErrors": [], "clientMutationId": "gone",
        } } });
        assert_eq!(other.run(query, json!({ "input": input })).await, expected);
        is_nobody(&client).await;
        assert_eq!(names(&other).await, ["two", "test"]);
        let query = "query($id: ID!) { node(id: $id) { id } }";
        assert_eq!(ada.data(query, json!({ "id": id })).await, json!({ "node": null }));
        let missing = no_token("NOT_FOUND", "There is no such API token.", &id);
        assert_eq!(revoking(&ada, &id).await, missing);
    }

    async fn a_token_can_revoke_itself(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        let (id, secret) = make(&ada, "one").await;
        let client = app.bearer(&secret);
        let payload = done(&client, "revokeApiToken", json!({ "id": id })).await;
        assert_eq!(payload["revokedApiTokenId"], json!(id));
        is_nobody(&client).await;
        assert_eq!(names(&ada).await, ["test"]);
    }

    async fn the_tokens_of_others_are_not_there(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &[RIGHT]).await);
        let (id, secret) = make(&ada, "Hers").await;
        assert_eq!(names(&admin).await, ["template"]);
        let query = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
        let nothing = json!({ "node": null, "nodes": [null] });
        assert_eq!(admin.data(query, json!({ "id": id })).await, nothing);
        let errors = revoking(&admin, &id).await;
        own_id(&app.bearer(&secret)).await;
        assert_eq!(names(&ada).await, ["Hers", "test"]);
        assert_eq!(errors, no_token("NOT_FOUND", "There is no such API token.", &id));
    }

    async fn what_is_no_token_cannot_be_revoked(app) {
        let admin = app.admin();
        for id in [&*unknown(Kind::ApiToken), "", "x", "rolecall_x"] {
            let missing = no_token("NOT_FOUND", "There is no such API token.", id);
            assert_eq!(revoking(&admin, id).await, missing);
        }
        for id in [own_id(&admin).await, group_id(&admin, "Administrators").await] {
            let wrong = no_token("WRONG_TYPE", "This is not the id of an API token.", &id);
            assert_eq!(revoking(&admin, &id).await, wrong);
        }
        assert_eq!(names(&admin).await, ["template"]);
    }

    async fn a_user_has_at_most_100_tokens(app) {
        let ada = app.user_with("ada", &[RIGHT]).await;
        // One there is already.
        for number in 1..100 {
            make(&ada, &format!("Token {number}")).await;
        }
        assert_eq!(names(&ada).await.len(), 100);
        let errors = refusal(&ada, "createApiToken", json!({ "name": "More" })).await;
        assert_eq!(errors, json!([too_many()]));
        let input = json!({ "name": "", "expiresAt": "2024-02-29T23:59:59Z" });
        let errors = refusal(&ada, "createApiToken", input).await;
        assert_eq!(errors[0], too_many());
        let all = [" TOO_MANY_ITEMS", "input.expiresAt INVALID_FORMAT", "input.name BLANK"];
        assert_eq!(codes(&errors), json!(all));
        // Those of others do not count, and one that goes makes room.
        make(&app.admin(), "Another's").await;
        done(&ada, "revokeApiToken", json!({ "id": id_of(&ada, "Token 50").await })).await;
        make(&ada, "More").await;
        assert_eq!(names(&ada).await[..2], ["More", "Token 99"]);
    }

    async fn tokens_take_the_right_to_make_them(app) {
        let ada = app.user_with("ada", &["acl/*/*", "user/user/*", "!user/token/create"]).await;
        let required = json!([["FORBIDDEN", RIGHT]]);
        assert_eq!(ada.failures("{ apiTokens { id } }", json!({})).await, required);
        for (mutation, input) in [
            ("createApiToken", json!({ "name": "" })),
            ("revokeApiToken", json!({ "id": unknown(Kind::ApiToken) })),
        ] {
            let failures = ada.failures(&document(mutation), json!({ "input": input })).await;
            assert_eq!(failures, required, "{mutation}");
        }
    }

    async fn a_token_is_no_more_than_its_user(app) {
        let (admin, ada) = (app.admin(), app.user_with("ada", &[RIGHT, "acl/group/index"]).await);
        let client = app.bearer(&make(&ada, "one").await.1);
        let query = "{ groups { totalCount } }";
        assert_eq!(client.data(query, json!({})).await, json!({ "groups": { "totalCount": 2 } }));
        assert_eq!(client.failures("{ roles { totalCount } }", json!({})).await, json!([["FORBIDDEN", "acl/role/index"]]));
        let (group, role) = (group_id(&admin, "Group of ada").await, admin.create_role("Less", &[]).await);
        done(&admin, "updateGroup", json!({ "id": group, "roleIds": [role] })).await;
        assert_eq!(client.failures(query, json!({})).await, json!([["FORBIDDEN", "acl/group/index"]]));
    }
}
