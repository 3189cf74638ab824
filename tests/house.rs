//! What holds of the sources: who may know whom, what stands where, and that the schema says what the
//! binary serves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use async_graphql::{Name, Positioned};

/// The Rust files below a place, by their paths from the root of the repository.
fn sources(place: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> = vec![root.join(place)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a readable directory");
            open.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else if path.extension().is_some_and(|it| it == "rs") {
            let text = fs::read_to_string(&path).expect("a readable file");
            let name = path.strip_prefix(root).expect("below the root").display().to_string();
            found.push((name, text));
        }
    }
    assert!(!found.is_empty(), "nothing below {place}");
    found
}

/// Where any of some words stands in code, outside of comments, in a place but for some files.
fn mentions(place: &str, except: &[&str], words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for (name, text) in sources(place) {
        if except.contains(&&*name) {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    found
}

const NOTHING: &[String] = &[];

#[test]
fn rows_know_nothing_but_sea_orm() {
    let rooms = ["serde", "axum", "async_graphql", "clap", "rolecall", "migration", "tokio"];
    assert_eq!(mentions("entity/src", &[], &rooms), NOTHING);
}

#[test]
fn migrations_do_not_know_the_rows_of_today() {
    assert_eq!(mentions("migration/src", &[], &["entity::", "rolecall"]), NOTHING);
}

#[test]
fn the_rules_know_no_transport() {
    let rooms = [
        "async_graphql",
        "axum",
        "http::",
        "clap",
        "crate::graphql",
        "crate::cli",
        "crate::config",
    ];
    assert_eq!(mentions("src/domain", &[], &rooms), NOTHING);
    assert_eq!(mentions("src/db", &[], &rooms), NOTHING);
    assert_eq!(mentions("src/db.rs", &[], &rooms), NOTHING);
}

#[test]
fn the_contract_knows_neither_the_database_nor_http() {
    let rooms = ["sea_orm", "sqlx", "axum", "hyper", "crate::http", "crate::cli", "crate::config"];
    assert_eq!(mentions("src/graphql", &[], &rooms), NOTHING);
}

#[test]
fn the_transport_knows_no_rows() {
    let rooms = ["entity::", "sea_orm", "sqlx", "crate::cli", "crate::config"];
    assert_eq!(mentions("src/http", &[], &rooms), NOTHING);
}

#[test]
fn the_decision_is_pure() {
    let impure = ["sea_orm", "async ", "entity::", "crate::app", "std::time", "chrono"];
    assert_eq!(mentions("src/domain/access.rs", &[], &impure), NOTHING);
    assert_eq!(mentions("src/domain/access", &[], &impure), NOTHING);
}

#[test]
fn each_source_of_the_outside_world_has_one_place() {
    assert_eq!(mentions("src", &["src/config.rs"], &["std::env"]), NOTHING);
    let clocks = ["Utc::now", "SystemTime::now", "Local::now"];
    assert_eq!(mentions("src", &["src/app.rs"], &clocks), NOTHING);
    let prints = ["println!", "print!(", "eprintln!", "eprint!("];
    assert_eq!(mentions("src", &["src/cli.rs"], &prints), NOTHING);
    let process = ["src/main.rs", "src/cli.rs", "src/telemetry.rs", "src/config.rs"];
    assert_eq!(mentions("src", &process, &["anyhow"]), NOTHING);
}

#[test]
fn no_lint_is_silenced_without_a_reason() {
    for place in ["src", "entity", "migration", "tests"] {
        // Its own name must not stand here.
        let silencers =
            [concat!("#[al", "low("), concat!("#![al", "low("), concat!("#[ig", "nore]")];
        assert_eq!(mentions(place, &[], &silencers), NOTHING);
        for line in mentions(place, &["tests/house.rs"], &["[expect("]) {
            assert!(line.contains("reason") || line.ends_with('('), "no reason: {line}");
        }
    }
}

#[test]
fn files_stay_readable() {
    for place in ["src", "entity", "migration", "tests"] {
        for (name, text) in sources(place) {
            let lines = text.lines().count();
            assert!(lines <= 400, "{name} has {lines} lines: split it by part of the noun");
        }
    }
}

#[test]
fn every_module_says_what_it_is_for() {
    for (name, text) in sources("src") {
        assert!(text.starts_with("//!"), "{name} opens without a word on what it is for");
    }
}

#[test]
fn schema_graphql_is_what_the_binary_prints() {
    let committed = include_str!("../schema.graphql");
    assert!(
        committed == rolecall::graphql::sdl(),
        "schema.graphql is not current: cargo run -- schema > schema.graphql"
    );
}

/// The types of a schema, by name.
fn types(sdl: &str) -> BTreeMap<Name, TypeDefinition> {
    let document = parse_schema(sdl).expect("a schema");
    let types = document.definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.clone(), ty.node)),
        _ => None,
    });
    types.collect()
}

#[test]
fn everything_in_the_schema_is_described() {
    let mut silent = Vec::new();
    for (name, ty) in types(include_str!("../schema.graphql")) {
        if ty.description.is_none() {
            silent.push(name.to_string());
        }
        for (member, is_described) in members(&ty) {
            if !is_described {
                silent.push(format!("{name}.{member}"));
            }
        }
    }
    assert_eq!(silent, NOTHING);
}

/// The fields, arguments and values of a type, and whether each has a description.
fn members(ty: &TypeDefinition) -> Vec<(String, bool)> {
    let input = |it: &Positioned<InputValueDefinition>| {
        (it.node.name.node.to_string(), it.node.description.is_some())
    };
    let fields = match &ty.kind {
        TypeKind::Object(it) => &it.fields,
        TypeKind::Interface(it) => &it.fields,
        TypeKind::InputObject(it) => return it.fields.iter().map(input).collect(),
        TypeKind::Enum(it) => {
            let values = it.values.iter().map(|value| &value.node);
            return values
                .map(|it| (it.value.node.to_string(), it.description.is_some()))
                .collect();
        }
        TypeKind::Scalar | TypeKind::Union(_) => return Vec::new(),
    };
    let mut members = Vec::new();
    for field in fields.iter().map(|field| &field.node) {
        members.push((field.name.node.to_string(), field.description.is_some()));
        for (argument, is_described) in field.arguments.iter().map(input) {
            members.push((format!("{}({argument}:)", field.name.node), is_described));
        }
    }
    members
}

/// Each field, argument and value of a type, with its type where it has one.
fn shape(ty: &TypeDefinition) -> BTreeMap<String, Option<Type>> {
    let input = |it: &Positioned<InputValueDefinition>| {
        (it.node.name.node.to_string(), Some(it.node.ty.node.clone()))
    };
    let fields = match &ty.kind {
        TypeKind::Object(it) => &it.fields,
        TypeKind::Interface(it) => &it.fields,
        TypeKind::InputObject(it) => return it.fields.iter().map(input).collect(),
        TypeKind::Enum(it) => {
            return it.values.iter().map(|it| (it.node.value.node.to_string(), None)).collect();
        }
        TypeKind::Scalar | TypeKind::Union(_) => return BTreeMap::new(),
    };
    let mut shape = BTreeMap::new();
    for field in fields.iter().map(|field| &field.node) {
        shape.insert(field.name.node.to_string(), Some(field.ty.node.clone()));
        for (argument, ty) in field.arguments.iter().map(input) {
            shape.insert(format!("{}({argument}:)", field.name.node), ty);
        }
    }
    shape
}

/// The contract lies beside the repository where it is developed; elsewhere there is nothing to compare.
#[test]
fn what_the_contract_names_has_the_types_that_it_says() {
    let contract = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/design/contract.graphql");
    let Ok(contract) = fs::read_to_string(contract) else {
        eprintln!("the contract is not here: nothing was compared");
        return;
    };
    let served = types(include_str!("../schema.graphql"));
    let mut differences = Vec::new();
    for (name, ty) in types(&contract) {
        let Some(ours) = served.get(&name).map(shape) else {
            println!("not served yet: {name}");
            continue;
        };
        for (member, ty) in shape(&ty) {
            match ours.get(&member) {
                Some(ours) if *ours == ty => {}
                Some(_) => differences.push(format!("{name}.{member}")),
                None => println!("not served yet: {name}.{member}"),
            }
        }
    }
    assert_eq!(differences, NOTHING);
}
