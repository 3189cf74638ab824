//! The shape of an answer: which fields, in which order, and which may be null. async-graphql 7 answers
//! fields in the order in which they are done, and leaves out those that fail; the specification wants
//! them in the order of the document, and null at the nearest position that may be null
//! (<https://spec.graphql.org/September2025/#sec-Executing-Selection-Sets>, `#sec-Handling-Execution-Errors`).

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{
    BaseType, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type,
};
use async_graphql::{Name, PathSegment, Response, Value};

use super::types::{Types, name_of, root};

/// The fields of an object in an answer, in order, each with what is below it.
#[derive(Debug, Default)]
pub struct Shape(IndexMap<Name, Field>);

#[derive(Debug)]
struct Field {
    ty: Type,
    below: Shape,
}

/// What must be null and may not be: whatever holds it becomes null instead.
struct NotNullable;

/// What is left of the paths of errors, below some position.
type Paths<'a> = Vec<&'a [PathSegment]>;

impl Shape {
    /// The shape of what an operation of a valid document answers.
    #[must_use]
    pub fn of(
        types: &Types,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Self {
        let mut shape = Self::default();
        shape.add(types, document, root(operation.ty), &operation.selection_set.node);
        shape
    }

    /// Orders the data of an answer and puts a null where each of its errors wants one.
    pub fn complete(&self, response: &mut Response) {
        if response.data == Value::Null {
            response.data = Value::Object(IndexMap::new());
        }
        let errors = response.errors.iter().map(|error| &*error.path).collect();
        if self.complete_object(&mut response.data, &errors).is_err() {
            response.data = Value::Null;
        }
    }

    fn add(
        &mut self,
        types: &Types,
        document: &ExecutableDocument,
        parent: &str,
        set: &SelectionSet,
    ) {
        for item in &set.items {
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    let Some(known) = types.output(parent, &field.name.node) else {
                        continue;
                    };
                    let ty = &known.ty;
                    let place = self.0.entry(field.response_key().node.clone());
                    let place =
                        place.or_insert_with(|| Field { ty: ty.clone(), below: Self::default() });
                    let set = &field.selection_set.node;
                    place.below.add(types, document, name_of(ty), set);
                }
                Selection::InlineFragment(it) => {
                    let on = it.node.type_condition.as_ref().map(|it| &*it.node.on.node);
                    let set = &it.node.selection_set.node;
                    self.add(types, document, on.unwrap_or(parent), set);
                }
                Selection::FragmentSpread(it) => {
                    if let Some(it) = document.fragments.get(&it.node.fragment_name.node) {
                        let on = &it.node.type_condition.node.on.node;
                        self.add(types, document, on, &it.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn complete_object(&self, value: &mut Value, errors: &Paths<'_>) -> Result<(), NotNullable> {
        if *value == Value::Null && !errors.is_empty() {
            // An object of which every field failed.
            *value = Value::Object(IndexMap::new());
        }
        let Value::Object(object) = value else {
            return Ok(());
        };
        for (key, field) in &self.0 {
            let below = below(
                errors,
                |segment| matches!(segment, PathSegment::Field(it) if it == key.as_str()),
            );
            match object.get_mut(key) {
                Some(value) => complete_value(value, &field.ty, &field.below, &below)?,
                None if below.is_empty() => {}
                None if field.ty.nullable => {
                    object.insert(key.clone(), Value::Null);
                }
                None => return Err(NotNullable),
            }
        }
        let place = |key: &Name| self.0.get_index_of(key);
        if !object.keys().is_sorted_by_key(place) {
            object.sort_by_cached_key(|key, _| place(key));
        }
        Ok(())
    }
}

fn complete_value(
    value: &mut Value,
    ty: &Type,
    shape: &Shape,
    errors: &Paths<'_>,
) -> Result<(), NotNullable> {
    let is_missing = errors.iter().any(|path| path.is_empty());
    let outcome = match (&mut *value, &ty.base) {
        _ if is_missing => Err(NotNullable),
        (Value::List(items), BaseType::List(item)) => {
            items.iter_mut().enumerate().try_for_each(|(index, value)| {
                let below = below(
                    errors,
                    |segment| matches!(segment, PathSegment::Index(it) if *it == index),
                );
                complete_value(value, item, shape, &below)
            })
        }
        (value, BaseType::Named(_)) if !shape.0.is_empty() => shape.complete_object(value, errors),
        _ => Ok(()),
    };
    match outcome {
        Err(NotNullable) if ty.nullable => {
            *value = Value::Null;
            Ok(())
        }
        outcome => outcome,
    }
}

/// What is left of those paths that go through a segment.
fn below<'a>(errors: &Paths<'a>, is_on_path: impl Fn(&PathSegment) -> bool) -> Paths<'a> {
    let through = errors.iter().filter_map(|path| path.split_first());
    through.filter(|(first, _)| is_on_path(first)).map(|(_, rest)| rest).collect()
}
