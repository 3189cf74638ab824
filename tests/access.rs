//! The decision against an oracle that knows nothing but the definition: it asks every rule about
//! every access of a small universe.

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rolecall::domain::access::*;

/// `OTHER` is in no rule and so stands for all names that are in none. Parts share their names, so
/// that taking one part for another shows.
const NAMES: [&str; 3] = ["a", "b", "c"];
const OTHER: &str = "other";

fn accesses() -> impl Iterator<Item = [&'static str; 3]> {
    let names = || NAMES.into_iter().chain([OTHER]);
    names().flat_map(move |b| names().flat_map(move |c| names().map(move |a| [b, c, a])))
}

fn matches(rule: &Rule, access: [&str; 3]) -> bool {
    let parts = [rule.bundle, rule.controller, rule.action];
    (0..3).all(|part| parts[part] == "*" || parts[part] == access[part])
}

fn oracle(rules: &[Rule], access: [&str; 3]) -> bool {
    let said = |effect| {
        let mut rules = rules.iter();
        rules.any(|rule| rule.effect == effect && matches(rule, access))
    };
    said(Effect::Allow) && !said(Effect::Deny)
}

fn allows(policy: &Policy, [bundle, controller, action]: [&str; 3]) -> bool {
    policy.allows(bundle, controller, action)
}

fn compile(rules: &[Rule]) -> Policy {
    Policy::compile(rules.iter().copied())
}

fn a_rule() -> impl Strategy<Value = Rule<'static>> {
    let part = || select(vec!["*", "*", "a", "b", "c"]);
    let effect = select(vec![Effect::Allow, Effect::Deny]);
    (part(), part(), part(), effect).prop_map(|(bundle, controller, action, effect)| Rule {
        bundle,
        controller,
        action,
        effect,
    })
}

fn some_rules() -> impl Strategy<Value = Vec<Rule<'static>>> {
    vec(a_rule(), 0..12)
}

/// Rules that only allow or only deny, of one shape each: few of all rules cross without one lying
/// within another, which is where covering is hard.
fn of_shape(effect: Effect, most: usize) -> impl Strategy<Value = Vec<Rule<'static>>> {
    (0_usize..8).prop_flat_map(move |shape| {
        let part = move |at: usize| match shape >> at & 1 {
            0 => select(vec!["*"]),
            _ => select(NAMES.to_vec()),
        };
        let rule = (part(0), part(1), part(2)).prop_map(move |(bundle, controller, action)| Rule {
            bundle,
            controller,
            action,
            effect,
        });
        vec(rule, 0..most)
    })
}

/// Two policies of which the second gives little that the first lacks.
fn a_close_pair() -> impl Strategy<Value = (Vec<Rule<'static>>, Vec<Rule<'static>>)> {
    let mine = (of_shape(Effect::Allow, 2), of_shape(Effect::Deny, 6), of_shape(Effect::Deny, 6));
    let theirs = (
        of_shape(Effect::Allow, 6),
        of_shape(Effect::Allow, 6),
        of_shape(Effect::Deny, 9),
        of_shape(Effect::Deny, 9),
        of_shape(Effect::Deny, 12),
    );
    (any::<bool>(), mine, theirs).prop_map(|(is_all, mine, theirs)| {
        let all = is_all.then_some(rule("*/*/*", Effect::Allow));
        let mine = [all.into_iter().collect(), mine.0, mine.1, mine.2].concat();
        let theirs = [theirs.0, theirs.1, theirs.2, theirs.3, theirs.4].concat();
        (mine, theirs)
    })
}

fn rule(parts: &str, effect: Effect) -> Rule<'_> {
    let parts: Vec<&str> = parts.split('/').collect();
    Rule { bundle: parts[0], controller: parts[1], action: parts[2], effect }
}

/// Rules from a line: `acl/*/index !acl/role/*` allows the first and denies the second.
fn policy(line: &str) -> Policy {
    Policy::compile(line.split_whitespace().map(|it| match it.strip_prefix('!') {
        Some(parts) => rule(parts, Effect::Deny),
        None => rule(it, Effect::Allow),
    }))
}

fn check_covering(mine: &[Rule], theirs: &[Rule]) -> Result<(), TestCaseError> {
    let (my, their) = (compile(mine), compile(theirs));
    let mut all = accesses();
    let lacking = all.find(|it| oracle(theirs, *it) && !oracle(mine, *it));
    let found = my.lacks(&their);
    prop_assert_eq!(my.covers(&their), lacking.is_none());
    prop_assert_eq!(found.is_some(), lacking.is_some(), "{:?}", found);
    if let Some(found) = found {
        let parts = [&found.bundle, &found.controller, &found.action];
        let example = parts.map(|it| it.as_deref().unwrap_or(OTHER));
        prop_assert!(oracle(theirs, example) && !oracle(mine, example), "{}", found);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn a_policy_allows_what_the_rules_say(rules in some_rules()) {
        let policy = compile(&rules);
        for it in accesses() {
            prop_assert_eq!(allows(&policy, it), oracle(&rules, it), "{:?}", it);
        }
    }

    #[test]
    fn an_explanation_has_every_deciding_rule_and_no_other(rules in some_rules()) {
        for it in accesses() {
            let of = |effect| {
                let all = rules.iter().enumerate();
                let of = all.filter(move |(_, rule)| rule.effect == effect && matches(rule, it));
                of.map(|(at, _)| at).collect::<Vec<_>>()
            };
            let (allowing, denying) = (of(Effect::Allow), of(Effect::Deny));
            let expected = if !denying.is_empty() {
                (Reason::DeniedByRule, denying)
            } else if !allowing.is_empty() {
                (Reason::Allowed, allowing)
            } else {
                (Reason::NoMatchingRule, Vec::new())
            };
            let origins = rules.iter().copied().zip(0..);
            let found = explain(origins, it[0], it[1], it[2]);
            prop_assert_eq!(found.reason.is_allowed(), oracle(&rules, it));
            prop_assert_eq!((found.reason, found.decided_by), expected, "{:?}", it);
        }
    }

    #[test]
    fn covering_is_set_inclusion(mine in some_rules(), theirs in some_rules()) {
        check_covering(&mine, &theirs)?;
    }

    #[test]
    fn covering_is_set_inclusion_where_rules_cross((mine, theirs) in a_close_pair()) {
        check_covering(&mine, &theirs)?;
    }

    #[test]
    fn a_rule_more_or_less_is_noticed(rules in some_rules(), one in a_rule()) {
        let more = [rules.clone(), vec![one]].concat();
        check_covering(&rules, &more)?;
        check_covering(&more, &rules)?;
    }

    #[test]
    fn order_and_duplicates_play_no_part(
        (rules, shuffled) in some_rules().prop_flat_map(|it| {
            let twice = [it.clone(), it.iter().step_by(2).copied().collect()].concat();
            (Just(it), Just(twice).prop_shuffle())
        }),
        other in some_rules(),
    ) {
        let (one, same, other) = (compile(&rules), compile(&shuffled), compile(&other));
        for it in accesses() {
            prop_assert_eq!(allows(&one, it), allows(&same, it));
        }
        prop_assert!(one.covers(&same) && same.covers(&one));
        prop_assert_eq!(one.lacks(&other), same.lacks(&other));
        prop_assert_eq!(other.lacks(&one), other.lacks(&same));
    }
}

#[test]
fn the_decision_table() {
    let table = [
        ("no rule at all", "", "acl/role/index", false),
        ("the exact rule", "acl/role/index", "acl/role/index", true),
        ("another bundle", "user/role/index", "acl/role/index", false),
        ("another controller", "acl/group/index", "acl/role/index", false),
        ("another action", "acl/role/create", "acl/role/index", false),
        ("any bundle", "*/role/index", "acl/role/index", true),
        ("any controller", "acl/*/index", "acl/role/index", true),
        ("any action", "acl/role/*", "acl/role/index", true),
        ("anything", "*/*/*", "acl/role/index", true),
        ("names in wrong parts", "role/acl/index", "acl/role/index", false),
        ("a part of a name", "ac/rol/inde", "acl/role/index", false),
        ("another case", "ACL/role/index", "acl/role/index", false),
        ("a star within a name is no wildcard", "a*/role/index", "acl/role/index", false),
        ("only a denial", "!acl/role/index", "acl/role/index", false),
        ("both on the same", "acl/role/index !acl/role/index", "acl/role/index", false),
        ("a wide denial over the exact rule", "acl/role/index !*/*/*", "acl/role/index", false),
        ("a narrow denial over a wide rule", "*/*/* !acl/role/index", "acl/role/index", false),
        ("a denial by bundle", "*/*/* !acl/*/*", "acl/role/index", false),
        ("a denial by controller", "*/*/* !*/role/*", "acl/role/index", false),
        ("a denial by action", "*/*/* !*/*/index", "acl/role/index", false),
        ("a denial beside it", "*/*/* !acl/role/create", "acl/role/index", true),
        ("a star asked for, with a name", "acl/role/index", "acl/role/*", false),
        ("a star asked for, with a wildcard", "acl/role/*", "acl/role/*", true),
        ("a star asked for is not every name", "*/*/* !acl/role/index", "acl/role/*", true),
    ];
    for (case, rules, asked, expected) in table {
        let asked = rule(asked, Effect::Allow);
        let found = policy(rules).allows(asked.bundle, asked.controller, asked.action);
        assert_eq!(found, expected, "{case}");
    }
}

#[test]
fn what_is_lacking_is_named() {
    let table = [
        ("nothing of nothing", "", "", None),
        ("nothing from denials", "", "!*/*/*", None),
        ("itself", "acl/*/* !acl/role/*", "acl/*/* !acl/role/*", None),
        ("an exact rule of anything", "*/*/*", "acl/role/index", None),
        ("an exact rule of nothing", "", "acl/role/index", Some("acl/role/index")),
        ("anything of nothing", "", "*/*/*", Some("*/*/*")),
        ("the most general of several", "", "acl/role/index user/*/*", Some("user/*/*")),
        ("a wildcard is more than any names", "acl/a/x acl/b/x", "acl/*/x", Some("acl/*/x")),
        ("what I am denied", "*/*/* !acl/role/delete", "*/*/*", Some("acl/role/delete")),
        ("what both are denied", "*/*/* !acl/role/delete", "*/*/* !acl/role/*", None),
        ("where rules cross", "*/*/* !*/role/*", "acl/*/*", Some("acl/role/*")),
        ("where rules cross, denied", "*/*/* !*/role/*", "acl/*/* !acl/role/*", None),
        ("three that cross", "*/*/* !*/role/delete", "acl/*/*", Some("acl/role/delete")),
        ("three, one denied", "*/*/* !*/role/delete", "acl/*/* !acl/*/delete", None),
        ("covered in pieces", "acl/*/* user/*/*", "acl/role/* user/*/index", None),
        ("denied to me, allowed to me elsewhere", "a/*/* !*/b/*", "*/*/* !*/b/*", Some("*/*/*")),
    ];
    for (case, mine, theirs, expected) in table {
        let found = policy(mine).lacks(&policy(theirs));
        let found = found.map(|it| it.to_string());
        assert_eq!(found.as_deref(), expected, "{case}");
    }
}

#[test]
fn the_same_rules_always_lack_the_same() {
    let examples: BTreeSet<String> = (0..50)
        .filter_map(|_| {
            let mine = policy("*/*/* !*/q/* !*/*/z !x/*/y !*/r/s !m/*/* !*/n/*");
            let theirs = policy("a/*/* b/*/* c/*/* */d/* */*/e */u/v w/*/v !a/q/* !m/d/*");
            mine.lacks(&theirs).map(|it| it.to_string())
        })
        .collect();
    assert_eq!(examples.len(), 1, "{examples:?}");
}
