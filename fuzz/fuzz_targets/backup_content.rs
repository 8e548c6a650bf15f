//! What a backup holds once it opened: any manifest, any rows, sealed as a holder of the key could.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::fuzzing::backup_content;

fuzz_target!(|plain: &[u8]| {
    let _ = backup_content(plain);
});
