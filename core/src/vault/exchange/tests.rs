//! Out and in again, and everything that can be wrong with a file.

mod bad;
mod extra;
mod round_trip;

use std::io::Cursor;
use std::sync::Arc;

use super::super::{Host, Session, Vault};
use super::*;
use crate::access::Access;
use crate::id::RecordId;
use crate::keys::{Identity, MemoryKeyStore};
use crate::model::records::Unit;
use crate::model::{DynamicRecord, FormDocument, Text};

pub(super) struct World {
    pub(super) folder: tempfile::TempDir,
    founder: Identity,
    vault: Vault,
}

impl World {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let founder = Identity::generate();
        let host = Host::with_shared(Arc::new(MemoryKeyStore::default()));
        let unit = Unit { name: Some(Text::new("Example unit").unwrap()), ..Unit::default() };
        let path = folder.path().join("vault.saferoom");
        let vault = Vault::create(&path, host, &founder, "police.example.org/audit/1", &unit).unwrap();
        Self { folder, founder, vault }
    }

    /// Adds the form of the examples.
    pub(super) fn with_form(&self, session: &Session) {
        let form = FormDocument::parse(include_str!("../../../../examples/provincial.form.toml")).unwrap();
        session.add_form(&form, &self.founder, &why()).unwrap();
    }

    pub(super) fn session(&self) -> Session {
        self.vault.sign_in(&self.founder).unwrap()
    }
}

pub(super) fn why() -> Access {
    Access::for_purpose("record-management").because("move to another station")
}

pub(super) fn export(session: &Session, options: &ExportOptions) -> (String, SignedManifest) {
    let mut out = Vec::new();
    let signed = session.export_lines(&mut out, options, &why(), &mut |_| ()).unwrap();
    (String::from_utf8(out).unwrap(), signed)
}

pub(super) fn import(session: &Session, lines: &str) -> ImportReport {
    let options = ImportOptions::default();
    session.import_lines(Cursor::new(lines.as_bytes()), &options, &why(), &mut |_| ()).unwrap()
}

pub(super) fn read(session: &Session, id: RecordId) -> DynamicRecord {
    session.read_fields(id, None, &why()).unwrap().record
}
