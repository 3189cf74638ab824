//! The same rules in Rolecall, in casbin and in Cedar, each as its makers document it.

use std::fmt::Write;
use std::hint::black_box;

use casbin::{CachedApi, CachedEnforcer, CoreApi, DefaultCache, DefaultModel, Enforcer, Model};
use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request,
};
use futures_executor::block_on;
use rolecall::domain::access::{Effect, Policy};

use crate::office::{Parts, Rules};

/// Something that loads rules and decides.
pub struct Contender<'a> {
    pub name: &'static str,
    /// Makes of the rules what decides, and throws it away.
    pub load: Box<dyn Fn() + 'a>,
    /// Decides the access of a number.
    pub decide: Box<dyn Fn(usize) -> bool + 'a>,
}

/// Rolecall first.
pub fn all<'a>(rules: &'a Rules, accesses: &'a [Parts]) -> [Contender<'a>; 4] {
    [
        rolecall(rules, accesses),
        casbin(rules, accesses),
        casbin_asked_before(rules, accesses),
        cedar(rules, accesses),
    ]
}

fn rolecall<'a>(rules: &'a Rules, accesses: &'a [Parts]) -> Contender<'a> {
    let policy = Policy::compile(rules.iter());
    Contender {
        name: "rolecall",
        load: Box::new(|| drop(black_box(Policy::compile(rules.iter())))),
        decide: Box::new(move |number| {
            let [bundle, controller, action] = &accesses[number];
            policy.allows(bundle, controller, action)
        }),
    }
}

/// The rules are all one user's, so nothing names the user, groups or roles: casbin would look those up
/// for each rule again.
const MODEL: &str = r#"
[request_definition]
r = bundle, controller, action
[policy_definition]
p = bundle, controller, action, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (r.bundle == p.bundle || p.bundle == "*") && \
    (r.controller == p.controller || p.controller == "*") && \
    (r.action == p.action || p.action == "*")
"#;

fn casbin<'a>(rules: &'a Rules, accesses: &'a [Parts]) -> Contender<'a> {
    let enforcer: Enforcer = enforcer(rules);
    Contender {
        name: "casbin",
        load: Box::new(|| drop(black_box::<Enforcer>(self::enforcer(rules)))),
        decide: Box::new(move |number| enforce(&enforcer, &accesses[number])),
    }
}

/// Its cache has room for every access and, once warm, holds them all: nothing is decided any more.
fn casbin_asked_before<'a>(rules: &'a Rules, accesses: &'a [Parts]) -> Contender<'a> {
    let mut enforcer: CachedEnforcer = enforcer(rules);
    enforcer.set_cache(Box::new(DefaultCache::new(2 * accesses.len())));
    Contender {
        name: "casbin, asked before",
        load: Box::new(|| drop(black_box::<CachedEnforcer>(self::enforcer(rules)))),
        decide: Box::new(move |number| enforce(&enforcer, &accesses[number])),
    }
}

fn enforcer<E: CoreApi>(rules: &Rules) -> E {
    let lines = rules.iter().map(|rule| {
        let effect = if rule.effect == Effect::Allow { "allow" } else { "deny" };
        [rule.bundle, rule.controller, rule.action, effect].map(str::to_owned).into()
    });
    let load = async {
        let mut model = DefaultModel::from_str(MODEL).await?;
        assert!(model.add_policies("p", "p", lines.collect()), "each rule is there once");
        E::new_raw(model, ()).await
    };
    block_on(load).expect("casbin takes the model")
}

fn enforce(enforcer: &impl CoreApi, [bundle, controller, action]: &Parts) -> bool {
    enforcer.enforce((bundle, controller, action)).expect("casbin takes three parts")
}

/// One policy for each rule, in Cedar's JSON, which is read twice as fast as its text. What a rule names
/// stands in the policy's head: an action, and a page that is in a bundle and in a controller. (Three
/// names in the context, compared in a `when`, take a quarter longer to decide.) The requests and the
/// tree of pages are made beforehand.
fn cedar<'a>(rules: &'a Rules, accesses: &'a [Parts]) -> Contender<'a> {
    let policies: PolicySet = policies(rules).parse().expect("Cedar takes the policies");
    let json = policies.clone().to_json().expect("they have no slots").to_string();
    let load = move || PolicySet::from_json_str(&json).expect("Cedar takes its own JSON");
    let requests: Vec<Request> = accesses.iter().map(request).collect();
    let pages = pages(accesses);
    let authorizer = Authorizer::new();
    Contender {
        name: "cedar-policy",
        load: Box::new(move || drop(black_box(load()))),
        decide: Box::new(move |number| {
            let answer = authorizer.is_authorized(&requests[number], &policies, &pages);
            answer.decision() == Decision::Allow
        }),
    }
}

fn policies(rules: &Rules) -> String {
    let mut text = String::new();
    for rule in rules.iter() {
        let effect = if rule.effect == Effect::Allow { "permit" } else { "forbid" };
        let action = match rule.action {
            "*" => "action".to_owned(),
            action => format!("action == Action::{action:?}"),
        };
        let resource = match (rule.bundle, rule.controller) {
            ("*", "*") => "resource".to_owned(),
            (bundle, "*") => format!("resource in Bundle::{bundle:?}"),
            ("*", controller) => format!("resource in Controller::{controller:?}"),
            (bundle, controller) => format!("resource == Page::\"{bundle}/{controller}\""),
        };
        writeln!(text, "{effect}(principal, {action}, {resource});").expect("a string");
    }
    text
}

fn request([bundle, controller, action]: &Parts) -> Request {
    let action = entity("Action", action);
    let page = entity("Page", &format!("{bundle}/{controller}"));
    let request = Request::new(entity("User", "ada"), action, page, Context::empty(), None);
    request.expect("Cedar takes what no schema forbids")
}

fn pages(accesses: &[Parts]) -> Entities {
    let pages = accesses.iter().map(|[bundle, controller, _]| {
        let page = entity("Page", &format!("{bundle}/{controller}"));
        let parents = [entity("Bundle", bundle), entity("Controller", controller)];
        Entity::new_no_attrs(page, parents.into())
    });
    Entities::from_entities(pages, None).expect("a page has the same parents each time")
}

fn entity(kind: &str, name: &str) -> EntityUid {
    format!("{kind}::{name:?}").parse().expect("Cedar takes a kind and a name")
}
