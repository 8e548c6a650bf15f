//! What a backup holds once it opened: any manifest, any rows, sealed as a holder of the key could.

use saferoom::fuzzing::backup_content;

pub(crate) fn run(plain: &[u8]) {
    let _ = backup_content(plain);
}
