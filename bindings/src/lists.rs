//! Code lists and places: what a host shows in its forms, and what it brings along that is newer than this library.

use saferoom::model::{Gazetteer, code_lists, overlay_code_lists as overlay, use_gazetteer as put_to_use};

use crate::error::SaferoomError;
use crate::json::plain_json;

/// All code lists in use, as a JSON array: name, source and entries with code, labels in English and Khmer, and parent.
#[uniffi::export]
#[must_use]
pub fn code_lists_json() -> String {
    plain_json(&code_lists().all())
}

/// Puts newer code lists (TOML, as docs/formats.md has it) over those in use, for the whole process. Call it once, before
/// the first vault is opened.
///
/// # Errors
/// A failure of the model that names the list and the code; the lists in use stay as they were.
#[uniffi::export]
pub fn overlay_code_lists(text: &str) -> Result<(), SaferoomError> {
    overlay(text).map(drop).map_err(|error| SaferoomError::of(&error))
}

/// Uses a gazetteer (CSV with the columns code, name_km, name_en) from now on, for the whole process; answers how many
/// places it has. A record with a place that it lacks is refused from then on.
///
/// # Errors
/// A failure of the model that names the line; the gazetteer in use stays.
#[uniffi::export]
pub fn use_gazetteer(csv: &[u8]) -> Result<u64, SaferoomError> {
    let gazetteer = Gazetteer::read(csv).map_err(|error| SaferoomError::of(&error))?;
    Ok(put_to_use(gazetteer).places().len() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_crosses_with_its_code() {
        let code = |error: SaferoomError| {
            let SaferoomError::Failure { code, .. } = error;
            code
        };
        assert_eq!(code(overlay_code_lists("version = 2\nkm_status = \"\"\nlist = []").unwrap_err()), 341);
        assert_eq!(code(use_gazetteer(b"code,name_km,name_en\n1,,A\n").unwrap_err()), 366);
        assert!(code_lists_json().contains("\"checklist_item\""));
    }
}
