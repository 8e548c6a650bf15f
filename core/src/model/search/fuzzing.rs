//! Entry point for the fuzz target `search_query`.

use super::SearchQuery;
use crate::model::{RecordKind, SearchKind, catalogue};

/// Asks for the text in each way that a child can be searched.
pub(crate) fn query(text: &str) {
    let Some(spec) = catalogue().by_kind(RecordKind::CHILD) else { return };
    for kind in SearchKind::ALL {
        if let Ok(asked) = SearchQuery::among(spec.kind).by(*kind, text).resolve(spec) {
            assert!(asked.iter().all(|asked| !asked.groups.is_empty() && asked.groups.len() <= 80));
        }
    }
}
