//! Users: what they must be when they are made, and how one is found.

use rolecall::domain::id::Kind;
use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::{codes, unknown};
use crate::support::guarding::{done, enrol, group_id, own_id, payload, picture, refusal};
use crate::support::{Client, PASSWORD};
use crate::update_user::{updated, wrong};

const CREATE: &str = "mutation($input: CreateUserInput!) { createUser(input: $input) {
    user { email firstName lastName status locale lastSignInAt version groups { title } }
    userEdge { node { email } } userErrors { message } clientMutationId
} }";

/// Somebody who can be made, of these groups.
fn ada(groups: &[&str]) -> Value {
    json!({
        "email": "ada@example.org", "firstName": "Ada", "lastName": "Lovelace",
        "password": PASSWORD, "groupIds": groups,
    })
}

/// [`ada`], but for one field.
fn ada_but(groups: &[&str], field: &str, value: Value) -> Value {
    let mut input = ada(groups);
    input[field] = value;
    input
}

/// A group without any access.
pub async fn plain_group(admin: &Client, title: &str) -> String {
    let role = admin.create_role(&format!("Role of {title}"), &[]).await;
    admin.create_group(title, &[&role]).await
}

/// As many groups without any access.
pub async fn plain_groups(admin: &Client, count: usize) -> Vec<String> {
    let role = admin.create_role("Empty", &[]).await;
    let mut groups = Vec::new();
    for number in 0..count {
        groups.push(admin.create_group(&format!("Group {number:03}"), &[&role]).await);
    }
    groups
}

fn text(path: &str, code: &str, message: &str, [min, max, actual]: [Option<usize>; 3]) -> Value {
    json!({
        "__typename": "StringConstraintError", "message": message, "code": code,
        "path": ["input", path], "min": min, "max": max, "actual": actual,
    })
}

/// What is wrong with an id.
pub fn nodes(path: &str, code: &str, message: &str, [kind, id]: [&str; 2]) -> Value {
    json!({
        "__typename": "NodesNotFoundError", "message": message, "code": code,
        "path": ["input", path], "expectedType": kind, "affectedIds": [id],
    })
}

fn size(path: &str, code: &str, message: &str, actual: usize) -> Value {
    json!({
        "__typename": "ListSizeError", "message": message, "code": code, "path": ["input", path],
        "min": 1, "max": 100, "actual": actual,
    })
}

/// What is wrong when someone has an e-mail address.
pub fn taken(key: &str, holder: Option<&str>) -> Value {
    json!([{
        "__typename": "EmailTakenError", "message": "A user with this e-mail address exists already.",
        "code": "TAKEN", "path": ["input", "email"], "normalizedValue": key,
        "existingUser": holder.map(|id| json!({ "id": id })),
    }])
}

api_tests! {
    async fn a_user_is_made_with_their_groups(app) {
        let admin = app.admin();
        let (b, a) = (plain_group(&admin, "beta").await, plain_group(&admin, "Alpha").await);
        let mut input = ada(&[&b, &a]);
        input["email"] = json!(" Ada@Example.org\t");
        input["firstName"] = json!(" Ada ");
        input["locale"] = json!("DE-at");
        input["clientMutationId"] = json!("7");
        let expected = json!({ "data": { "createUser": {
            "user": {
                "email": "Ada@Example.org", "firstName": "Ada", "lastName": "Lovelace",
                "status": "ACTIVE", "locale": "de-AT", "lastSignInAt": null, "version": 1,
                "groups": [{ "title": "Alpha" }, { "title": "beta" }],
            },
            "userEdge": { "node": { "email": "Ada@Example.org" } },
            "userErrors": [],
            "clientMutationId": "7",
        } } });
        assert_eq!(admin.run(CREATE, json!({ "input": input })).await, expected);
        let query = "{ groupByTitle(title: \"alpha\") { userCount version users { nodes { email } } } }";
        let group = json!({
            "userCount": 1, "version": 1, "users": { "nodes": [{ "email": "Ada@Example.org" }] },
        });
        assert_eq!(admin.data(query, json!({})).await, json!({ "groupByTitle": group }));
    }

    async fn everything_that_is_wrong_with_a_new_user_is_said_at_once(app) {
        let admin = app.admin();
        let (group, role) = (group_id(&admin, "Administrators").await, admin.root_role().await);
        let nothing = unknown(Kind::Group);
        let input = json!({
            "email": "ada", "firstName": " \u{200b}", "lastName": "x".repeat(256), "password": "secret",
            "locale": "?", "groupIds": [group, role, nothing, group],
        });
        let duplicate = json!({
            "__typename": "DuplicateItemsError", "code": "DUPLICATE_ITEM",
            "message": "The same item stands here more than once.",
            "path": ["input", "groupIds"], "affectedIds": [group],
        });
        let expected = json!([
            text(
                "email", "INVALID_FORMAT", "This must be an e-mail address such as ada@example.org.",
                [None; 3],
            ),
            text("firstName", "BLANK", "This must not be blank.", [Some(1), None, Some(0)]),
            duplicate,
            nodes("groupIds", "NOT_FOUND", "There is no such group.", ["Group", &nothing]),
            nodes("groupIds", "WRONG_TYPE", "This is not the id of a group.", ["Group", &role]),
            text(
                "lastName", "TOO_LONG", "At most 255 characters are allowed, and these are 256.",
                [None, Some(255), Some(256)],
            ),
            text(
                "locale", "INVALID_FORMAT",
                "This must be the tag of a language such as en, de-AT or zh-Hant.", [None; 3],
            ),
            text(
                "password", "TOO_SHORT", "At least 12 characters are needed, and these are 6.",
                [Some(12), None, Some(6)],
            ),
        ]);
        assert_eq!(refusal(&admin, "createUser", input).await, expected);
    }

    async fn an_email_address_belongs_to_one_user_of_whatever_status(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        for (name, status) in [("ada", "ACTIVE"), ("bob", "BLOCKED"), ("cyd", "DELETED")] {
            let id = enrol(&admin, name, &[&group]).await;
            done(&admin, "setUserStatus", json!({ "id": id, "status": status })).await;
            let email = json!(format!(" {}@EXAMPLE.ORG", name.to_uppercase()));
            let input = ada_but(&[&group], "email", email);
            let expected = taken(&format!("{name}@example.org"), Some(&id));
            assert_eq!(refusal(&admin, "createUser", input).await, expected);
        }
    }

    async fn the_holder_of_an_email_address_is_shown_to_those_who_may_read_users(app) {
        let maker = app.user_with("maker", &["user/user/create", "acl/group/index"]).await;
        let group = plain_group(&app.admin(), "Plain").await;
        app.user_id("ada", &[]).await;
        let errors = refusal(&maker, "createUser", ada(&[&group])).await;
        assert_eq!(errors, taken("ada@example.org", None));
        let oneself = ada_but(&[&group], "email", json!("maker@example.org"));
        let expected = taken("maker@example.org", Some(&own_id(&maker).await));
        assert_eq!(refusal(&maker, "createUser", oneself).await, expected);
    }

    async fn a_password_has_12_to_128_characters(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        // Neither a word nor a pattern, and beyond ASCII: characters count, not bytes.
        let long: String = (0..129u32).map(|n| char::from_u32(0x4e00 + n * n * 7 % 9_973).unwrap()).collect();
        let first = |count: usize| json!(long.chars().take(count).collect::<String>());
        for (count, code, limits) in [
            (0, "TOO_SHORT", [Some(12), None]),
            (11, "TOO_SHORT", [Some(12), None]),
            (129, "TOO_LONG", [None, Some(128)]),
        ] {
            let input = ada_but(&[&group], "password", first(count));
            let mut errors = refusal(&admin, "createUser", input).await;
            let message = errors[0]["message"].take();
            let [min, max] = limits;
            let mut expected = text("password", code, "", [min, max, Some(count)]);
            expected["message"] = Value::Null;
            assert_eq!(errors, json!([expected]), "{message}");
        }
        for count in [12, 128] {
            let mut input = ada_but(&[&group], "password", first(count));
            input["email"] = json!(format!("user{count}@example.org"));
            done(&admin, "createUser", input).await;
        }
    }

    async fn a_password_that_is_easy_to_guess_is_refused(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        for weak in ["passwordpassword", "aaaaaaaaaaaaaaaa", "123456789012", "qwertyuiop[]"] {
            let input = ada_but(&[&group], "password", json!(weak));
            let mut errors = refusal(&admin, "createUser", input).await;
            let message = errors[0]["message"].take();
            let mut expected = text("password", "TOO_WEAK", "", [None; 3]);
            expected["message"] = Value::Null;
            assert_eq!(errors, json!([expected]), "{weak}");
            let message = message.as_str().unwrap();
            assert!(message.starts_with("This password is too weak. "), "{message}");
        }
    }

    async fn ones_own_names_and_address_make_no_password_but_those_of_others_may(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let mut input = ada(&[&group]);
        input["email"] = json!("xanthro.bulwick@vlimpotrag.example");
        input["firstName"] = json!("Zquorvexil");
        input["lastName"] = json!("Mbrantulowick");
        let words = [
            "zquorvexilMbrantulowick", "Xanthro.bulwick@vlimpotrag.example", "xanthro.bulwick1", "Zquorvexil2024",
        ];
        for password in words {
            input["password"] = json!(password);
            let errors = refusal(&admin, "createUser", input.clone()).await;
            assert_eq!(codes(&errors), json!(["input.password TOO_WEAK"]), "{password}");
            let mut other = ada_but(&[&group], "password", json!(password));
            other["validateOnly"] = json!(true);
            done(&admin, "createUser", other).await;
        }
        // Whoever has these names already is judged by them, too.
        input["password"] = json!(PASSWORD);
        let made = done(&admin, "createUser", input).await;
        let id = &made["user"]["id"];
        for password in words {
            let errors = wrong(&admin, json!({ "id": id, "password": password })).await;
            assert_eq!(errors, json!(["input.password TOO_WEAK"]), "{password}");
        }
    }

    async fn a_language_is_a_tag_of_bcp_47_and_english_unless_said(app) {
        let admin = app.admin();
        let group = plain_group(&admin, "Plain").await;
        let id = enrol(&admin, "ada", &[&group]).await;
        let user = updated(&admin, json!({ "id": id })).await;
        assert_eq!(user["locale"], "en");
        for (typed, kept) in [(" FR ", "fr"), ("zh-hant-tw", "zh-Hant-TW"), ("sr-LATN", "sr-Latn")] {
            let user = updated(&admin, json!({ "id": id, "locale": typed })).await;
            assert_eq!(user["locale"], kept);
        }
        for no_tag in ["e", "englishlanguage", "en-", "en_US", "en US", "de-AT-", "\0", "en\u{202e}"] {
            let errors = wrong(&admin, json!({ "id": id, "locale": no_tag })).await;
            assert_eq!(errors, json!(["input.locale INVALID_FORMAT"]), "{no_tag:?}");
        }
    }

    async fn a_user_is_in_1_to_100_groups(app) {
        let admin = app.admin();
        let groups = plain_groups(&admin, 101).await;
        let all: Vec<&str> = groups.iter().map(String::as_str).collect();
        let few = json!([size("groupIds", "TOO_FEW_ITEMS", "Choose at least one.", 0)]);
        let many = |path: &str| {
            let message = "At most 100 are allowed, and these are 101.";
            json!([size(path, "TOO_MANY_ITEMS", message, 101)])
        };
        assert_eq!(refusal(&admin, "createUser", ada(&[])).await, few);
        assert_eq!(refusal(&admin, "createUser", ada(&all)).await, many("groupIds"));
        let made = done(&admin, "createUser", ada(&all[..100])).await;
        let id = &made["user"]["id"];

        let errors = refusal(&admin, "updateUser", json!({ "id": id, "addGroupIds": [all[100]] })).await;
        assert_eq!(errors, many("addGroupIds"));
        let errors = refusal(&admin, "updateUser", json!({ "id": id, "groupIds": [] })).await;
        assert_eq!(errors, few);
        let input = json!({ "id": id, "removeGroupIds": all[..100] });
        let errors = refusal(&admin, "updateUser", input).await;
        assert_eq!(errors, json!([size("removeGroupIds", "TOO_FEW_ITEMS", "Choose at least one.", 0)]));
        // What counts is what comes of it.
        let input = json!({ "id": id, "addGroupIds": [all[100]], "removeGroupIds": [all[0]] });
        done(&admin, "updateUser", input).await;
        let errors = refusal(&admin, "updateUser", json!({ "id": id, "groupIds": all })).await;
        assert_eq!(errors, many("groupIds"));
    }

    async fn validating_a_user_writes_nothing(app) {
        let admin = app.admin();
        let (a, b) = (plain_group(&admin, "A").await, plain_group(&admin, "B").await);
        let id = enrol(&admin, "bob", &[&a]).await;
        let (before, hashes) = (picture(&admin).await, app.password_hashes().await);
        let nothing = json!({ "user": null, "userEdge": null, "userErrors": [] });
        let dry = ada_but(&[&a], "validateOnly", json!(true));
        assert_eq!(payload(&admin, "createUser", dry).await, nothing);
        let dry = json!({
            "id": id, "email": "b@example.org", "password": "another horse's battery staple",
            "groupIds": [b], "expectedVersion": 1, "validateOnly": true,
        });
        let nothing = json!({ "user": null, "userErrors": [] });
        assert_eq!(payload(&admin, "updateUser", dry).await, nothing);
        assert_eq!((picture(&admin).await, app.password_hashes().await), (before, hashes));
    }

    async fn a_user_is_found_by_id_and_by_any_spelling_of_the_address(app) {
        let admin = app.admin();
        let id = app.user_id("ada", &[]).await;
        let query = "query($id: ID!, $email: String!) {
            user(id: $id) { id email } userByEmail(email: $email) { id email }
        }";
        let user = json!({ "id": id, "email": "ada@example.org" });
        let data = admin.data(query, json!({ "id": id, "email": "\tADA@Example.ORG " })).await;
        assert_eq!(data, json!({ "user": user, "userByEmail": user }));
        let (group, nothing) = (group_id(&admin, "Group of ada").await, unknown(Kind::User));
        for (id, email) in [(&*group, "eve@example.org"), (&*nothing, ""), ("x", "a\0@b.org"), ("", "ada")] {
            let data = admin.data(query, json!({ "id": id, "email": email })).await;
            assert_eq!(data, json!({ "user": null, "userByEmail": null }), "{id:?} {email:?}");
        }
    }

    async fn a_search_of_several_words_finds_whoever_has_all_of_them(app) {
        let admin = app.admin();
        app.user_id("ada", &[]).await;
        app.user_id("bob", &[]).await;
        let query = "query($search: String!) { users(filter: { search: $search }) { nodes { firstName } } }";
        for (search, found) in [
            ("ada tester", "ada"), ("TESTER  bob", "bob"), ("bob tester example.org", "bob"),
            ("ada bob", ""), ("ada nobody", ""),
        ] {
            let data = admin.data(query, json!({ "search": search })).await;
            let names: Vec<&str> = data["users"]["nodes"].as_array().unwrap().iter()
                .filter_map(|user| user["firstName"].as_str()).collect();
            assert_eq!(names.concat(), found, "{search}");
        }
        let failures = admin.failures(query, json!({ "search": "a b c d e f g h i" })).await;
        assert_eq!(failures, json!([["BAD_USER_INPUT"]]));
    }

    async fn those_who_may_not_read_users_find_themselves_alone(app) {
        let (ada, bob) = (app.user_with("ada", &[]).await, app.user_id("bob", &[]).await);
        let query = "query($id: ID!) { user(id: $id) { email groups { title } } }";
        let expected = json!({ "user": { "email": "ada@example.org", "groups": [{ "title": "Group of ada" }] } });
        assert_eq!(ada.data(query, json!({ "id": own_id(&ada).await })).await, expected);
        let failures = ada.failures(query, json!({ "id": bob })).await;
        assert_eq!(failures, json!([["FORBIDDEN", "user/user/index"]]));
    }
}
