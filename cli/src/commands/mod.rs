//! The commands that this crate answers itself, one file each.

pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod case;
pub(crate) mod catalogue;
pub(crate) mod export;
pub(crate) mod identity;
pub(crate) mod lint;
pub(crate) mod plain;
pub(crate) mod records;
pub(crate) mod search;
pub(crate) mod vault;

/// The first eight digits of an id: enough for a person to tell two apart in a table.
pub(crate) fn short(id: &impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}

/// `A case` as `Case`.
pub(crate) fn title_of(spec: &saferoom::model::RecordSpec) -> String {
    let label = spec.label.strip_prefix("A ").or_else(|| spec.label.strip_prefix("An ")).unwrap_or(spec.label);
    let mut letters = label.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
