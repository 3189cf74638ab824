//! What the validator of async-graphql 7.2 lets pass or wrongly refuses, put right. It accepts variables
//! of any type anywhere, scalars for input objects, strings for enum values and numbers that are no Int,
//! and does not look at directives of `__typename`
//! (<https://spec.graphql.org/September2025/#sec-Values-of-Correct-Type>, `#sec-All-Variable-Usages-Are-Allowed`).

use std::collections::{HashMap, HashSet};

use async_graphql::parser::types::{
    BaseType, Directive, DocumentOperations, ExecutableDocument, InlineFragment,
    OperationDefinition, Selection, SelectionSet, Type, VariableDefinition,
};
use async_graphql::{Name, Pos, Positioned, ServerError, Value};
use async_graphql_value::Value as Literal;

use super::types::{Input, InputField, Types, name_of, root};
use super::variables::{self, Fault, below, expected, is_scalar};

type Arguments = [(Positioned<Name>, Positioned<Literal>)];

/// Puts an inline fragment around each `__typename` with directives, which then bears them: it means the
/// same, and is seen.
pub fn expose_directives(document: &mut ExecutableDocument) {
    for fragment in document.fragments.values_mut() {
        expose(&mut fragment.node.selection_set.node);
    }
    match &mut document.operations {
        DocumentOperations::Single(it) => expose(&mut it.node.selection_set.node),
        DocumentOperations::Multiple(all) => {
            for it in all.values_mut() {
                expose(&mut it.node.selection_set.node);
            }
        }
    }
}

fn expose(set: &mut SelectionSet) {
    for item in &mut set.items {
        match &mut item.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                let directives = std::mem::take(&mut field.node.directives);
                if !directives.is_empty() {
                    let items = vec![item.clone()];
                    let selection_set = Positioned::new(SelectionSet { items }, item.pos);
                    let around = InlineFragment { type_condition: None, directives, selection_set };
                    item.node = Selection::InlineFragment(Positioned::new(around, item.pos));
                }
            }
            Selection::Field(field) => expose(&mut field.node.selection_set.node),
            Selection::InlineFragment(it) => expose(&mut it.node.selection_set.node),
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// What is wrong with the values in the arguments of a document that is otherwise valid.
pub fn check_values(types: &Types, document: &ExecutableDocument) -> Vec<ServerError> {
    let mut errors = Vec::new();
    for (_, operation) in document.operations.iter() {
        let declared = operation.node.variable_definitions.iter();
        let declared = declared.map(|it| (it.node.name.node.as_str(), &it.node));
        let mut check = Check {
            types,
            document,
            declared: declared.collect(),
            seen: HashSet::new(),
            errors: &mut errors,
        };
        check.operation(&operation.node);
    }
    errors
}

/// The check of one operation and of each fragment that it uses.
struct Check<'a> {
    types: &'a Types,
    document: &'a ExecutableDocument,
    declared: HashMap<&'a str, &'a VariableDefinition>,
    seen: HashSet<&'a Name>,
    errors: &'a mut Vec<ServerError>,
}

impl<'a> Check<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) {
        for definition in &operation.variable_definitions {
            let variable = &definition.node;
            if let Some(default) = &variable.default_value {
                let literal = default.node.clone().into_value();
                let path = format!("The default of ${}", variable.name.node);
                self.judge(&variable.var_type.node, false, &literal, path, default.pos);
            }
        }
        self.directives(&operation.directives);
        self.set(root(operation.ty), &operation.selection_set.node);
    }

    fn set(&mut self, parent: &'a str, set: &'a SelectionSet) {
        for item in &set.items {
            self.directives(item.node.directives());
            match &item.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if let Some(known) = self.types.output(parent, &field.name.node) {
                        self.arguments(&known.arguments, &field.arguments);
                        self.set(name_of(&known.ty), &field.selection_set.node);
                    }
                }
                Selection::InlineFragment(it) => {
                    let on = it.node.type_condition.as_ref().map(|it| &*it.node.on.node);
                    self.set(on.unwrap_or(parent), &it.node.selection_set.node);
                }
                Selection::FragmentSpread(it) => {
                    let name = &it.node.fragment_name.node;
                    let fragment = self.document.fragments.get(name);
                    if let Some(fragment) = fragment.filter(|_| self.seen.insert(name)) {
                        self.directives(&fragment.node.directives);
                        let on = &fragment.node.type_condition.node.on.node;
                        self.set(on, &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        for directive in directives {
            // `@skip` and `@include` are all there are.
            self.arguments(self.types.condition(), &directive.node.arguments);
        }
    }

    fn arguments(&mut self, known: &[InputField], given: &Arguments) {
        for (name, literal) in given {
            if let Some(it) = known.iter().find(|it| it.name == name.node) {
                let path = name.node.to_string();
                self.judge(&it.ty, it.default.is_some(), &literal.node, path, literal.pos);
            }
        }
    }

    fn judge(&mut self, ty: &Type, has_default: bool, it: &Literal, mut path: String, pos: Pos) {
        if let Err(Fault(text)) = self.fits(ty, has_default, it, &mut path) {
            self.errors.push(ServerError::new(text, Some(pos)));
        }
    }

    fn fits(
        &self,
        ty: &Type,
        has_default: bool,
        literal: &Literal,
        path: &mut String,
    ) -> Result<(), Fault> {
        match (&ty.base, literal) {
            (_, Literal::Variable(name)) => self.may_stand(ty, has_default, name),
            (_, Literal::Null) if ty.nullable => Ok(()),
            (_, Literal::Null) => Err(expected(ty, "null", path)),
            (BaseType::List(item), Literal::List(literals)) => {
                literals.iter().enumerate().try_for_each(|(index, literal)| {
                    let judge = |path: &mut String| self.fits(item, false, literal, path);
                    below(path, &index.to_string(), judge)
                })
            }
            (BaseType::List(item), literal) => self.fits(item, false, literal, path),
            (BaseType::Named(name), literal) => match (self.types.input(name), literal) {
                (Some(Input::Object(fields)), Literal::Object(given)) => {
                    let missing = |field: &&InputField| {
                        field.is_required() && !given.contains_key(&field.name)
                    };
                    if let Some(field) = fields.iter().find(missing) {
                        let text =
                            format!("{path}.{} of type {} is required.", field.name, field.ty);
                        return Err(Fault(text));
                    }
                    given.iter().try_for_each(|(name, literal)| {
                        let Some(field) = fields.iter().find(|field| field.name == *name) else {
                            return Err(Fault(format!("{path} has no field {name:?}.")));
                        };
                        let has_default = field.default.is_some();
                        let judge =
                            |path: &mut String| self.fits(&field.ty, has_default, literal, path);
                        below(path, name, judge)
                    })
                }
                (Some(Input::Enum(values)), Literal::Enum(value)) if values.contains(value) => {
                    Ok(())
                }
                (Some(Input::Scalar), literal) if is_of_scalar(name, literal) => Ok(()),
                _ => Err(expected(ty, kind(literal), path)),
            },
        }
    }

    fn may_stand(&self, place: &Type, has_default: bool, name: &Name) -> Result<(), Fault> {
        let Some(variable) = self.declared.get(name.as_str()) else {
            return Ok(());
        };
        let ty = &variable.var_type.node;
        let default = variable.default_value.as_ref().map(|it| &it.node);
        let may_be_absent = has_default || default.is_some_and(|it| *it != Value::Null);
        if (may_be_absent || ty.nullable <= place.nullable) && same(&ty.base, &place.base) {
            return Ok(());
        }
        Err(Fault(format!("${name} is of type {ty}, and {place} is wanted where it stands.")))
    }
}

/// Whether every value of a type is also one of the other, leaving null aside.
fn same(ty: &BaseType, place: &BaseType) -> bool {
    match (ty, place) {
        (BaseType::Named(ty), BaseType::Named(place)) => ty == place,
        (BaseType::List(ty), BaseType::List(place)) => {
            ty.nullable <= place.nullable && same(&ty.base, &place.base)
        }
        _ => false,
    }
}

fn is_of_scalar(name: &str, literal: &Literal) -> bool {
    literal.clone().into_const().is_some_and(|value| is_scalar(name, &value))
}

fn kind(literal: &Literal) -> &'static str {
    match literal {
        Literal::List(_) => "a list",
        Literal::Object(_) => "an object",
        literal => literal.clone().into_const().map_or("a variable", |it| variables::kind(&it)),
    }
}
