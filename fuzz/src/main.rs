//! One program for all fuzz targets, because each of its own is a hundred megabytes and a link of seconds. The environment
//! names the target:
//!
//! ```sh
//! SAFEROOM_FUZZ=note cargo fuzz run any --sanitizer none fuzz/seeds/note
//! ```
#![no_main]

mod targets;

use std::sync::OnceLock;

use libfuzzer_sys::{Corpus, fuzz_target};

use self::targets::{Run, TARGETS};

const VARIABLE: &str = "SAFEROOM_FUZZ";

/// The target that is asked for. Without one there is nothing to do, and the list of them is what helps.
fn target() -> Run {
    static TARGET: OnceLock<Run> = OnceLock::new();
    *TARGET.get_or_init(|| {
        // libFuzzer's hook ends the program at a panic, also at one that saferoom answers as a damaged file.
        saferoom::panics::pass_over_contained();
        let asked = std::env::var(VARIABLE).unwrap_or_default();
        let found = TARGETS.iter().find(|(name, _)| *name == asked);
        found.map(|(_, run)| *run).unwrap_or_else(|| {
            eprintln!("{VARIABLE} names the target, one of:");
            TARGETS.iter().for_each(|(name, _)| eprintln!("  {name}"));
            std::process::exit(2);
        })
    })
}

fuzz_target!(|bytes: &[u8]| -> Corpus { if target()(bytes) { Corpus::Keep } else { Corpus::Reject } });
