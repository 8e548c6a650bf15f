//! Data files that are newer than this program: code lists and the gazetteer. Loaded before the command runs.

use std::fs::{self, File};
use std::path::Path;

use saferoom::model::{Gazetteer, overlay_code_lists, use_gazetteer};

use crate::args::DataArgs;
use crate::failure::Failure;

/// Loads what was named.
pub(crate) fn load(args: &DataArgs) -> Result<(), Failure> {
    if let Some(path) = &args.code_lists {
        let text = fs::read_to_string(path).map_err(|error| Failure::reading(path, &error))?;
        overlay_code_lists(&text).map_err(|error| Failure::from(error).at(path.display()))?;
    }
    if let Some(path) = &args.places {
        use_gazetteer(read_places(path)?);
    }
    Ok(())
}

fn read_places(path: &Path) -> Result<Gazetteer, Failure> {
    let file = File::open(path).map_err(|error| Failure::reading(path, &error))?;
    Gazetteer::read(file).map_err(|error| Failure::from(error).at(path.display()))
}
