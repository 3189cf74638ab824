//! What a parsed document will cost to validate and to run, from its text and variables alone: the schema
//! is not asked, `@skip` and `@include` are not believed, and every doubt counts as the dearer case.

use std::collections::HashMap;

use async_graphql::parser::types::{
    Directive, ExecutableDocument, Field, OperationDefinition, OperationType, Selection,
    SelectionSet,
};
use async_graphql::{Name, Positioned, Value, Variables};
use async_graphql_value::Value as Literal;

use super::{Limits, Refusal, check};

/// Fields that are lists of objects without pages, unless something below them says otherwise.
const LISTS: [&str; 6] = ["apiTokens", "decidedBy", "groups", "roles", "rules", "sessions"];

/// The lists of the introspection, about as long as they are in this schema. The full query of graphql-js
/// comes to half of the complexity allowed.
const SCHEMA_LISTS: [(&str, u64); 4] =
    [("types", 100), ("fields", 5), ("inputFields", 2), ("directives", 6)];

/// The lists of the introspection that lead from types to types.
const SCHEMA_CYCLES: [&str; 4] = ["fields", "inputFields", "interfaces", "possibleTypes"];

/// Fields that say whether a password is the right one.
const GUESSES: [&str; 2] = ["signIn", "changePassword"];

type Arguments = [(Positioned<Name>, Positioned<Literal>)];

/// What an operation comes to, with its fragments expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Fields that may be resolved: each counts 1, 1 more for each 16 values in its arguments, and what
    /// is below it times the size of its page or list.
    pub complexity: u64,
    /// Fields, spreads and inline fragments.
    pub selections: u64,
    /// Fields with an alias.
    pub aliases: u64,
    /// Values in arguments, with variables expanded.
    pub values: u64,
    /// Nested selection sets.
    pub depth: u64,
    /// Fields on the top level.
    pub root_fields: u64,
    /// Fields on the top level of a mutation; 0 for any other operation.
    pub root_mutations: u64,
    /// What may read a whole table: `totalCount`, and lists with a filter or a search.
    pub scans: u64,
    /// `signIn` and `changePassword`, wherever they stand.
    pub sign_ins: u64,
    /// Lists within lists of the introspection.
    pub introspection_nesting: u64,
    /// Whether it asks for `__schema` or `__type`, wherever that stands.
    pub introspects: bool,
    /// Whether `edges` or `nodes` stand on its top level: what holds it is a connection.
    pages: bool,
}

/// Measures every operation and fragment of a document that [`scan`](super::scan) has let pass, and gives
/// the cost of the operation that the name, or the lack of one, chooses; nothing if it chooses none.
pub fn measure(
    document: &ExecutableDocument,
    operation_name: Option<&str>,
    variables: &Variables,
    limits: &Limits,
) -> Result<Cost, Refusal> {
    let operations = || document.operations.iter();
    check("operations", limits.operations, operations().len() as u64)?;
    let chosen = match operation_name {
        Some(name) => operations().find(|(its, _)| its.is_some_and(|its| its.as_str() == name)),
        None => operations().next().filter(|_| operations().len() == 1),
    };
    let chosen = chosen.map(|(_, operation)| &operation.node);
    let mut meter = Meter::new(document, chosen, variables, limits);
    // Also those that no operation uses: validation reads them before it refuses them.
    for name in document.fragments.keys() {
        meter.fragment(name, 1)?;
    }
    let mut result = Cost::default();
    let mut total = Cost::default();
    for (_, operation) in operations() {
        let cost = meter.operation(&operation.node)?;
        total.include(&cost);
        check("selections", limits.selections, total.selections)?;
        check("values", limits.values, total.values)?;
        if chosen.is_some_and(|chosen| std::ptr::eq(chosen, &raw const operation.node)) {
            result = cost;
        }
    }
    check("values", limits.values, meter.values)?;
    check("merges", limits.merges, meter.merges)?;
    Ok(result)
}

struct Meter<'a> {
    document: &'a ExecutableDocument,
    limits: &'a Limits,
    /// The value of each variable, and how many values that is.
    variables: HashMap<&'a str, (&'a Value, u64)>,
    fragments: HashMap<&'a str, Cost>,
    /// Values and merges of the whole document, each fragment once.
    values: u64,
    merges: u64,
}

impl<'a> Meter<'a> {
    fn new(
        document: &'a ExecutableDocument,
        chosen: Option<&'a OperationDefinition>,
        given: &'a Variables,
        limits: &'a Limits,
    ) -> Self {
        let declared = chosen.map_or(&[][..], |operation| &operation.variable_definitions);
        let defaults = declared.iter().filter_map(|definition| {
            let default = definition.node.default_value.as_ref()?;
            Some((&definition.node.name.node, &default.node))
        });
        let all = defaults.chain(given.iter());
        let variables = all.map(|(name, value)| (name.as_str(), (value, size(value)))).collect();
        Self { document, limits, variables, fragments: HashMap::new(), values: 0, merges: 0 }
    }

    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Cost, Refusal> {
        let mut cost = self.set(&operation.selection_set.node, 1)?;
        cost.values = cost.values.saturating_add(self.directives(&operation.directives)?);
        for definition in &operation.variable_definitions {
            let default = definition.node.default_value.as_ref().map_or(0, |it| size(&it.node));
            let own = self.directives(&definition.node.directives)?.saturating_add(default);
            cost.values = cost.values.saturating_add(own);
        }
        if operation.ty == OperationType::Mutation {
            cost.root_mutations = cost.root_fields;
        }
        let limits = self.limits;
        check("selections", limits.selections, cost.selections)?;
        check("aliases", limits.aliases, cost.aliases)?;
        check("root_mutations", limits.root_mutations, cost.root_mutations)?;
        check("scans", limits.scans, cost.scans)?;
        check("sign_ins", limits.sign_ins, cost.sign_ins)?;
        let lists = cost.introspection_nesting;
        check("introspection_nesting", limits.introspection_nesting, lists)?;
        check("complexity", limits.complexity, cost.complexity)?;
        Ok(cost)
    }

    /// The cost of a fragment at this depth, measured the first time only. A cycle ends at the depth that
    /// is allowed; a fragment that is not there is left to validation.
    fn fragment(&mut self, name: &'a str, depth: u64) -> Result<Cost, Refusal> {
        if let Some(cost) = self.fragments.get(name).copied() {
            check("depth", self.limits.depth, (depth - 1).saturating_add(cost.depth))?;
            return Ok(cost);
        }
        let Some(fragment) = self.document.fragments.get(name) else {
            return Ok(Cost::default());
        };
        let mut cost = self.set(&fragment.node.selection_set.node, depth)?;
        cost.values = cost.values.saturating_add(self.directives(&fragment.node.directives)?);
        self.fragments.insert(name, cost);
        Ok(cost)
    }

    fn set(&mut self, set: &'a SelectionSet, depth: u64) -> Result<Cost, Refusal> {
        check("depth", self.limits.depth, depth)?;
        let mut total = Cost::default();
        for selection in &set.items {
            let mut part = match &selection.node {
                Selection::Field(field) => self.field(&field.node, depth)?,
                Selection::InlineFragment(inline) => {
                    self.set(&inline.node.selection_set.node, depth + 1)?
                }
                Selection::FragmentSpread(spread) => {
                    self.fragment(&spread.node.fragment_name.node, depth + 1)?
                }
            };
            part.selections = part.selections.saturating_add(1);
            part.values = part.values.saturating_add(self.directives(selection.node.directives())?);
            total.include(&part);
        }
        total.depth += 1;
        self.merges = self.merges.saturating_add(total.root_fields);
        Ok(total)
    }

    fn field(&mut self, field: &'a Field, depth: u64) -> Result<Cost, Refusal> {
        let below = match &field.selection_set.node {
            leaf if leaf.items.is_empty() => Cost::default(),
            set => self.set(set, depth + 1)?,
        };
        let name = field.name.node.as_str();
        let values = self.arguments(&field.arguments)?;
        let children = below.complexity.saturating_mul(self.multiplier(field, &below));
        Ok(Cost {
            complexity: children.saturating_add(1 + values / 16),
            aliases: below.aliases.saturating_add(field.alias.is_some().into()),
            values: below.values.saturating_add(values),
            root_fields: 1,
            scans: below.scans.saturating_add(scans(field)),
            sign_ins: below.sign_ins.saturating_add(GUESSES.contains(&name).into()),
            introspection_nesting: below.introspection_nesting
                + u64::from(SCHEMA_CYCLES.contains(&name)),
            introspects: below.introspects || matches!(name, "__schema" | "__type"),
            pages: matches!(name, "edges" | "nodes"),
            ..below
        })
    }

    /// How often the selections of a field may be resolved.
    fn multiplier(&self, field: &Field, below: &Cost) -> u64 {
        let name = field.name.node.as_str();
        let page = field.arguments.iter().filter_map(|(name, value)| match name.node.as_str() {
            "first" | "last" => self.page(&value.node),
            _ => None,
        });
        if let Some(page) = page.max() {
            page
        } else if below.pages {
            self.limits.default_page
        } else if let Some(ids) = field.get_argument("ids") {
            self.length(&ids.node)
        } else if LISTS.contains(&name) {
            self.limits.list_factor
        } else {
            let list = SCHEMA_LISTS.iter().find(|(list, _)| *list == name);
            list.map_or(1, |(_, length)| *length)
        }
    }

    /// The page that an argument asks for, if it asks for one. What is no number is refused later.
    fn page(&self, argument: &Literal) -> Option<u64> {
        let number = match argument {
            Literal::Number(number) => Some(number),
            Literal::Variable(name) => match self.variables.get(name.as_str()) {
                Some((Value::Number(number), _)) => Some(number),
                _ => None,
            },
            _ => None,
        };
        number.map(|number| number.as_u64().unwrap_or(self.limits.page).clamp(1, self.limits.page))
    }

    /// The items of an argument that is a list; one value stands for a list of it.
    fn length(&self, argument: &Literal) -> u64 {
        let items = match argument {
            Literal::List(items) => items.len(),
            Literal::Variable(name) => match self.variables.get(name.as_str()) {
                Some((Value::List(items), _)) => items.len(),
                _ => 1,
            },
            _ => 1,
        };
        items.max(1) as u64
    }

    fn directives(&mut self, directives: &[Positioned<Directive>]) -> Result<u64, Refusal> {
        directives.iter().map(|directive| self.arguments(&directive.node.arguments)).sum()
    }

    fn arguments(&mut self, arguments: &Arguments) -> Result<u64, Refusal> {
        check("arguments", self.limits.arguments, arguments.len() as u64)?;
        let values = arguments.iter().map(|(_, value)| self.values(&value.node)).sum();
        self.values = self.values.saturating_add(values);
        Ok(values)
    }

    fn values(&self, literal: &Literal) -> u64 {
        match literal {
            Literal::Variable(name) => {
                self.variables.get(name.as_str()).map_or(1, |(_, size)| *size)
            }
            Literal::List(items) => 1 + items.iter().map(|item| self.values(item)).sum::<u64>(),
            Literal::Object(fields) => 1 + fields.values().map(|it| self.values(it)).sum::<u64>(),
            Literal::String(text) => 1 + text.len() as u64 / 256,
            _ => 1,
        }
    }
}

impl Cost {
    /// Adds what stands beside it.
    fn include(&mut self, other: &Self) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more);
        add(&mut self.complexity, other.complexity);
        add(&mut self.selections, other.selections);
        add(&mut self.aliases, other.aliases);
        add(&mut self.values, other.values);
        add(&mut self.root_fields, other.root_fields);
        add(&mut self.root_mutations, other.root_mutations);
        add(&mut self.scans, other.scans);
        add(&mut self.sign_ins, other.sign_ins);
        self.depth = self.depth.max(other.depth);
        self.introspection_nesting = self.introspection_nesting.max(other.introspection_nesting);
        self.introspects |= other.introspects;
        self.pages |= other.pages;
    }
}

fn size(value: &Value) -> u64 {
    match value {
        Value::List(items) => 1 + items.iter().map(size).sum::<u64>(),
        Value::Object(fields) => 1 + fields.values().map(size).sum::<u64>(),
        Value::String(text) => 1 + text.len() as u64 / 256,
        _ => 1,
    }
}

fn scans(field: &Field) -> u64 {
    let is_total = field.name.node == "totalCount";
    let filters = |name: &str| field.get_argument(name).is_some();
    u64::from(is_total || filters("filter") || filters("search"))
}
