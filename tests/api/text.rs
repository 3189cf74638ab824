//! The rules for texts: what is taken, how it is kept, and what counts as the same.

use serde_json::{Value, json};

use crate::api_tests;
use crate::support::asking::codes;
use crate::support::{Client, TestApp};

const FORBIDDEN: &str =
    "This must not contain control characters or characters that change the direction of text.";
const NO_PATTERN: &str = "This must be * or an exact name of letters, digits, dots, underscores and \
    hyphens; patterns such as sal* do not exist.";

/// Makes a group of some title and gives what is wrong with it: nothing, when it could be made.
async fn title_errors(app: &TestApp, title: &str) -> Value {
    let admin = app.admin();
    let role = admin.root_role().await;
    admin.try_group(json!({ "title": title, "roleIds": [role] })).await["userErrors"].take()
}

/// What is wrong with a description.
async fn description_errors(app: &TestApp, description: &str) -> Value {
    let input = json!({ "name": "Described", "description": description });
    app.admin().try_role(input).await["userErrors"].take()
}

/// What is wrong with the bundle of a rule.
async fn bundle_errors(admin: &Client, bundle: &str) -> Value {
    let rule = json!({
        "bundle": bundle, "controller": "c", "action": "a", "permission": "ALLOW",
    });
    let input = json!({ "name": format!("Role of {bundle:?}"), "rules": [rule] });
    admin.try_role(input).await["userErrors"].take()
}

/// Says of each pair whether the second is the same title as the first.
async fn judge_pairs(app: &TestApp, pairs: &[(&str, &str)], same: bool) {
    for (first, second) in pairs {
        assert_eq!(title_errors(app, first).await, json!([]), "{first:?}");
        let errors = codes(&title_errors(app, second).await);
        let expected = if same { json!(["input.title TAKEN"]) } else { json!([]) };
        assert_eq!(errors, expected, "{first:?} and {second:?}");
    }
}

fn too_long(field: &str, max: usize) -> Value {
    let actual = max + 1;
    json!([{
        "__typename": "StringConstraintError",
        "message": format!("At most {max} characters are allowed, and these are {actual}."),
        "code": "TOO_LONG",
        "path": ["input", field],
        "min": null,
        "max": max,
        "actual": actual,
    }])
}

fn invalid(path: &[&str], message: &str) -> Value {
    json!([{
        "__typename": "StringConstraintError",
        "message": message,
        "code": "INVALID_FORMAT",
        "path": path,
        "min": null,
        "max": null,
        "actual": null,
    }])
}

fn blank(field: &str) -> Value {
    json!([{
        "__typename": "StringConstraintError",
        "message": "This must not be blank.",
        "code": "BLANK",
        "path": ["input", field],
        "min": 1,
        "max": null,
        "actual": 0,
    }])
}

api_tests! {
    async fn titles_that_differ_in_case_or_unicode_form_are_one_title(app) {
        let pairs = [
            ("Ops", " oPS\u{3000}"),
            ("Caf\u{e9}", "Cafe\u{301}"),
            ("Sales", "\u{ff33}\u{ff41}\u{ff4c}\u{ff45}\u{ff53}"),
            ("Straße", "STRASSE"),
            ("Straßen", "stra\u{1e9e}en"),
            ("ﬁnance", "FINANCE"),
            ("Οδός", "ΟΔΌΣ"),
            ("Λόγος", "ΛΌΓΟς"),
            ("Team ②", "team 2"),
            ("Zero\u{200b}width", "zerowidth"),
            ("한국", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{116e}\u{11a8}"),
            ("\u{1e9b}\u{323}", "\u{1e69}"),
            ("\u{10400}", "\u{10428}"),
        ];
        judge_pairs(app, &pairs, true).await;
    }

    async fn titles_that_only_look_alike_are_different_titles(app) {
        let pairs = [
            // Latin and Cyrillic.
            ("Paypal", "P\u{430}ypal"),
            ("resume", "résumé"),
            ("a b", "ab"),
            ("a b c", "a  b c"),
        ];
        judge_pairs(app, &pairs, false).await;
    }

    async fn case_folding_does_not_depend_on_the_language(app) {
        judge_pairs(app, &[("KIRIK", "kirik"), ("\u{130}zmir", "i\u{307}zmir")], true).await;
        judge_pairs(app, &[("ISPARTA", "\u{131}sparta"), ("\u{130}dare", "idare")], false).await;
    }

    async fn a_title_is_kept_as_typed_in_nfc_and_without_white_space_around_it(app) {
        let admin = app.admin();
        let role = admin.root_role().await;
        let title = "\u{2003}\n Cafe\u{301}  ＳＴＲＡßE ②\u{85}\t";
        let payload = admin.try_group(json!({ "title": title, "roleIds": [role] })).await;
        assert_eq!(payload["group"]["title"], "Café  ＳＴＲＡßE ②");
    }

    async fn a_title_of_nothing_that_shows_is_blank(app) {
        let invisible = [
            "", " ", "\t\n", "\u{a0}", "\u{3000}\u{2003}", "\u{200b}", "\u{200d}\u{200c}",
            "\u{feff}", "\u{ad}", "\u{34f}", "\u{2060}", "\u{2800}", "\u{3164}", "\u{ffa0}",
            "\u{115f}\u{1160}", "\u{180e}", "\u{fe0f}", "\u{200e}", "\u{e0020}",
            "\u{200b} \u{200b}",
        ];
        for title in invisible {
            assert_eq!(title_errors(app, title).await, blank("title"), "{title:?}");
        }
    }

    async fn a_name_of_nothing_that_shows_is_blank(app) {
        for name in ["", "  ", "\u{200b}"] {
            let errors = app.admin().role_errors(json!({ "name": name })).await;
            assert_eq!(errors, blank("name"), "{name:?}");
        }
    }

    async fn control_characters_have_no_place_in_a_title(app) {
        let controls = ['\0', '\u{7}', '\u{1b}', '\n', '\t', '\u{7f}', '\u{85}', '\u{2028}', '\u{2029}'];
        for control in controls {
            let errors = title_errors(app, &format!("a{control}b")).await;
            assert_eq!(errors, invalid(&["input", "title"], FORBIDDEN), "{control:?}");
        }
    }

    async fn bidirectional_overrides_have_no_place_in_a_name(app) {
        for control in ('\u{202a}'..='\u{202e}').chain('\u{2066}'..='\u{2069}') {
            let input = json!({ "name": format!("a{control}b") });
            let errors = app.admin().role_errors(input).await;
            assert_eq!(errors, invalid(&["input", "name"], FORBIDDEN), "{control:?}");
        }
    }

    async fn marks_of_direction_belong_to_ordinary_titles(app) {
        assert_eq!(title_errors(app, "\u{5d0}\u{200f}!").await, json!([]));
        assert_eq!(title_errors(app, "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}").await, json!([]));
    }

    async fn a_title_has_at_most_255_scalar_values(app) {
        for letter in ["a", "é", "\u{1f600}", "漢", "\u{fdfa}"] {
            assert_eq!(title_errors(app, &letter.repeat(255)).await, json!([]), "{letter}");
            let errors = title_errors(app, &letter.repeat(256)).await;
            assert_eq!(errors, too_long("title", 255), "{letter}");
        }
    }

    async fn length_counts_after_trimming_and_composing(app) {
        let title = format!("  {}  ", "e\u{301}".repeat(255));
        assert_eq!(title_errors(app, &title).await, json!([]));
        let errors = title_errors(app, &"e\u{301}".repeat(256)).await;
        assert_eq!(errors, too_long("title", 255));
    }

    async fn a_name_has_at_most_255_scalar_values(app) {
        let admin = app.admin();
        let payload = admin.try_role(json!({ "name": "\u{1f600}".repeat(255) })).await;
        assert_eq!(payload["userErrors"], json!([]));
        let errors = admin.role_errors(json!({ "name": "\u{1f600}".repeat(256) })).await;
        assert_eq!(errors, too_long("name", 255));
    }

    async fn a_description_has_at_most_1000_scalar_values(app) {
        let long = "\u{1f600}".repeat(1_001);
        assert_eq!(description_errors(app, &long).await, too_long("description", 1_000));
        let fitting = format!(" {} ", "\u{1f600}".repeat(1_000));
        assert_eq!(description_errors(app, &fitting).await, json!([]));
    }

    async fn a_description_may_have_lines_and_no_other_controls(app) {
        for control in ['\0', '\u{1b}', '\u{202e}', '\u{2067}'] {
            let errors = description_errors(app, &format!("a{control}b")).await;
            let expected = invalid(&["input", "description"], FORBIDDEN);
            assert_eq!(errors, expected, "{control:?}");
        }
        assert_eq!(description_errors(app, "one\r\ntwo\n\tthree").await, json!([]));
    }

    async fn a_blank_description_is_none(app) {
        let query = "mutation { createRole(input: { name: \"Plain\", description: \"  \\n \" }) {
            role { description } userErrors { code }
        } }";
        let data = app.admin().data(query, json!({})).await;
        let expected = json!({ "createRole": { "role": { "description": null }, "userErrors": [] } });
        assert_eq!(data, expected);
    }

    async fn a_rule_part_is_an_exact_name_or_an_asterisk(app) {
        let admin = app.admin();
        for bundle in ["*", "a", "product-attribute-gui", "A.b_c-9", &"x".repeat(64)] {
            assert_eq!(bundle_errors(&admin, bundle).await, json!([]), "{bundle}");
        }
    }

    async fn a_rule_part_is_no_pattern_and_no_other_text(app) {
        let admin = app.admin();
        let wrong = [
            "sal*", "*sal", "**", "s?l", "a/b", "a b", " a", "a ", "a\n", "a\0", "é", "ａ", "*\u{200b}",
            "\u{661}", "a%", "a\\",
        ];
        for bundle in wrong {
            let errors = bundle_errors(&admin, bundle).await;
            let expected = invalid(&["input", "rules", "0", "bundle"], NO_PATTERN);
            assert_eq!(errors, expected, "{bundle:?}");
        }
    }

    async fn a_rule_part_has_1_to_64_characters(app) {
        let admin = app.admin();
        let mut long = too_long("rules", 64);
        long[0]["path"] = json!(["input", "rules", "0", "bundle"]);
        assert_eq!(bundle_errors(&admin, &"x".repeat(65)).await, long);
        let mut empty = blank("rules");
        empty[0]["path"] = json!(["input", "rules", "0", "bundle"]);
        assert_eq!(bundle_errors(&admin, "").await, empty);
    }

    async fn every_part_of_every_rule_is_judged(app) {
        let rule = |bundle: &str, controller: &str, action: &str| json!({
            "bundle": bundle, "controller": controller, "action": action, "permission": "DENY",
        });
        let long = "x".repeat(65);
        let rules = [rule("", "sal*", &long), rule("a", "b", "c"), rule("é", "*", "")];
        let errors = app.admin().role_errors(json!({ "name": "Wrong", "rules": rules })).await;
        let expected = json!([
            "input.rules.0.action TOO_LONG",
            "input.rules.0.bundle BLANK",
            "input.rules.0.controller INVALID_FORMAT",
            "input.rules.2.action BLANK",
            "input.rules.2.bundle INVALID_FORMAT",
        ]);
        assert_eq!(codes(&errors), expected);
    }

    async fn everything_that_is_wrong_with_one_text_is_told(app) {
        let rule = json!({
            "bundle": "é".repeat(65), "controller": "c", "action": "a", "permission": "ALLOW",
        });
        let input = json!({
            "name": "\u{200b}".repeat(256),
            "description": "\0".repeat(1_001),
            "rules": [rule],
        });
        let expected = json!([
            "input.description INVALID_FORMAT",
            "input.description TOO_LONG",
            "input.name BLANK",
            "input.name TOO_LONG",
            "input.rules.0.bundle INVALID_FORMAT",
            "input.rules.0.bundle TOO_LONG",
        ]);
        assert_eq!(codes(&app.admin().role_errors(input).await), expected);
    }
}
