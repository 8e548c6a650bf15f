//! The audit command.

use crate::args::AuditCommand;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(_command: &AuditCommand, _out: &Console) -> Result<(), Failure> {
    Ok(())
}
