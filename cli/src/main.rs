//! The saferoom command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(saferoom_cli::run(std::env::args_os()))
}
