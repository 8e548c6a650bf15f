//! A file of another system, or lines for it: any text; what is converted to lines stands there, one object a line.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use saferoom_cli::shape::{Profile, to_lines, to_system};

const PROFILE: &str = include_str!("../../examples/primero.profile.toml");

fn profile() -> &'static Profile {
    static OURS: OnceLock<Profile> = OnceLock::new();
    OURS.get_or_init(|| Profile::parse(PROFILE).unwrap())
}

fuzz_target!(|text: &str| {
    let _ = Profile::parse(text);
    let _ = to_system(profile(), text);
    if let Ok(lines) = to_lines(profile(), text) {
        assert!(to_system(profile(), &lines).is_ok());
    }
});
