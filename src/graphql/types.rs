//! What the schema says about its own types, as tables: for checking variables and for putting nulls
//! where the specification wants them, which async-graphql 7 leaves to others.

use std::collections::{BTreeSet, HashMap};

use async_graphql::parser::types::{
    BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::{Name, Positioned, Value, parser};

/// The types of a schema, by name.
#[derive(Debug)]
pub struct Types {
    inputs: HashMap<Name, Input>,
    /// The fields of each object and interface.
    outputs: HashMap<Name, HashMap<Name, Output>>,
    /// The arguments of `@skip` and `@include`.
    condition: [InputField; 1],
}

/// A field of an object or interface.
#[derive(Debug)]
pub struct Output {
    pub ty: Type,
    pub arguments: Vec<InputField>,
}

/// A type that arguments and variables have.
#[derive(Debug)]
pub enum Input {
    Scalar,
    Enum(BTreeSet<Name>),
    Object(Vec<InputField>),
}

/// A field of an input object.
#[derive(Debug)]
pub struct InputField {
    pub name: Name,
    pub ty: Type,
    pub default: Option<Value>,
}

impl Output {
    fn new(ty: Type, arguments: Vec<InputField>) -> Self {
        Self { ty, arguments }
    }
}

impl InputField {
    fn required(name: &str, ty: &str) -> Self {
        Self { name: Name::new(name), ty: named(ty, false), default: None }
    }

    /// Whether a value must be given.
    #[must_use]
    pub fn is_required(&self) -> bool {
        !self.ty.nullable && self.default.is_none()
    }
}

impl Types {
    /// Reads a schema in the schema definition language.
    pub fn parse(sdl: &str) -> Result<Self, parser::Error> {
        let scalars = ["Int", "Float", "String", "Boolean", "ID"];
        let mut inputs: HashMap<_, _> = scalars.map(|name| (Name::new(name), Input::Scalar)).into();
        let mut outputs = HashMap::new();
        for definition in parser::parse_schema(sdl)?.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node;
            match definition.node.kind {
                TypeKind::Scalar => {
                    inputs.insert(name, Input::Scalar);
                }
                TypeKind::Enum(it) => {
                    let values = it.values.into_iter().map(|value| value.node.value.node);
                    inputs.insert(name, Input::Enum(values.collect()));
                }
                TypeKind::InputObject(it) => {
                    let known = it.fields.into_iter().map(InputField::from).collect();
                    inputs.insert(name, Input::Object(known));
                }
                TypeKind::Object(it) => {
                    outputs.insert(name, fields(it.fields));
                }
                TypeKind::Interface(it) => {
                    outputs.insert(name, fields(it.fields));
                }
                TypeKind::Union(_) => {}
            }
        }
        let query = outputs.entry(Name::new(root(OperationType::Query))).or_default();
        query.insert(Name::new("__schema"), Output::new(named("__Schema", false), Vec::new()));
        let arguments = vec![InputField::required("name", "String")];
        query.insert(Name::new("__type"), Output::new(named("__Type", true), arguments));
        Ok(Self { inputs, outputs, condition: [InputField::required("if", "Boolean")] })
    }

    /// The input type of a name.
    #[must_use]
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.get(name)
    }

    /// A field.
    #[must_use]
    pub fn output(&self, parent: &str, field: &str) -> Option<&Output> {
        self.outputs.get(parent)?.get(field)
    }

    /// The arguments of the directives that there are, `@skip` and `@include`.
    #[must_use]
    pub fn condition(&self) -> &[InputField] {
        &self.condition
    }
}

fn named(name: &str, nullable: bool) -> Type {
    Type { base: BaseType::Named(Name::new(name)), nullable }
}

/// The name of the type that operations of a kind start from.
#[must_use]
pub fn root(operation: OperationType) -> &'static str {
    match operation {
        OperationType::Query => "Query",
        OperationType::Mutation => "Mutation",
        OperationType::Subscription => "Subscription",
    }
}

impl From<Positioned<InputValueDefinition>> for InputField {
    fn from(definition: Positioned<InputValueDefinition>) -> Self {
        let it = definition.node;
        Self {
            name: it.name.node,
            ty: it.ty.node,
            default: it.default_value.map(|value| value.node),
        }
    }
}

fn fields(definitions: Vec<Positioned<FieldDefinition>>) -> HashMap<Name, Output> {
    let known = definitions.into_iter().map(|it| {
        let arguments = it.node.arguments.into_iter().map(InputField::from).collect();
        (it.node.name.node, Output::new(it.node.ty.node, arguments))
    });
    let mut known: HashMap<_, _> = known.collect();
    known.insert(Name::new("__typename"), Output::new(named("String", false), Vec::new()));
    known
}

/// The name of a type, or of what a list is of.
#[must_use]
pub fn name_of(ty: &Type) -> &str {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(item) => name_of(item),
    }
}
