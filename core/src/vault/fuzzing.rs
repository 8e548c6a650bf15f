//! What `fuzz/` is given of the vault's own formats.

use super::attempts::Waiting;
use super::groups::{Groups, push_again};
use super::kept::{Kept, KeptOversight};
use super::statement::Statement;

/// A statement, read and written again.
pub(crate) fn statement(bytes: &[u8]) -> Option<Vec<u8>> {
    Statement::decode(bytes).ok().map(|statement| statement.encode())
}

/// A kept head, read and written again.
pub(crate) fn kept_head(bytes: &[u8]) -> Option<Vec<u8>> {
    Kept::decode(bytes).map(|kept| kept.encode())
}

/// A kept oversight circle, read and written again.
pub(crate) fn kept_oversight(bytes: &[u8]) -> Option<Vec<u8>> {
    KeptOversight::decode(bytes).map(|kept| kept.encode())
}

/// The attempts that wait to be logged, read and written again.
pub(crate) fn waiting_attempts(bytes: &[u8]) -> Option<Vec<u8>> {
    Waiting::decode(bytes).map(|waiting| waiting.encode())
}

/// The list of a revision's groups, read and written again.
pub(crate) fn group_list(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for group in Groups::new(bytes) {
        push_again(&mut out, &group.ok()?).ok()?;
    }
    Some(out)
}
