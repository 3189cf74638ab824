//! Subscriptions have one field on their top level
//! (<https://spec.graphql.org/September2025/#sec-Single-Root-Field>). async-graphql 7 does not ask for it, and
//! does not see fields that stand in fragments there.

use async_graphql::parser::types::{
    ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet,
};
use async_graphql::{Positioned, ServerError};

/// Whether each subscription of a document has one field, which nothing skips.
pub fn check(document: &ExecutableDocument) -> Vec<ServerError> {
    let operations = document.operations.iter().map(|(_, operation)| operation);
    let wrong = operations.filter(|it| is_subscription(it) && flat(document, it).is_none());
    let error = |it: &Positioned<OperationDefinition>| {
        let text = "A subscription selects exactly one field, without directives on the way to it.";
        ServerError::new(text, Some(it.pos))
    };
    wrong.map(error).collect()
}

/// An operation as it can be run: the field of a subscription stands on its top level.
#[must_use]
pub fn flatten(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
) -> Positioned<OperationDefinition> {
    let mut operation = operation.clone();
    if is_subscription(&operation)
        && let Some(field) = flat(document, &operation)
    {
        let field = Positioned::new(Selection::Field(field.clone()), field.pos);
        operation.node.selection_set.node.items = vec![field];
    }
    operation
}

fn is_subscription(operation: &Positioned<OperationDefinition>) -> bool {
    operation.node.ty == OperationType::Subscription
}

/// The one field, with everything that is selected below it; `None` where there is another.
fn flat(
    document: &ExecutableDocument,
    operation: &Positioned<OperationDefinition>,
) -> Option<Positioned<Field>> {
    let mut fields = Vec::new();
    collect(document, &operation.node.selection_set.node, &mut fields)?;
    let (first, rest) = fields.split_first()?;
    let mut field = (*first).clone();
    for other in rest {
        // That the arguments are the same, validation has seen to.
        if other.node.response_key().node != field.node.response_key().node {
            return None;
        }
        let below = other.node.selection_set.node.items.iter().cloned();
        field.node.selection_set.node.items.extend(below);
    }
    (!field.node.name.node.starts_with("__")).then_some(field)
}

fn collect<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    fields: &mut Vec<&'a Positioned<Field>>,
) -> Option<()> {
    for selection in &set.items {
        if !selection.node.directives().is_empty() {
            return None;
        }
        match &selection.node {
            Selection::Field(field) => fields.push(field),
            Selection::InlineFragment(it) => {
                collect(document, &it.node.selection_set.node, fields)?;
            }
            Selection::FragmentSpread(it) => {
                let fragment = document.fragments.get(&it.node.fragment_name.node)?;
                collect(document, &fragment.node.selection_set.node, fields)?;
            }
        }
    }
    Some(())
}
