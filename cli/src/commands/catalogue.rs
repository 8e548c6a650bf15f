//! The catalogue command.

use crate::args::CatalogueArgs;
use crate::console::Console;
use crate::failure::Failure;

pub(crate) fn run(_command: &CatalogueArgs, _out: &Console) -> Result<(), Failure> {
    Ok(())
}
