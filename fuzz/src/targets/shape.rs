//! A file of another system, or lines for it: any text; what is converted to lines stands there, one object a line.

use std::sync::OnceLock;

use saferoom_cli::shape::{Profile, to_lines, to_system};

const PROFILE: &str = include_str!("../../../examples/primero.profile.toml");

fn profile() -> &'static Profile {
    static OURS: OnceLock<Profile> = OnceLock::new();
    OURS.get_or_init(|| Profile::parse(PROFILE).unwrap())
}

pub(crate) fn run(text: &str) {
    let _ = Profile::parse(text);
    let _ = to_system(profile(), text);
    if let Ok(lines) = to_lines(profile(), text) {
        assert!(to_system(profile(), &lines).is_ok());
    }
}
