//! The commands that this crate answers itself, one file each.

pub(crate) mod audit;
pub(crate) mod case;
pub(crate) mod catalogue;
mod plain;
pub(crate) mod vault;

/// The first eight digits of an id: enough for a person to tell two apart in a table.
fn short(id: &impl std::fmt::Display) -> String {
    id.to_string().chars().take(8).collect()
}
