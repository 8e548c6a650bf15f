//! Hierarchies out of a list of codes, each with the code above it.

use std::collections::{HashMap, HashSet};

use super::super::error::ReleaseError;
use super::{ANY, MOST_LEVELS, csv};

/// The rows of the hierarchy: each leaf (a code that is above no other), the codes above it, and at last [`ANY`].
/// A leaf closer to the top than others stays as it is for some levels.
pub(super) fn rows(column: &str, bytes: &[u8]) -> Result<Vec<Vec<String>>, ReleaseError> {
    let pairs = csv::rows(column, bytes)?;
    let mut above: HashMap<&str, (&str, usize)> = HashMap::new();
    for (index, pair) in pairs.iter().enumerate() {
        let (column, row) = (column.to_owned(), index + 1);
        let [code, parent] = pair.as_slice() else {
            return Err(ReleaseError::HierarchyRagged { column, row, expected: 2, found: pair.len() });
        };
        if code.is_empty() {
            return Err(ReleaseError::HierarchyGap { column, row });
        }
        if above.insert(code, (parent, row)).is_some() {
            return Err(ReleaseError::HierarchyDuplicate { column, row });
        }
    }
    let parents: HashSet<&str> =
        above.values().map(|(parent, _)| *parent).filter(|parent| !parent.is_empty()).collect();
    let mut paths = Vec::new();
    for pair in &pairs {
        let path = path_of(column, &pair[0], &above)?;
        if !parents.contains(pair[0].as_str()) {
            paths.push(path);
        }
    }
    let deepest = paths.iter().map(Vec::len).max().unwrap_or(0);
    Ok(paths.into_iter().map(|path| levelled(path, deepest)).collect())
}

fn path_of<'a>(
    column: &str,
    code: &'a str,
    above: &HashMap<&'a str, (&'a str, usize)>,
) -> Result<Vec<&'a str>, ReleaseError> {
    let mut path = vec![code];
    let mut current = code;
    while let Some((parent, row)) = above.get(current).filter(|(parent, _)| !parent.is_empty()) {
        let (column, row) = (column.to_owned(), *row);
        if path.contains(parent) {
            return Err(ReleaseError::HierarchyCycle { column, row });
        }
        if path.len() + 1 >= MOST_LEVELS {
            return Err(ReleaseError::HierarchyShape { column, what: "it has no level, or more than 32" });
        }
        path.push(parent);
        current = parent;
    }
    Ok(path)
}

/// The path with its leaf repeated until it is as long as the deepest, and [`ANY`] above all.
fn levelled(path: Vec<&str>, deepest: usize) -> Vec<String> {
    let repeated = std::iter::repeat_n(path[0], deepest - path.len());
    repeated.chain(path.iter().copied()).chain([ANY]).map(str::to_owned).collect()
}
