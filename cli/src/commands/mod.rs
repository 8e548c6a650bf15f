//! The commands that this crate answers itself, one file each.

pub(crate) mod audit;
pub(crate) mod case;
pub(crate) mod catalogue;
pub(crate) mod vault;
