//! The vault command.

use crate::args::VaultCommand;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(_command: &VaultCommand, _out: &Console) -> Result<(), Failure> {
    Ok(())
}
