//! Variables: checked and completed before anything runs, as the specification has it
//! (<https://spec.graphql.org/September2025/#sec-Coercing-Variable-Values>). async-graphql checks them
//! late, after fields that come before have run, or not at all once a document counts as valid.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
    Type,
};
use async_graphql::{Name, Value, Variables};
use async_graphql_value::Value as Literal;

use chrono::DateTime;

use super::types::{Input, Types};

/// What is wrong with a variable, for the client to read.
#[derive(Debug, PartialEq, Eq)]
pub struct Fault(pub String);

/// The values of all variables that an operation declares and that have one: given or default.
/// Variables that it does not declare are dropped.
pub fn coerce(
    types: &Types,
    operation: &OperationDefinition,
    mut given: Variables,
) -> Result<Variables, Vec<Fault>> {
    let mut values = Variables::default();
    let mut faults = Vec::new();
    for definition in &operation.variable_definitions {
        let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
        let default = definition.node.default_value.as_ref();
        match (given.remove(name), default) {
            (Some(value), _) => {
                let mut path = format!("${name}");
                match coerce_value(types, ty, value, &mut path) {
                    Ok(value) => {
                        values.insert(name.clone(), value);
                    }
                    Err(fault) => faults.push(fault),
                }
            }
            (None, Some(default)) => {
                values.insert(name.clone(), default.node.clone());
            }
            (None, None) if !ty.nullable => {
                faults.push(Fault(format!("The variable ${name} of type {ty} is required.")));
            }
            (None, None) => {}
        }
    }
    if faults.is_empty() { Ok(values) } else { Err(faults) }
}

/// Takes out of a document what is set to variables without a value: an argument that nobody gave is
/// absent, not null.
pub fn remove_absent(document: &mut ExecutableDocument, values: &Variables) {
    let operations = document.operations.iter();
    let declares_absent = operations
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .any(|definition| !values.contains_key(&definition.node.name.node));
    if !declares_absent {
        return;
    }
    for fragment in document.fragments.values_mut() {
        remove_from(&mut fragment.node.selection_set.node, values);
    }
    match &mut document.operations {
        DocumentOperations::Single(operation) => {
            remove_from(&mut operation.node.selection_set.node, values);
        }
        DocumentOperations::Multiple(operations) => {
            for operation in operations.values_mut() {
                remove_from(&mut operation.node.selection_set.node, values);
            }
        }
    }
}

fn remove_from(set: &mut SelectionSet, values: &Variables) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) => {
                let arguments = &mut field.node.arguments;
                arguments.retain_mut(|(_, value)| has_value(&mut value.node, values));
                remove_from(&mut field.node.selection_set.node, values);
            }
            Selection::InlineFragment(it) => {
                remove_from(&mut it.node.selection_set.node, values);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn has_value(literal: &mut Literal, values: &Variables) -> bool {
    match literal {
        Literal::Variable(name) => values.contains_key(name),
        Literal::Object(fields) => {
            fields.retain(|_, value| has_value(value, values));
            true
        }
        Literal::List(items) => {
            // An item without a value is null, and keeps its place.
            for item in items {
                has_value(item, values);
            }
            true
        }
        _ => true,
    }
}

fn coerce_value(types: &Types, ty: &Type, value: Value, path: &mut String) -> Result<Value, Fault> {
    if value == Value::Null {
        return if ty.nullable { Ok(Value::Null) } else { Err(expected(ty, "null", path)) };
    }
    match (&ty.base, value) {
        (BaseType::List(item), Value::List(values)) => {
            let items = values.into_iter().enumerate().map(|(index, value)| {
                below(path, &index.to_string(), |path| coerce_value(types, item, value, path))
            });
            items.collect::<Result<_, _>>().map(Value::List)
        }
        // One value stands for a list of it.
        (BaseType::List(item), value) => {
            Ok(Value::List(vec![coerce_value(types, item, value, path)?]))
        }
        (BaseType::Named(name), value) => coerce_named(types, ty, name, value, path),
    }
}

fn coerce_named(
    types: &Types,
    ty: &Type,
    name: &Name,
    value: Value,
    path: &mut String,
) -> Result<Value, Fault> {
    match (types.input(name), value) {
        (Some(Input::Object(_)), Value::Object(given)) => coerce_object(types, name, given, path),
        (Some(Input::Enum(values)), Value::String(text)) if values.contains(text.as_str()) => {
            Ok(Value::Enum(Name::new(text)))
        }
        (Some(Input::Enum(values)), Value::String(_)) => {
            let values: Vec<&str> = values.iter().map(Name::as_str).collect();
            Err(Fault(format!("{path} must be one of {}.", values.join(", "))))
        }
        (Some(Input::Scalar), value) if is_scalar(name, &value) => Ok(value),
        (_, value) => Err(expected(ty, kind(&value), path)),
    }
}

fn coerce_object(
    types: &Types,
    name: &Name,
    mut given: IndexMap<Name, Value>,
    path: &mut String,
) -> Result<Value, Fault> {
    let mut object = IndexMap::new();
    let Some(Input::Object(fields)) = types.input(name) else {
        return Ok(Value::Object(object));
    };
    for field in fields {
        let value = match given.swap_remove(&field.name) {
            Some(value) => {
                below(path, &field.name, |path| coerce_value(types, &field.ty, value, path))?
            }
            None if field.is_required() => {
                let text = format!("{path}.{} of type {} is required.", field.name, field.ty);
                return Err(Fault(text));
            }
            None => continue,
        };
        object.insert(field.name.clone(), value);
    }
    match given.keys().next() {
        None => Ok(Value::Object(object)),
        Some(unknown) => {
            let unknown: String = unknown.chars().take(100).collect();
            Err(Fault(format!("{path} has no field {unknown:?}: {name} does not know it.")))
        }
    }
}

/// Runs `f` with the path of what lies below.
pub fn below<T>(path: &mut String, segment: &str, f: impl FnOnce(&mut String) -> T) -> T {
    let length = path.len();
    path.push('.');
    path.push_str(segment);
    let outcome = f(path);
    path.truncate(length);
    outcome
}

/// Whether a value is one of a scalar type.
pub fn is_scalar(name: &str, value: &Value) -> bool {
    match (name, value) {
        ("Int", Value::Number(number)) => {
            number.as_i64().is_some_and(|number| i32::try_from(number).is_ok())
        }
        ("Float", Value::Number(_))
        | ("String" | "ID", Value::String(_))
        | ("Boolean", Value::Boolean(_)) => true,
        ("ID", Value::Number(number)) => number.is_i64(),
        ("DateTime", Value::String(text)) => DateTime::parse_from_rfc3339(text).is_ok(),
        _ => false,
    }
}

/// A value that is not of the type of its place.
pub fn expected(ty: &Type, found: &str, path: &str) -> Fault {
    let such_as = match &ty.base {
        BaseType::Named(name) if name == "DateTime" => ", such as 2026-11-23T09:30:00Z",
        _ => "",
    };
    Fault(format!("{path} must be of type {ty}{such_as}, and is {found}."))
}

/// What a value is, without repeating it: it may be long, or secret.
pub fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Number(number) if number.as_f64().is_some_and(|it| it.fract() != 0.0) => {
            "a number with a fraction"
        }
        Value::Number(_) if !is_scalar("Int", value) => "a number beyond 32 bits",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Boolean(_) => "a boolean",
        Value::Binary(_) => "bytes",
        Value::Enum(_) => "an enum value",
        Value::List(_) => "a list",
        Value::Object(_) => "an object",
    }
}
