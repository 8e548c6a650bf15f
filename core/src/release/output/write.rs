//! Writing: everything beside its place first, then the finished table is read again and counted, and only then signed.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::super::account::Account;
use super::super::beside::beside;
use super::super::key::ReleaseKey;
use super::super::released::Released;
use super::super::risk::{RiskQuestion, RiskReport};
use super::super::spec::Role;
use super::super::table::{MISSING, Table};
use super::error::OutputError;
use super::folder::Unfinished;
use super::manifest::{FORMAT, Manifest, ManifestColumn, Parameters, Provenance, Rows, canonical};
use super::parquet::{read_typed, write_parquet};
use super::recount::Claims;
use super::signature::{Signer, sign};
use super::types::ColumnType;
use super::{CROISSANT, DATA, DICTIONARY_CSV, DICTIONARY_JSON, FRICTIONLESS, MANIFEST, RISK, SIGNATURE};
use super::{dictionary, metadata};
use crate::id::hexadecimal;

/// Draws the report as pages for people. Only the account goes in, so nothing else can come out. Drawn while the rows are
/// written.
pub trait Pages: Sync {
    /// Pages by name: `risk-report.en.html`.
    fn pages(&self, account: &Account) -> Vec<(String, String)>;
}

/// No pages.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoPages;

impl Pages for NoPages {
    fn pages(&self, _: &Account) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// What goes with a released table.
#[derive(Clone, Copy)]
pub struct ExtractParts<'e> {
    /// Where the table comes from.
    pub provenance: &'e Provenance,
    /// Shuffles the rows and names the release.
    pub key: &'e ReleaseKey,
    /// Who signs; nobody for a table that stays with its maker.
    pub signer: Option<&'e dyn Signer>,
    /// Who draws the report.
    pub pages: &'e dyn Pages,
}

impl std::fmt::Debug for ExtractParts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ExtractParts").field("provenance", self.provenance).finish_non_exhaustive()
    }
}

/// Writes an extract into a new folder, which appears whole or not at all. The same release with the same key has the same
/// bytes.
///
/// # Errors
/// [`OutputError::Exists`], [`OutputError::Write`]; [`OutputError::Claim`] if the finished file does not bear out what the
/// manifest would claim: then nothing is signed and nothing is left.
pub fn write_extract(place: &Path, released: &Released, parts: &ExtractParts<'_>) -> Result<Manifest, OutputError> {
    let mut folder = Unfinished::begin(place)?;
    let pages = parts.pages;
    let (pages, rows) = beside(|| pages.pages(&released.account), || Shuffled::of(released, parts));
    let Shuffled { order, table, mut manifest, data } = rows?;
    let data = folder.add(DATA, &data)?;
    // Its values stand in the order of the shuffled rows; the dictionary goes by the released table, whose origins are known.
    let (json, csv) = dictionary::files(&released.table, &manifest.columns, &released.origin.columns)?;
    folder.add(DICTIONARY_JSON, &json)?;
    folder.add(DICTIONARY_CSV, &csv)?;
    folder.add(RISK, &risk_file(&released.account)?)?;
    folder.add(FRICTIONLESS, &metadata::frictionless(&manifest, &data)?)?;
    folder.add(CROISSANT, &metadata::croissant(&manifest, &data)?)?;
    for (name, page) in pages {
        check_page_name(&name)?;
        folder.add(&name, page.as_bytes())?;
    }
    manifest.files = folder.entries();

    bear_out(&folder, &manifest, &table, (&released.origin.units, &order))?;
    let text = manifest.to_bytes()?;
    folder.add(MANIFEST, &text)?;
    if let Some(signer) = parts.signer {
        folder.add(SIGNATURE, sign(signer, &text)?.as_bytes())?;
    }
    folder.place(place)?;
    Ok(manifest)
}

/// The rows as they are written.
struct Shuffled {
    order: Vec<usize>,
    table: Table,
    /// What will be claimed of them; its files are not named yet.
    manifest: Manifest,
    data: Vec<u8>,
}

impl Shuffled {
    fn of(released: &Released, parts: &ExtractParts<'_>) -> Result<Self, OutputError> {
        let order = parts.key.order(released.table.rows());
        let table = released.table.in_order(&order);
        let manifest = describe(released, &table, parts)?;
        let types: Vec<ColumnType> = manifest.columns.iter().map(|column| column.kind).collect();
        let mut data = Vec::new();
        write_parquet(&table, &types, &footer(&manifest)?, &mut data)?;
        Ok(Self { order, table, manifest, data })
    }
}

fn describe(released: &Released, table: &Table, parts: &ExtractParts<'_>) -> Result<Manifest, OutputError> {
    let (account, origin) = (&released.account, &released.origin);
    let names = |role: Role| -> Vec<&str> {
        account.columns.iter().filter(|column| column.role == role).map(|column| column.name.as_str()).collect()
    };
    let (quasi, sensitive) = (names(Role::QuasiIdentifying), names(Role::Sensitive));
    let question = RiskQuestion { quasi: &quasi, sensitive: &sensitive, units: None, population: None, set_size: 0 };
    Ok(Manifest {
        format: FORMAT.to_owned(),
        created_by: concat!("saferoom ", env!("CARGO_PKG_VERSION")).to_owned(),
        release: hexadecimal(&parts.key.release_id()),
        name: account.name.clone(),
        audience: account.audience.to_owned(),
        provenance: parts.provenance.clone(),
        parameters: Parameters {
            models: origin.models.clone(),
            suppression_limit: account.suppression_limit,
            local_recoding: origin.local_recoding,
            children_have_rows: origin.units.is_some(),
        },
        rows: Rows { source: account.rows, released: table.rows() as u64, suppressed: account.suppressed },
        columns: columns(released),
        children: Claims::of(&account.after),
        counted: Claims::of(&RiskReport::of(table, &question)?),
        utility: account.utility.clone(),
        gap: gap(account),
        search: account.search.clone(),
        files: Vec::new(),
    })
}

fn columns(released: &Released) -> Vec<ManifestColumn> {
    let known = released.account.columns.iter().zip(&released.origin.columns);
    let column = |((account, origin), column): ((&super::super::account::ReleasedColumn, _), _)| {
        let origin: &super::super::origin::ColumnOrigin = origin;
        let column: &super::super::table::Column = column;
        ManifestColumn {
            name: account.name.clone(),
            role: account.role,
            kind: ColumnType::of(column, origin.coded),
            label: origin.label.clone(),
            field: origin.field.clone(),
            levels: account.levels.iter().map(|level| *level as u64).collect(),
            height: account.height as u64,
            loss: account.loss,
            missing: column.codes().iter().filter(|code| **code == MISSING).count() as u64,
        }
    };
    known.zip(released.table.columns()).map(column).collect()
}

/// How far below the cost another could lie at best.
fn gap(account: &Account) -> f64 {
    let (Some(cost), Some(bound)) = (account.utility.cost.first(), account.search.bound.first()) else { return 0.0 };
    if account.search.optimal || *cost <= 0.0 { 0.0 } else { ((cost - bound) / cost).clamp(0.0, 1.0) }
}

/// What stands in the footer of the Parquet file: for who has lost the rest of the folder.
fn footer(manifest: &Manifest) -> Result<Vec<(&'static str, String)>, OutputError> {
    #[derive(Serialize)]
    struct Footer<'m> {
        format: &'m str,
        release: &'m str,
        name: &'m str,
        columns: &'m [ManifestColumn],
    }
    let Manifest { format, release, name, columns, .. } = manifest;
    let text = String::from_utf8(canonical(&Footer { format, release, name, columns })?);
    Ok(vec![("saferoom", text.map_err(|_| OutputError::NotFinite)?)])
}

fn risk_file(account: &Account) -> Result<Vec<u8>, OutputError> {
    let mut bytes = serde_json::to_vec_pretty(account).map_err(|_| OutputError::NotFinite)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn check_page_name(name: &str) -> Result<(), OutputError> {
    let language = name.strip_prefix("risk-report.").and_then(|rest| rest.strip_suffix(".html"));
    let plain = |code: &str| (2..=8).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if language.is_some_and(plain) { Ok(()) } else { Err(OutputError::PageName) }
}

/// Reads the finished file again and counts every claim; `units` are those of the rows before they were shuffled.
fn bear_out(
    folder: &Unfinished,
    manifest: &Manifest,
    table: &Table,
    (units, order): (&Option<Vec<u32>>, &[usize]),
) -> Result<(), OutputError> {
    let bytes = fs::read(folder.path(DATA)).map_err(OutputError::read(DATA))?;
    let (again, types) = read_typed(bytes)?;
    if again != *table {
        return Err(OutputError::Claim { claim: "the values that were released" });
    }
    let units: Option<Vec<u32>> = units.as_ref().map(|units| order.iter().map(|row| units[*row]).collect());
    let (quasi, sensitive) = (manifest.names(Role::QuasiIdentifying), manifest.names(Role::Sensitive));
    let children = || Claims::count(&again, &quasi, &sensitive, units.as_deref());
    let (children, rows) = beside(children, || super::open::check_table(manifest, &again, &types));
    if let Some(claim) = manifest.children.differs(&children?) {
        return Err(OutputError::Claim { claim });
    }
    rows
}
