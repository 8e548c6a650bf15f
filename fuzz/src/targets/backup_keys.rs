//! Keys of backups in the host's key store, and what a vault notes of one: any bytes; what is accepted has this one form.

use saferoom::fuzzing::{kept_backup_keys, noted_backup_key};

pub(crate) fn run(bytes: &[u8]) {
    for again in [kept_backup_keys(bytes), noted_backup_key(bytes)].into_iter().flatten() {
        assert_eq!(again, bytes);
    }
}
