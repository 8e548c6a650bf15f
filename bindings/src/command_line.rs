//! The command `saferoom`, for hosts that are programs themselves: `python -m saferoom` is the same tool.

use crate::error::SaferoomError;
use crate::not_in_this_build::NotInThisBuild;

/// Runs the command `saferoom` with these arguments, of which the first is the name of the program, and answers its exit
/// code. It reads and writes the streams of this process.
///
/// # Errors
/// This build has no command line (code 990).
#[uniffi::export]
pub fn run_command_line(arguments: Vec<String>) -> Result<u8, SaferoomError> {
    run(arguments).map_err(|error| SaferoomError::of(&error))
}

#[cfg(feature = "cli")]
fn run(arguments: Vec<String>) -> Result<u8, NotInThisBuild> {
    Ok(saferoom_cli::run(arguments.into_iter().map(std::ffi::OsString::from)))
}

#[cfg(not(feature = "cli"))]
fn run(_: Vec<String>) -> Result<u8, NotInThisBuild> {
    Err(NotInThisBuild::CommandLine)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surface_is_the_same_in_every_build() {
        let answer = run_command_line(vec!["saferoom".into(), "--version".into()]);
        match answer {
            Ok(code) => assert!(cfg!(feature = "cli") && code == 0),
            Err(SaferoomError::Failure { code, .. }) => assert!(!cfg!(feature = "cli") && code == 990),
        }
    }
}
