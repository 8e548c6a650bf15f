//! The case command.

use crate::args::CaseCommand;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(_command: &CaseCommand, _out: &Console) -> Result<(), Failure> {
    Ok(())
}
