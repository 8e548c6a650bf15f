//! The folder of an extract: what an analyst holds, without any key.
//!
//! | file | what it is |
//! |---|---|
//! | `data.parquet` | the rows, shuffled by the release key; typed columns, nulls, zstd |
//! | `dictionary.json`, `dictionary.csv` | what columns and values mean, in English and Khmer |
//! | `risk.json`, `risk-report.<language>.html` | what was done, risks before and after |
//! | `datapackage.json`, `croissant.json` | the same for tools that read Frictionless or Croissant |
//! | `manifest.json` | what holds, and the digest of each file; canonical JSON |
//! | `manifest.json.sig` | an SSH signature over the manifest, [`NAMESPACE`] |
//!
//! [`write_extract`] makes it, [`open_extract`] checks it: signature, digests, and all claims that the file bears out.

mod dictionary;
mod error;
mod folder;
mod manifest;
mod metadata;
mod open;
mod parquet;
mod recount;
mod signature;
#[cfg(test)]
mod tests;
mod types;
#[cfg(test)]
mod vectors;
mod write;

pub use self::error::OutputError;
pub use self::manifest::{Coverage, FORMAT, FileEntry, Manifest, ManifestColumn, Parameters, Provenance, Rows};
pub use self::open::{Extract, Trust, open_extract};
pub use self::parquet::{is_parquet, read_parquet, read_parquet_file, write_parquet};
pub use self::recount::{Claims, SensitiveClaims};
pub use self::signature::{NAMESPACE, Signer, manifest_signature, public_key_line, public_keys};
pub use self::types::ColumnType;
pub use self::write::{ExtractParts, NoPages, Pages, write_extract};

/// The rows.
pub const DATA: &str = "data.parquet";
/// The manifest.
pub const MANIFEST: &str = "manifest.json";
/// Its signature.
pub const SIGNATURE: &str = "manifest.json.sig";
/// What was done, and the risks before and after.
pub const RISK: &str = "risk.json";
const DICTIONARY_JSON: &str = "dictionary.json";
const DICTIONARY_CSV: &str = "dictionary.csv";
const FRICTIONLESS: &str = "datapackage.json";
const CROISSANT: &str = "croissant.json";
