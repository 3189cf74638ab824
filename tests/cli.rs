//! The command line, on the real binary: what each command does, prints and leaves behind.

#[path = "cli/process.rs"]
mod process;
#[path = "cli/serving.rs"]
mod serving;
#[path = "cli/settings.rs"]
mod settings;
#[path = "cli/signing.rs"]
mod signing;

use process::{Place, Server};
use serde_json::json;

const PASSWORD: &str = "correct horse battery staple";
const VIEWER: &str = "{ viewer { user { email firstName lastName } } }";
const NUMBERS: &str = "{ roles { totalCount } groups { totalCount } }";
const GENERATED: &str = "Password, shown only this once: ";

const SEEDED_WRONG_COUNTS: &str = "SELECT count(*) FROM groups WHERE user_count <> \
    (SELECT count(*) FROM memberships WHERE group_id = groups.id)";

/// A place with a database whose administrator has [`PASSWORD`].
fn started() -> Place {
    let place = Place::new();
    let env = [("ROLECALL_ADMIN_PASSWORD", PASSWORD)];
    place.run_with(&["seed", "--roles=0", "--groups=0", "--users=0"], &env, "").succeeded();
    place
}

/// A token of a user, and who that is by it.
fn token(place: &Place, email: &str) -> String {
    let printed = place.run(&["token", "create", "--user", email, "--name", "test"]).succeeded();
    let secret = printed.strip_suffix('\n').expect("one line");
    let rest = secret.strip_prefix("rolecall_").expect("the prefix");
    let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    assert!(rest.len() == 43 && rest.bytes().all(is_base64), "{printed:?}");
    secret.to_owned()
}

fn viewer(server: &Server, token: &str) -> serde_json::Value {
    server.ask(token, VIEWER)["data"]["viewer"]["user"]["email"].clone()
}

#[test]
fn the_first_start_prints_a_password_and_no_other_does() {
    let place = Place::new();
    let server = place.serve(&[]);
    let said = server.said();
    assert!(said.contains("\nThe first administrator is admin@rolecall.local.\n"), "{said}");
    let password: Vec<&str> = said.lines().filter_map(|it| it.strip_prefix(GENERATED)).collect();
    assert_eq!(password.len(), 1, "{said}");
    assert_eq!(password[0].len(), 22, "{said}");
    assert_eq!(said.matches(password[0]).count(), 1, "the log holds it too: {said}");
    assert_eq!(server.stop(), Some(0));
    let server = place.serve(&[]);
    assert!(!server.said().contains("administrator"), "{}", server.said());
    assert_eq!(viewer(&server, &token(&place, "admin@rolecall.local")), "admin@rolecall.local");
}

#[test]
fn the_first_administrator_is_the_one_that_the_settings_name() {
    let place = Place::new();
    let file = place.file("password", format!("{PASSWORD}\r\n"));
    let env =
        [("ROLECALL_ADMIN_PASSWORD_FILE", &*file), ("ROLECALL_ADMIN_EMAIL", "Ada@Example.org")];
    let server = place.serve(&env);
    assert!(!server.said().contains(GENERATED), "{}", server.said());
    assert!(!server.said().contains(PASSWORD), "{}", server.said());
    assert_eq!(viewer(&server, &token(&place, "ada@example.org")), "Ada@Example.org");
}

#[test]
fn a_weak_password_is_refused_and_nothing_is_made() {
    let place = Place::new();
    for (password, words) in [
        ("short", "At least 12 characters are needed, and these are 5."),
        ("passwordpassword", "This password is too weak."),
        ("admin@rolecall.local", "This password is too weak."),
    ] {
        let env = [("ROLECALL_ADMIN_PASSWORD", password)];
        let outcome = place.run_with(&["--listen", "127.0.0.1:0"], &env, "");
        assert_eq!((outcome.code, &*outcome.out), (Some(2), ""), "{outcome:?}");
        assert_eq!(outcome.err.lines().count(), 1, "{outcome:?}");
        assert!(outcome.err.contains(words) && !outcome.err.contains(password), "{outcome:?}");
    }
    let server = place.serve(&[]);
    assert!(server.said().contains(GENERATED), "an administrator was made before");
}

#[test]
fn a_token_works_at_once_and_only_for_a_user_that_there_is() {
    let place = started();
    let server = place.serve(&[]);
    let token = token(&place, " ADMIN@rolecall.local ");
    assert_eq!(
        server.ask(&token, VIEWER),
        json!({ "data": { "viewer": { "user": {
            "email": "admin@rolecall.local", "firstName": "Rolecall", "lastName": "Administrator",
        } } } })
    );
    let create = |email, name| place.run(&["token", "create", "--user", email, "--name", name]);
    create("nobody@example.org", "x").refused(1, "there is no user \"nobody@example.org\"");
    create("admin@rolecall.local", " ").refused(1, "name: This must not be blank.");
}

#[test]
fn an_administrator_can_be_made_from_here() {
    let place = started();
    let create = ["user", "create", "--administrator", "--email", "eve@example.org"];
    let input = format!("{PASSWORD}\nmore that is not read");
    let printed = place.run_with(&create, &[], &input).succeeded();
    assert_eq!(printed, "Made the user eve@example.org.\n");
    place
        .run_with(&create, &[], &input)
        .refused(1, "email: A user with this e-mail address exists already.");
    let server = place.serve(&[]);
    let eve = token(&place, "eve@example.org");
    assert_eq!(viewer(&server, &eve), "eve@example.org");
    let made = server.ask(
        &eve,
        "mutation { createRole(input: { name: \"By Eve\", rules: [{ bundle: \"*\", controller: \"*\",
            action: \"*\", permission: ALLOW }] }) { role { name } userErrors { message } } }",
    );
    let expected = json!({ "role": { "name": "By Eve" }, "userErrors": [] });
    assert_eq!(made["data"]["createRole"], expected);
}

#[test]
fn a_user_can_be_put_into_groups_by_their_titles() {
    let place = started();
    let server = place.serve(&[]);
    let admin = token(&place, "admin@rolecall.local");
    let role = server.ask(
        &admin,
        "mutation { createRole(input: { name: \"Reader\", rules: [{ bundle: \"acl\", controller: \"group\",
            action: \"index\", permission: ALLOW }] }) { role { id } } }",
    );
    let role = role["data"]["createRole"]["role"]["id"].as_str().expect("an id").to_owned();
    for title in ["Web team", "Night shift"] {
        let create = format!(
            "mutation {{ createGroup(input: {{ title: \"{title}\", roleIds: [\"{role}\"] }}) {{ group {{ id }} }} }}"
        );
        assert!(server.ask(&admin, &create)["data"]["createGroup"]["group"]["id"].is_string());
    }
    let create = |groups: &[&str]| {
        let mut arguments = vec!["user", "create", "--email=bob@example.org", "--first-name=Bob"];
        arguments.extend(groups);
        place.run_with(&arguments, &[], PASSWORD)
    };
    create(&["--group", "Nope"]).refused(1, "there is no group \"Nope\"");
    create(&["--group", "web TEAM", "--group", "Night shift", "--group", "Web team"]).succeeded();
    let bob = token(&place, "bob@example.org");
    let answer = server.ask(
        &bob,
        "{ viewer { user { firstName lastName } } groups { nodes { title userCount } } }",
    );
    assert_eq!(
        answer["data"],
        json!({
            "viewer": { "user": { "firstName": "Bob", "lastName": "User" } },
            "groups": { "nodes": [
                { "title": "Administrators", "userCount": 1 },
                { "title": "Night shift", "userCount": 1 },
                { "title": "Web team", "userCount": 1 },
            ] },
        })
    );
}

#[test]
fn a_password_is_reset_from_standard_input() {
    let place = started();
    let reset = ["user", "reset-password", "--email", "admin@rolecall.local"];
    let printed = place.run_with(&reset, &[], "another long enough phrase 7\n").succeeded();
    assert_eq!(printed, "admin@rolecall.local has a new password.\n");
    let short = "password: At least 12 characters are needed, and these are 0.";
    place.run_with(&reset, &[], "").refused(1, short);
    let weak = place.run_with(&reset, &[], "admin@rolecall.local\n");
    assert_eq!((weak.code, &*weak.out), (Some(1), ""));
    assert!(weak.err.starts_with("rolecall: password: This password is too weak."), "{weak:?}");
    let unknown = ["user", "reset-password", "--email", "nobody@example.org"];
    place.run_with(&unknown, &[], PASSWORD).refused(1, "there is no user \"nobody@example.org\"");
}

#[test]
fn the_schema_is_printed_without_touching_anything() {
    let place = Place::new();
    assert_eq!(place.run(&["schema"]).succeeded(), include_str!("../schema.graphql"));
    assert!(place.is_empty());
}

#[test]
fn migrations_are_told_and_applied() {
    let place = Place::new();
    let pending = place.run(&["migrate", "--status"]).succeeded();
    let steps = pending.lines().count();
    assert!(steps > 0 && pending.lines().all(|line| line.starts_with("pending  m2")), "{pending}");
    let applied = pending.replace("pending", "applied");
    for arguments in [&["migrate"][..], &["migrate"], &["migrate", "--status"]] {
        assert_eq!(place.run(arguments).succeeded(), applied);
    }
}

#[test]
fn seeding_makes_what_was_asked_for() {
    let place = started();
    let sizes = ["seed", "--roles=5", "--groups=40", "--users=12", "--roles-per-group=2"];
    let printed = place.run(&sizes).succeeded();
    assert_eq!(printed, "Made 5 roles, 40 groups and 12 users.\n");
    place.run(&sizes).succeeded();
    let server = place.serve(&[]);
    let numbers = server.ask(&token(&place, "admin@rolecall.local"), NUMBERS);
    let expected = json!({ "roles": { "totalCount": 11 }, "groups": { "totalCount": 81 } });
    assert_eq!(numbers["data"], expected);
}

#[test]
fn seeded_roles_and_groups_differ_as_those_of_a_back_office_do() {
    let place = Place::new();
    place.run(&["seed", "--roles=50", "--groups=100", "--users=1000"]).succeeded();
    let expected = [
        (SEEDED_WRONG_COUNTS, 0..=0),
        ("SELECT count(*) FROM memberships", 1_900..=2_100),
        (
            "SELECT min(n) FROM (SELECT count(group_id) AS n FROM users \
             LEFT JOIN memberships ON user_id = id GROUP BY id)",
            1..=1,
        ),
        ("SELECT max(user_count) FROM groups", 200..=400),
        ("SELECT count(*) FROM groups WHERE user_count BETWEEN 1 AND 20", 70..=100),
        ("SELECT count(*) FROM group_roles", 301..=301),
        // The administrators' role is one more.
        (
            "SELECT count(DISTINCT rules) FROM (SELECT group_concat(rule) AS rules FROM \
             (SELECT role_id, bundle || '/' || controller || '/' || action || permission AS rule \
             FROM rules ORDER BY 1, 2) GROUP BY role_id)",
            51..=51,
        ),
        ("SELECT count(*) FROM rules WHERE permission = 'DENY'", 50..=150),
        ("SELECT count(*) FROM rules WHERE permission = 'ALLOW'", 300..=600),
        ("SELECT count(*) FROM rules WHERE '*' IN (bundle, controller, action)", 100..=300),
    ];
    for (sql, range) in expected {
        let number = place.number(sql);
        assert!(range.contains(&number), "{number} is not in {range:?}: {sql}");
    }
}

#[test]
fn no_user_is_seeded_into_more_groups_than_there_are_or_are_allowed() {
    const MOST: &str =
        "SELECT max(n) FROM (SELECT count(*) AS n FROM memberships GROUP BY user_id)";
    for (groups, most) in [("--groups=3", 3), ("--groups=120", 100)] {
        let place = started();
        place.run(&["seed", "--roles=2", groups, "--users=40", "--groups-per-user=90"]).succeeded();
        assert_eq!((place.number(MOST), place.number(SEEDED_WRONG_COUNTS)), (most, 0));
    }
}

#[test]
fn groups_without_roles_and_users_without_groups_are_not_seeded() {
    let place = Place::new();
    for sizes in
        [["--roles=0", "--groups=5", "--users=0"], ["--roles=5", "--groups=0", "--users=5"]]
    {
        place
            .run(&[&["seed"], &sizes[..]].concat())
            .refused(2, "every group carries a role and every user is in a group: make those too");
    }
    assert!(place.is_empty());
}

#[test]
fn a_check_tells_one_thing_after_the_other() {
    let place = Place::new();
    let before = place.run(&["check"]);
    assert_eq!(before.code, Some(1), "{before:?}");
    let lines: Vec<&str> = before.out.lines().collect();
    assert_eq!(lines.len(), 3, "{before:?}");
    assert_eq!((lines[0], lines[2]), ("ok       configuration", "ok       clock"));
    assert!(lines[1].starts_with("ok       database: SQLite 3."), "{before:?}");
    assert_eq!(
        before.err,
        "rolecall: the database lacks migrations: rolecall migrate applies them\n"
    );
    place.run(&["migrate"]).succeeded();
    let after = place.run(&["check"]).succeeded();
    assert_eq!(after, format!("{}ok       migrations: all applied\n", before.out));
}
