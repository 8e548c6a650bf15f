//! A vault as an app has it: each field sealed, each revision with its head, every write and every read in the log.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use saferoom::access::Access;
use saferoom::id::RecordId;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::Text;
use saferoom::model::records::{Case, Station, Unit};
use saferoom::store::PageCache;
use saferoom::vault::{Host, Session, Vault};
use saferoom_benches::ours::access;
use saferoom_peers::Row;
use saferoom_peers::serve::Peer;

use crate::kinds::Kind;

/// So many records lie in one case.
const TO_A_CASE: u64 = 100;

/// A vault and its records, in the order in which they were written.
pub struct Measured<K> {
    path: PathBuf,
    host: Host,
    identity: Identity,
    /// None while the file is closed.
    session: Option<Session>,
    access: Access,
    /// The cases, or the one station, that the records lie in.
    places: Vec<RecordId>,
    records: Vec<RecordId>,
    kind: std::marker::PhantomData<K>,
}

impl<K: Kind> Measured<K> {
    /// A new vault, with as much memory for pages as the others have.
    pub fn new(folder: &Path) -> Self {
        let path = folder.join("vault.saferoom");
        let host = Host::with_shared(Arc::new(MemoryKeyStore::default())).with_page_cache(PageCache::mebibytes(2));
        let identity = Identity::generate();
        let unit = Unit { name: Some(Text::new("Bench unit").unwrap()), ..Unit::default() };
        let vault = Vault::create(&path, host.clone(), &identity, "bench.example.org/audit/1", &unit).unwrap();
        let session = Some(vault.sign_in(&identity).unwrap());
        let (places, records, kind) = (Vec::new(), Vec::new(), std::marker::PhantomData);
        Self { path, host, identity, session, access: access(), places, records, kind }
    }
}

impl<K: Kind> Peer for Measured<K> {
    fn row(&self, number: u64) -> Row {
        K::row(number)
    }

    fn prepare(&mut self, more: u64) {
        let session = self.session.as_ref().unwrap();
        let unit = session.unit();
        if !K::IN_A_CASE {
            if self.places.is_empty() {
                let station = Station { name_en: Some(Text::new("Bench station").unwrap()), ..Station::default() };
                self.places.push(session.create(Some(unit), &station, &self.access).unwrap().record);
            }
            return;
        }
        let wanted = (self.records.len() as u64 + more).div_ceil(TO_A_CASE) as usize;
        while self.places.len() < wanted {
            let many = (wanted - self.places.len()).min(500);
            let made = session.write_batch(&self.access, |batch| {
                (0..many).map(|_| Ok(batch.create(Some(unit), &Case::default())?.record)).collect::<Result<Vec<_>, _>>()
            });
            self.places.extend(made.unwrap());
        }
    }

    fn write(&mut self, rows: &[Row]) {
        let Self { session, access, places, records, .. } = self;
        let first = records.len();
        let made = session.as_ref().unwrap().write_batch(access, |batch| {
            let create = |(index, row): (usize, &Row)| {
                // One after the other in its case, as a day's work comes in.
                let place = if K::IN_A_CASE { (first + index) / TO_A_CASE as usize } else { 0 };
                Ok(batch.create(Some(places[place]), &K::record(row))?.record)
            };
            rows.iter().enumerate().map(create).collect::<Result<Vec<_>, saferoom::vault::Error>>()
        });
        records.extend(made.unwrap());
    }

    fn read(&mut self, numbers: &[u64]) -> usize {
        let ids: Vec<RecordId> = numbers.iter().map(|number| self.records[*number as usize]).collect();
        let opened = self.session.as_ref().unwrap().read_many::<K::Record>(&ids, &self.access).unwrap();
        opened.iter().map(|opened| K::bytes(&opened.record)).sum()
    }

    fn read_one(&mut self, number: u64) -> usize {
        let opened =
            self.session.as_ref().unwrap().read::<K::Record>(self.records[number as usize], &self.access).unwrap();
        K::bytes(&opened.record)
    }

    fn close(&mut self) {
        self.session = None;
    }

    fn open(&mut self) {
        let vault = Vault::open(&self.path, self.host.clone()).unwrap();
        self.session = Some(vault.sign_in(&self.identity).unwrap());
    }

    fn path(&self) -> &Path {
        &self.path
    }
}
