//! The manifest: what an extract is, what was done, what holds, and the digest of every file. Canonical JSON (RFC 8785), so
//! that one content has one text and one signature. docs/formats.md, section 26.

use serde::{Deserialize, Serialize};

use super::super::account::{SearchAccount, Utility};
use super::super::meaning::Label;
use super::super::spec::{ModelKind, Role};
use super::error::OutputError;
use super::recount::Claims;
use super::types::ColumnType;

/// The format of this release.
pub const FORMAT: &str = "saferoom-extract/1";

/// The largest manifest that is read.
pub(super) const LARGEST: u64 = 64 << 20;

/// All that is signed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`FORMAT`].
    pub format: String,
    /// What wrote it.
    pub created_by: String,
    /// The public name of the release, in hexadecimal.
    pub release: String,
    /// What the release is called.
    pub name: String,
    /// Who is to hold it: `inside` or `outside`.
    pub audience: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// What was asked for.
    pub parameters: Parameters,
    /// How many rows there are.
    pub rows: Rows,
    /// The columns of the file, in order.
    pub columns: Vec<ManifestColumn>,
    /// What holds, counted in children.
    pub children: Claims,
    /// What holds, counted in rows: whoever has the file can count this again.
    pub counted: Claims,
    /// What was lost.
    pub utility: Utility,
    /// How the optimum was found.
    pub search: SearchAccount,
    /// How far the least cost that could be possible lies below the cost, as a share of it: 0 where the optimum is proven.
    pub gap: f64,
    /// Every other file but the signature.
    pub files: Vec<FileEntry>,
}

/// Where an extract comes from. Nothing of it is about a child.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// What the rows are, such as `interviews`.
    pub source: String,
    /// The stations that are covered, each with the month until which.
    #[serde(default)]
    pub stations: Vec<Coverage>,
    /// Rows that were derived by an older version of the rules.
    #[serde(default)]
    pub older_rules: u64,
    /// Under what terms it may be used.
    #[serde(default)]
    pub terms: String,
}

/// One station that is covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Its name.
    pub station: String,
    /// Until when its rows are there, as it was told: `2026-06`.
    pub until: String,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// The models that every class keeps.
    pub models: Vec<ModelKind>,
    /// The share of rows that might have been left out.
    pub suppression_limit: f64,
    /// Whether rows that were left out were tried again with coarser values.
    pub local_recoding: bool,
    /// Whether several rows may be about one child, which counts once.
    pub children_have_rows: bool,
}

/// How many rows there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// In the table that it was made from.
    pub source: u64,
    /// In the file.
    pub released: u64,
    /// Left out.
    pub suppressed: u64,
}

/// One column of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestColumn {
    /// Its name.
    pub name: String,
    /// Its role.
    pub role: Role,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: ColumnType,
    /// What it is called.
    pub label: Label,
    /// The field of the catalogue that it comes from.
    pub field: Option<String>,
    /// Per round of recoding the level of its hierarchy; empty if it is as it was.
    pub levels: Vec<u64>,
    /// The topmost level of its hierarchy.
    pub height: u64,
    /// What is lost in it.
    pub loss: f64,
    /// Rows without a value.
    pub missing: u64,
}

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The one text of this manifest.
    ///
    /// # Errors
    /// [`OutputError::NotFinite`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, OutputError> {
        canonical(self)
    }

    /// Reads a manifest, and refuses every text of it but the one.
    ///
    /// # Errors
    /// [`OutputError::Manifest`], [`OutputError::NotCanonical`], [`OutputError::Format`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OutputError> {
        #[derive(Deserialize)]
        struct Version {
            format: String,
        }
        let version: Version = serde_json::from_slice(bytes).map_err(|_| OutputError::Manifest)?;
        if version.format != FORMAT {
            return Err(OutputError::Format);
        }
        let manifest: Self = serde_json::from_slice(bytes).map_err(|_| OutputError::Manifest)?;
        match manifest.to_bytes()? == bytes {
            true => Ok(manifest),
            false => Err(OutputError::NotCanonical),
        }
    }

    /// The names of the columns of a role.
    pub(super) fn names(&self, role: Role) -> Vec<&str> {
        let columns = self.columns.iter().filter(|column| column.role == role);
        columns.map(|column| column.name.as_str()).collect()
    }
}

/// Canonical JSON (RFC 8785).
pub(super) fn canonical(value: &impl Serialize) -> Result<Vec<u8>, OutputError> {
    serde_json_canonicalizer::to_vec(value).map_err(|_| OutputError::NotFinite)
}
