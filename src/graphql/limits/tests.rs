//! The guard against documents that cost more than they ask for.

use std::fmt::Write as _;

use async_graphql::Variables;
use async_graphql::parser::parse_query;
use serde_json::{Value, json};

use super::{Cost, Limits, Refusal, measure, scan};

/// What graphql-js 16 and `GraphiQL` send, nine `ofType` deep.
const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description
    queryType { name kind } mutationType { name kind } subscriptionType { name kind }
    types { ...FullType }
    directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
  fragment FullType on __Type { kind name description specifiedByURL isOneOf
    fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
      type { ...TypeRef } isDeprecated deprecationReason }
    inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
    enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
    possibleTypes { ...TypeRef } }
  fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue
    isDeprecated deprecationReason }
  fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
    ofType { kind name } } } } } } } } } }";

fn cost_with(text: &str, operation: Option<&str>, variables: Value) -> Result<Cost, Refusal> {
    let limits = Limits::default();
    scan(text, &limits)?;
    let document = parse_query(text).expect("the document is well-formed");
    measure(&document, operation, &Variables::from_json(variables), &limits)
}

fn cost(text: &str) -> Result<Cost, Refusal> {
    cost_with(text, None, Value::Null)
}

fn complexity(text: &str) -> u64 {
    cost(text).expect("the document is within the limits").complexity
}

fn scanned(text: &str) -> Result<(), Refusal> {
    scan(text, &Limits::default())
}

fn refusal(limit: &'static str, maximum: u64, actual: u64) -> Refusal {
    Refusal { limit, maximum, actual }
}

#[test]
fn the_full_introspection_passes_and_is_named_as_such() {
    let cost = cost(INTROSPECTION).expect("clients send it");
    assert!(cost.introspects);
    assert_eq!((cost.complexity, cost.selections, cost.depth), (49_453, 240, 18));
}

#[test]
fn an_introspection_that_expands_itself_is_refused() {
    let text = "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }";
    assert_eq!(cost(text), Err(refusal("introspection_nesting", 2, 3)));
    let aliases = "a: name ".repeat(100);
    let text = format!("{{ __schema {{ types {{ fields {{ args {{ {aliases} }} }} }} }} }}");
    assert_eq!(complexity(&text), 50_602);
    let names = "name ".repeat(400);
    let text = format!("{{ __schema {{ types {{ fields {{ args {{ {names} }} }} }} }} }}");
    assert_eq!(cost(&text), Err(refusal("complexity", 100_000, 200_602)));
}

#[test]
fn a_refusal_is_a_sentence_with_the_limit_and_the_figure() {
    let text = format!("{{ a{} }}", "(b: [".repeat(1_500));
    let refused = scanned(&text).expect_err("it would overflow the stack");
    assert_eq!(
        refused.to_string(),
        "The request exceeds the limit on nesting: it has 3001, and 32 is the most.",
    );
}

#[test]
fn brackets_in_strings_and_comments_do_not_nest() {
    let open = "[".repeat(100);
    let harmless = [
        format!(r#"{{ a(b: "{open} \" {open}") }}"#),
        format!(r#"{{ a(b: "\\") }} # {open}"#),
        format!(r#"{{ a(b: """{open} " \""" {open}""") }}"#),
        format!("{{ a # \"\"\" {open}\r }}"),
        format!("\u{feff}{{ a(b: \"\", c: \"\"\"\"\"\") }} # {open}"),
    ];
    for text in &harmless {
        assert_eq!(scanned(text), Ok(()), "{text}");
        assert!(parse_query(text).is_ok(), "{text}");
    }
}

#[test]
fn what_ends_a_string_for_the_parser_ends_it_here() {
    let open = "[".repeat(100);
    for before in ["\"\"\"\"\"\"", "\"\\\\\"", "# \"\n", "# \"\"\"\r", "\"\\\"\"", "\"\n", "\"\\\n"]
    {
        let text = format!("{{ a(b: [{before}{open}");
        assert_eq!(scanned(&text), Err(refusal("nesting", 32, 103)), "{text}");
    }
}

#[test]
fn a_block_string_without_an_end_is_refused_as_the_parser_would_read_on() {
    let text = format!("{{ a(b: [\"\"\"\" {}", "[".repeat(100));
    assert_eq!(scanned(&text), Err(refusal("unterminated_block_strings", 0, 1)));
}

#[test]
fn each_limit_on_the_text_counts_its_own_sign() {
    let cases = [
        (" ".repeat(65_537), refusal("query_bytes", 65_536, 65_537)),
        ("a ".repeat(10_001), refusal("tokens", 10_000, 10_001)),
        ("a".repeat(129), refusal("name_length", 128, 129)),
        ("@".repeat(51), refusal("directives", 50, 51)),
        ("...".repeat(501), refusal("spreads", 500, 501)),
        ("$".repeat(501), refusal("variables", 500, 501)),
    ];
    for (text, refused) in cases {
        assert_eq!(scanned(&text), Err(refused));
    }
}

#[test]
fn doubling_fragments_are_counted_in_full_and_at_once() {
    let mut text = String::from("{ ...f0 }");
    for i in 0..24 {
        let next = i + 1;
        write!(text, " fragment f{i} on Query {{ ...f{next} ...f{next} }}").expect("memory");
    }
    text += " fragment f24 on Query { a }";
    assert_eq!(cost(&text), Err(refusal("selections", 1_000, 3 * (1 << 24) - 1)));
}

#[test]
fn fragments_in_a_circle_or_a_long_chain_are_refused() {
    let circle = "{ a } fragment f on Query { ...g ...g } fragment g on Query { ...f ...f }";
    assert_eq!(cost(circle), Err(refusal("depth", 32, 33)));
    let mut chain = String::from("{ ...f0 }");
    for i in 0..400 {
        write!(chain, " fragment f{i} on Query {{ ...f{} }}", i + 1).expect("memory");
    }
    assert_eq!(cost(&(chain + " fragment f400 on Query { a }")), Err(refusal("depth", 32, 33)));
}

#[test]
fn a_connection_multiplies_by_its_page_and_a_list_by_the_factor() {
    assert_eq!(complexity("{ users { nodes { id } } }"), 1 + 20 * 2);
    assert_eq!(complexity("{ users(first: 50) { totalCount } }"), 1 + 50);
    assert_eq!(
        complexity("{ users(first: 1000, last: null) { edges { node { id } } } }"),
        1 + 100 * 3
    );
    let fragment = "{ users { ...P } } fragment P on UserConnection { ... { nodes { id } } }";
    assert_eq!(complexity(fragment), 1 + 20 * 2);
    assert_eq!(complexity("{ group(id: 1) { roles { rules { id } } } }"), 1 + 1 + 10 * (1 + 10));
    assert_eq!(complexity("{ nodes(ids: [1, 2, 3]) { id } }"), 1 + 3);
    let text = "{ users(first: 100) { nodes { groups { roles { rules { id } } } } } }";
    assert_eq!(
        cost(text),
        Err(refusal("complexity", 100_000, 1 + 100 * (1 + 1 + 10 * (1 + 10 * 11))))
    );
}

#[test]
fn a_page_size_may_come_from_a_variable_or_its_default() {
    let text = "query A($n: Int = 3) { users(first: $n) { nodes { id } } } query B { a }";
    let complexity = |variables| cost_with(text, Some("A"), variables).map(|cost| cost.complexity);
    assert_eq!(complexity(json!({})), Ok(1 + 3 * 2));
    assert_eq!(complexity(json!({"n": 7})), Ok(1 + 7 * 2));
    assert_eq!(complexity(json!({"n": null})), Ok(1 + 20 * 2));
    assert_eq!(complexity(json!({"n": "x"})), Ok(1 + 20 * 2));
    assert_eq!(complexity(json!({"n": -1})), Ok(1 + 100 * 2));
}

#[test]
fn every_use_of_a_variable_counts_its_whole_value() {
    let text = format!("query($v: [ID!]!) {{ {} }}", "nodes(ids: $v) { id } ".repeat(20));
    let cost = cost_with(&text, None, json!({"v": vec![1; 600]}));
    assert_eq!(cost, Err(refusal("values", 10_000, 20 * 601)));
}

#[test]
fn mutations_and_sign_ins_count_through_fragments_and_aliases() {
    let fragment = "fragment F on Mutation { b: signIn(input: {}) { viewer { id } } }";
    let text = format!("mutation {{ signIn(input: {{}}) {{ viewer {{ id }} }} ...F }} {fragment}");
    assert_eq!(cost(&text), Err(refusal("sign_ins", 1, 2)));
    let text = format!("mutation {{ {} }}", "signOut(input: {}) { signedOut } ".repeat(11));
    assert_eq!(cost(&text), Err(refusal("root_mutations", 10, 11)));
    let one = cost("mutation { a: signOut(input: {}) { signedOut } }").expect("within the limits");
    assert_eq!((one.root_mutations, one.aliases, one.sign_ins), (1, 1, 0));
}

#[test]
fn operations_that_are_not_run_are_bounded_too() {
    let aliases = "a: b ".repeat(101);
    let text = format!("query A {{ a }} query B {{ {aliases} }}");
    assert_eq!(cost_with(&text, Some("A"), Value::Null), Err(refusal("aliases", 100, 101)));
    let many: String = (0..21).fold(String::new(), |text, i| format!("{text} query Q{i} {{ a }}"));
    assert_eq!(cost(&many), Err(refusal("operations", 20, 21)));
    let text = "query A { a } query B { __type(name: \"A\") { name } }";
    let introspects = |name| cost_with(text, name, Value::Null).map(|cost| cost.introspects);
    assert_eq!(introspects(Some("A")), Ok(false));
    assert_eq!(introspects(Some("B")), Ok(true));
    assert_eq!(cost(text), Ok(Cost::default()));
}

#[test]
fn fields_that_are_compared_again_and_again_are_bounded() {
    let fields = "a ".repeat(900);
    let spreads = "b { ...F } ".repeat(9);
    let text = format!("{{ a }} fragment G on B {{ {spreads} }} fragment F on B {{ {fields} }}");
    assert_eq!(cost(&text), Err(refusal("merges", 2_000, 1 + 9 + 10 * 900)));
    let arguments = "b: 1 ".repeat(13);
    assert_eq!(cost(&format!("{{ a({arguments}) }}")), Err(refusal("arguments", 12, 13)));
}
