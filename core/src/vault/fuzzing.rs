//! What `fuzz/` is given of the vault's own formats.

use super::groups::{Groups, push_group};
use super::kept::Kept;
use super::statement::Statement;

/// A statement, read and written again.
pub(crate) fn statement(bytes: &[u8]) -> Option<Vec<u8>> {
    Statement::decode(bytes).ok().map(|statement| statement.encode())
}

/// A kept head, read and written again.
pub(crate) fn kept_head(bytes: &[u8]) -> Option<Vec<u8>> {
    Kept::decode(bytes).map(|kept| kept.encode())
}

/// The list of a revision's groups, read and written again.
pub(crate) fn group_list(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len());
    for group in Groups::new(bytes) {
        let (ordinal, group) = group.ok()?;
        push_group(&mut out, ordinal, |out| {
            out.extend_from_slice(group);
            Ok::<_, crate::seal::SealError>(())
        })
        .ok()?;
    }
    Some(out)
}
