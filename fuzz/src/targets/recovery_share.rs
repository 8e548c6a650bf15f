//! A share of a recovery key: as text, with whatever a person may type, and as a file up to where it would be unlocked.

use saferoom::fuzzing::recovery_share_file;
use saferoom::keys::{RecoveryError, RecoveryShare};

pub(crate) fn run(bytes: &[u8]) {
    let _ = recovery_share_file(bytes);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    // As it is, and with the beginning that every share has.
    for text in [text.to_owned(), format!("sfr1{text}")] {
        match RecoveryShare::from_text(&text) {
            Ok(share) => {
                assert!(share.number() > 0 && share.threshold() > 1);
                assert_eq!(RecoveryShare::from_text(&share.to_text()), Ok(share));
            }
            Err(RecoveryError::Mistyped { groups }) => assert!(groups.len() <= 2 && groups.iter().all(|at| *at <= 22)),
            Err(_) => {}
        }
    }
}
