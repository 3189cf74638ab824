//! Documents that passed every check, remembered by their text, so that they are neither parsed nor
//! validated again.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationDefinition,
};
use async_graphql::{Name, Positioned, ServerError};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::request::coded;
use super::shape::Shape;
use super::subscription;
use super::types::Types;

/// Bytes of text that are remembered. Parsed, a document takes some thirty times its text.
const REMEMBERED: u64 = 2 * 1024 * 1024;

/// The documents that are remembered; those asked for least go first.
pub struct Documents(Cache<String, Arc<Document>, TextLength>);

impl Default for Documents {
    fn default() -> Self {
        Self(Cache::with_weighter(1_000, REMEMBERED, TextLength))
    }
}

impl Documents {
    /// The document of a text, if it passed before.
    pub fn find(&self, text: &str) -> Option<Arc<Document>> {
        self.0.get(text)
    }

    /// Remembers a document that passed.
    pub fn remember(
        &self,
        text: String,
        passed: &ExecutableDocument,
        types: &Types,
    ) -> Arc<Document> {
        let document = Arc::new(Document::new(passed, types));
        self.0.insert(text, document.clone());
        document
    }
}

/// The operations of a document.
#[derive(Debug)]
pub struct Document(Vec<Arc<Operation>>);

impl Document {
    fn new(document: &ExecutableDocument, types: &Types) -> Self {
        let fragments = Arc::new(document.fragments.clone());
        let operations = document.operations.iter().map(|(name, definition)| Operation {
            name: name.cloned(),
            shape: Shape::of(types, document, &definition.node),
            definition: subscription::flatten(document, definition),
            fragments: fragments.clone(),
        });
        Self(operations.map(Arc::new).collect())
    }

    /// The operation of a name, or the only one.
    pub fn operation(&self, name: Option<&str>) -> Result<Arc<Operation>, Vec<ServerError>> {
        let found = match (name, &*self.0) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(name), all) => all.iter().find(|it| it.name.as_deref() == Some(name)),
        };
        found.cloned().ok_or_else(|| {
            let text = match name {
                Some(_) => "The document has no operation of the name that operationName gives.",
                None => "The document has several operations. Say in operationName which to run.",
            };
            vec![coded("OPERATION_RESOLUTION_FAILURE", text)]
        })
    }
}

/// One operation of a document, with all that it takes to run it.
#[derive(Debug)]
pub struct Operation {
    pub name: Option<Name>,
    pub definition: Positioned<OperationDefinition>,
    pub shape: Shape,
    /// All of the document's: its operations share them.
    fragments: Arc<HashMap<Name, Positioned<FragmentDefinition>>>,
}

impl Operation {
    /// A document of this operation alone.
    pub fn to_document(&self) -> ExecutableDocument {
        ExecutableDocument {
            operations: DocumentOperations::Single(self.definition.clone()),
            fragments: HashMap::clone(&self.fragments),
        }
    }
}

#[derive(Clone)]
struct TextLength;

impl Weighter<String, Arc<Document>> for TextLength {
    fn weight(&self, text: &String, _: &Arc<Document>) -> u64 {
        text.len() as u64 + 1
    }
}
