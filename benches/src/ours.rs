//! A vault with a caseload, for measuring.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::records::{Case, Child, Unit};
use saferoom::model::{Coded, Text};
use saferoom::vault::{Host, Session, Vault};

use crate::bare::Row;

/// A vault and who may open it.
pub struct Ours {
    path: PathBuf,
    keys: Arc<MemoryKeyStore>,
    identity: Identity,
    /// A session on it.
    pub session: Session,
    /// Its cases.
    pub cases: Vec<RecordId>,
}

/// Why the benches read and write.
#[must_use]
pub fn access() -> Access {
    Access::for_purpose("forensic-interview")
}

/// The measured record.
///
/// # Panics
/// Never: the texts are valid.
#[must_use]
pub fn child(row: &Row) -> Child {
    let text = |index: usize| Some(Text::new(&row[index]).unwrap());
    Child {
        family_name: text(0),
        given_name: text(1),
        family_name_latin: text(2),
        given_name_latin: text(3),
        nickname: text(4),
        national_id: text(5),
        birth_certificate_number: text(6),
        family_book_number: text(7),
        address: text(8),
        school_name: text(9),
        sex: Some(Coded::new(&row[10]).unwrap()),
        role: Some(Coded::new(&row[11]).unwrap()),
        ..Child::default()
    }
}

impl Ours {
    /// A new vault with this many cases.
    ///
    /// # Panics
    /// If it cannot be made.
    #[must_use]
    pub fn new(folder: &Path, cases: usize) -> Self {
        let path = folder.join("ours.saferoom");
        let keys = Arc::new(MemoryKeyStore::default());
        let identity = Identity::generate();
        let unit = Unit { name: Some(Text::new("Bench unit").unwrap()), ..Unit::default() };
        let host = Host::with_shared(keys.clone());
        let vault = Vault::create(&path, host, &identity, "bench.example.org/audit/1", &unit).unwrap();
        let session = vault.sign_in(&identity).unwrap();
        let cases = session
            .write_batch(&access(), |batch| {
                (0..cases).map(|_| Ok(batch.create(Some(session.unit()), &Case::default())?.record)).collect()
            })
            .unwrap();
        Self { path, keys, identity, session, cases }
    }

    /// The founder.
    #[must_use]
    pub fn founder(&self) -> &Identity {
        &self.identity
    }

    /// The vault, opened once more.
    ///
    /// # Panics
    /// If it cannot be opened.
    #[must_use]
    pub fn vault(&self) -> Vault {
        Vault::open(&self.path, Host::with_shared(self.keys.clone())).unwrap()
    }

    /// This many more cases with a child each; returns the children.
    ///
    /// # Panics
    /// If they cannot be written.
    #[must_use]
    pub fn children(&self, cases: usize) -> Vec<RecordId> {
        let child = Child {
            sex: Some(Coded::new("female").unwrap()),
            role: Some(Coded::new("victim").unwrap()),
            address: Some(Text::new("Invented").unwrap()),
            ..Child::default()
        };
        let mut children = Vec::new();
        while children.len() < cases {
            let many = (cases - children.len()).min(500);
            let written = self.session.write_batch(&access(), |batch| {
                let one = |_| {
                    let case = batch.create(Some(self.session.unit()), &Case::default())?.record;
                    Ok(batch.create(Some(case), &child)?.record)
                };
                (0..many).map(one).collect::<Result<Vec<_>, saferoom::vault::Error>>()
            });
            children.extend(written.unwrap());
        }
        children
    }

    /// Writes one child per row, spread over the cases, in one batch.
    ///
    /// # Panics
    /// If it cannot be written.
    #[must_use]
    pub fn write(&self, children: &[Child]) -> Vec<RecordId> {
        self.session
            .write_batch(&access(), |batch| {
                let parents = self.cases.iter().cycle();
                children.iter().zip(parents).map(|(child, case)| Ok(batch.create(Some(*case), child)?.record)).collect()
            })
            .unwrap()
    }

    /// Opens the file again and signs in.
    ///
    /// # Panics
    /// If it does not open.
    #[must_use]
    pub fn reopen(&self) -> Session {
        let host = Host::with_shared(self.keys.clone());
        Vault::open(&self.path, host).unwrap().sign_in(&self.identity).unwrap()
    }

    /// Bytes on disk, the log aside.
    ///
    /// # Panics
    /// If the file cannot be read.
    #[must_use]
    pub fn bytes_without_log(&self) -> u64 {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        let sql = "SELECT sum(pgsize) FROM dbstat WHERE name <> 'entry'";
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64
    }

    /// Bytes of the log on disk, and how many entries it has.
    ///
    /// # Panics
    /// If the file cannot be read.
    #[must_use]
    pub fn bytes_of_log(&self) -> (u64, u64) {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        let one = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap() as u64;
        (one("SELECT sum(pgsize) FROM dbstat WHERE name = 'entry'"), one("SELECT count(*) FROM entry"))
    }
}
