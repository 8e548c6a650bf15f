//! Opening: the signature first, then every digest, then every claim that the file alone can bear out.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use super::super::spec::{ModelKind, Role};
use super::super::table::{MISSING, Table};
use super::error::OutputError;
use super::manifest::{self, FileEntry, Manifest};
use super::parquet::read_typed;
use super::recount::Claims;
use super::signature::{self, verify};
use super::types::ColumnType;
use super::{DATA, MANIFEST, SIGNATURE};
use crate::id::hexadecimal;
use crate::keys::VerifyingKey;
use crate::seal::sha256;

/// Whose signature is enough.
#[derive(Debug, Clone, Copy)]
pub enum Trust<'t> {
    /// One of these keys has to have signed.
    Keys(&'t [VerifyingKey]),
    /// Nobody has to: for a table that one made oneself. Whoever could write the folder could have written another.
    Unsigned,
}

/// An extract that was found to be what its manifest says.
#[derive(Debug, Clone, PartialEq)]
pub struct Extract {
    /// What it is.
    pub manifest: Manifest,
    /// Its rows.
    pub table: Table,
    /// Who signed it; `None` where no signature was asked for.
    pub signer: Option<VerifyingKey>,
}

/// Opens the extract in a folder.
///
/// # Errors
/// Any [`OutputError`] about signatures, manifests, files and claims. Nothing is given of a folder that is not whole.
pub fn open_extract(folder: &Path, trust: Trust<'_>) -> Result<Extract, OutputError> {
    let text = read(folder, MANIFEST, manifest::LARGEST)?;
    let signer = match trust {
        Trust::Unsigned => None,
        Trust::Keys(trusted) => {
            let signature = match read(folder, SIGNATURE, signature::LONGEST) {
                Err(OutputError::Missing { .. }) => return Err(OutputError::Unsigned),
                other => other?,
            };
            Some(verify(&signature, &text, trusted)?)
        }
    };
    let manifest = Manifest::from_bytes(&text)?;
    check_names(folder, &manifest)?;
    let mut data = None;
    for entry in &manifest.files {
        let bytes = read_entry(folder, entry)?;
        data = data.or((entry.name == DATA).then_some(bytes));
    }
    let (table, types) = read_typed(data.ok_or(OutputError::Missing { file: DATA.to_owned() })?)?;
    check_table(&manifest, &table, &types)?;
    Ok(Extract { manifest, table, signer })
}

/// Reads a whole file of at most so many bytes.
fn read(folder: &Path, name: &str, most: u64) -> Result<Vec<u8>, OutputError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => OutputError::Missing { file: name.to_owned() },
        kind => OutputError::Read { file: name.to_owned(), kind },
    };
    let file = File::open(folder.join(name)).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most { Err(OutputError::TooLarge { file: name.to_owned() }) } else { Ok(bytes) }
}

fn read_entry(folder: &Path, entry: &FileEntry) -> Result<Vec<u8>, OutputError> {
    let changed = || OutputError::Changed { file: entry.name.clone() };
    let bytes = match read(folder, &entry.name, entry.bytes) {
        Err(OutputError::TooLarge { .. }) => return Err(changed()),
        other => other?,
    };
    let same = bytes.len() as u64 == entry.bytes && hexadecimal(&sha256(&bytes)) == entry.sha256;
    if same { Ok(bytes) } else { Err(changed()) }
}

/// What a manifest names, and nothing beside it in the folder.
fn check_names(folder: &Path, manifest: &Manifest) -> Result<(), OutputError> {
    let names = plain_names(manifest)?;
    let expected: BTreeSet<&str> = names.into_iter().chain([MANIFEST, SIGNATURE]).collect();
    let failed = OutputError::read("the folder");
    for entry in fs::read_dir(folder).map_err(&failed)? {
        let name = entry.map_err(&failed)?.file_name();
        if !name.to_str().is_some_and(|name| expected.contains(name)) {
            return Err(OutputError::Unexpected);
        }
    }
    Ok(())
}

/// The files of a manifest: plain names, each once, ascending.
pub(super) fn plain_names(manifest: &Manifest) -> Result<Vec<&str>, OutputError> {
    let plain = |name: &str| {
        let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
        letters && !name.is_empty() && !name.starts_with('.') && name != MANIFEST && name != SIGNATURE
    };
    let names: Vec<&str> = manifest.files.iter().map(|entry| entry.name.as_str()).collect();
    let ordered = names.windows(2).all(|pair| pair[0] < pair[1]);
    if ordered && names.iter().all(|name| plain(name)) { Ok(names) } else { Err(OutputError::Manifest) }
}

/// What the file alone bears out of a manifest.
pub(super) fn check_table(manifest: &Manifest, table: &Table, types: &[ColumnType]) -> Result<(), OutputError> {
    let names = table.columns().iter().map(|column| column.name());
    let missing =
        |column: &super::super::table::Column| column.codes().iter().filter(|code| **code == MISSING).count() as u64;
    let (quasi, sensitive) = (manifest.names(Role::QuasiIdentifying), manifest.names(Role::Sensitive));
    let rows = &manifest.rows;
    let kinds = manifest.columns.iter().map(|column| column.kind);
    let checks = [
        (names.eq(manifest.columns.iter().map(|column| column.name.as_str())), "the names of columns"),
        (kinds.eq(types.iter().copied()), "the types of columns"),
        (manifest.columns.iter().all(|column| column.role.leaves()), "the roles of columns"),
        (table.columns().iter().map(missing).eq(manifest.columns.iter().map(|c| c.missing)), "missing values"),
        (table.rows() as u64 == rows.released, "the number of rows"),
        (rows.released.checked_add(rows.suppressed) == Some(rows.source), "the number of rows left out"),
        (rows.suppressed as f64 <= manifest.parameters.suppression_limit * rows.source as f64, "the suppression limit"),
    ];
    if let Some((_, claim)) = checks.into_iter().find(|(holds, _)| !holds) {
        return Err(OutputError::Claim { claim });
    }
    let counted = Claims::count(table, &quasi, &sensitive, None)?;
    if let Some(claim) = manifest.counted.differs(&counted) {
        return Err(OutputError::Claim { claim });
    }
    check_promises(manifest)
}

/// What was promised against what holds. Where children have several rows, a class has at least as many rows as children.
fn check_promises(manifest: &Manifest) -> Result<(), OutputError> {
    let (children, counted) = (&manifest.children, &manifest.counted);
    let several = manifest.parameters.children_have_rows;
    let fewer = children.k <= counted.k && children.classes == counted.classes;
    if !fewer || (!several && children.differs(counted).is_some()) {
        return Err(OutputError::Claim { claim: "children and rows" });
    }
    let of = |name: &String| children.sensitive.iter().find(|sensitive| sensitive.column == *name);
    let kept = |model: &ModelKind| match model {
        ModelKind::KAnonymity { k } => children.k >= u64::from(*k),
        ModelKind::DistinctLDiversity { column, l } => of(column).is_some_and(|s| s.distinct_l >= u64::from(*l)),
        ModelKind::EntropyLDiversity { column, l } => of(column).is_some_and(|s| s.entropy_l >= l * (1.0 - 1e-9)),
        ModelKind::AverageRisk { risk } => children.average_risk <= risk * (1.0 + 1e-9),
        // These compare with the whole table or a population, which do not leave; they were checked when it was made.
        _ => true,
    };
    match manifest.parameters.models.iter().all(kept) {
        true => Ok(()),
        false => Err(OutputError::Claim { claim: "the privacy models" }),
    }
}
