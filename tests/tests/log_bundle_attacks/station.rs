//! A vault with three days of work, the witness who saw its log each evening, the auditor's policy, and what a thief took.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use saferoom::access::{Access, RoleName};
use saferoom::id::RecordId;
use saferoom::keys::{Clock, Identity, KeyStore, SigningKey};
use saferoom::log::{
    Answer, BundleLog, BundleManifest, BundleProblem, BundleReport, BundleWriter, Checkpoint, EntryStream, EpochKeys,
    EpochStatement, Frontier, KeyName, MemoryFolder, Note, NoteKey, NoteSignature, TileWriter, TrustPolicy, Verdict,
    leaf_hash, verify_bundle,
};
use saferoom::model::records::Child;
use saferoom::vault::{Host, LogExport, OpenReasons, Session, Vault};
use saferoom_tests::{Caseload, Keys, ORIGIN, access, folder, record_cases, unit};

pub(crate) const START: u64 = 1_767_258_000;
pub(crate) const DAY: u64 = 24 * 3600;

/// A clock that is set by the test.
#[derive(Clone)]
pub(crate) struct Hands(Arc<AtomicU64>);

impl Hands {
    pub(crate) fn at(seconds: u64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds * 1000)))
    }

    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds * 1000, Ordering::SeqCst);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Clock for Hands {
    fn wall_milliseconds(&self) -> u64 {
        self.now()
    }

    fn monotonic_milliseconds(&self) -> u64 {
        self.now() - START * 1000
    }
}

/// A station: its vault, its key store, its clock.
pub(crate) struct Station {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) keys: Arc<Keys>,
    pub(crate) founder: Identity,
    pub(crate) clock: Hands,
}

impl Station {
    pub(crate) fn founded() -> Self {
        let station =
            Self { folder: folder(), keys: Arc::default(), founder: Identity::generate(), clock: Hands::at(START) };
        let made = Vault::create(&station.path(), station.host(), &station.founder, ORIGIN, &unit("Example unit"));
        drop(made.unwrap());
        station
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("vault.saferoom")
    }

    fn host(&self) -> Host {
        Host::with_shared(self.keys.clone()).with_clock(self.clock.clone())
    }

    pub(crate) fn session(&self) -> Session {
        self.open(&self.path()).unwrap()
    }

    pub(crate) fn open(&self, path: &Path) -> Result<Session, saferoom::vault::Error> {
        Vault::open(path, self.host())?.sign_in(&self.founder)
    }

    /// Somebody new, signed in.
    pub(crate) fn enrolled(&self, session: &Session, role: &str) -> Session {
        let (identity, role) = (Identity::generate(), RoleName::parse(role).unwrap());
        let unit = session.unit().scope();
        session.enrol(&identity.public(), &role, unit, &[&self.founder], &access()).unwrap();
        session.vault().sign_in(&identity).unwrap()
    }

    /// Cases are recorded, and every record in them is read.
    pub(crate) fn work(&self, session: &Session, cases: usize) -> Caseload {
        let mut load = Caseload::default();
        record_cases(session, cases, &mut load).unwrap();
        for record in &load.records {
            session.read_fields(*record, None, &access()).unwrap();
        }
        load
    }
}

pub(crate) fn export(session: &Session, since: &[Note]) -> MemoryFolder {
    try_export(session, since).unwrap()
}

pub(crate) fn try_export(session: &Session, since: &[Note]) -> Result<MemoryFolder, saferoom::vault::Error> {
    let mut folder = MemoryFolder::default();
    let options = LogExport { since: since.to_vec(), reasons: OpenReasons::All, ..LogExport::default() };
    session.write_log(&mut folder, &options, &Access::for_purpose("audit"), &mut |_, _| ())?;
    Ok(folder)
}

pub(crate) fn checkpoint(session: &Session) -> Note {
    Note::parse(session.checkpoint().unwrap().as_bytes()).unwrap()
}

/// The bundle, and all that the attacks need.
pub(crate) struct Evidence {
    pub(crate) bundle: MemoryFolder,
    pub(crate) policy: TrustPolicy,
    /// The evenings of the first two days, as the auditor kept them.
    pub(crate) kept: Vec<Note>,
    pub(crate) entries: Vec<Vec<u8>>,
    pub(crate) thief: Thief,
    pub(crate) now: u64,
}

/// Who has the keys of the device as they are on the third day, and has talked the witness into cosigning anything.
pub(crate) struct Thief {
    store: Arc<Keys>,
    epoch_name: String,
    log_key: SigningKey,
    epoch: EpochStatement,
    witness: SigningKey,
    handovers: Vec<Note>,
}

/// One for all tests: nothing changes it.
pub(crate) fn evidence() -> &'static Evidence {
    static EVIDENCE: OnceLock<Evidence> = OnceLock::new();
    EVIDENCE.get_or_init(Evidence::gathered)
}

impl Evidence {
    fn gathered() -> Self {
        let station = Station::founded();
        let witness = SigningKey::generate();
        let mut kept = Vec::new();
        for day in 0..2 {
            station.clock.set(START + day * DAY);
            let session = station.session();
            station.work(&session, 12);
            let mut evening = checkpoint(&session);
            cosign(&mut evening, &witness, START + day * DAY + 3600);
            kept.push(evening);
        }
        station.clock.set(START + 2 * DAY);
        let session = station.session();
        let load = station.work(&session, 12);
        session.read::<Child>(load.children[0], &access().because("hearing on Monday")).unwrap();
        let mut bundle = export(&session, &kept);
        let now = START + 2 * DAY + 3600;
        let mut newest = note_of(&bundle, "checkpoint");
        cosign(&mut newest, &witness, now);
        replace(&mut bundle, "checkpoint", newest.to_string().as_bytes());
        let policy = session.trust_policy().unwrap();
        let policy = policy.with_witness("W", NoteKey::witness(witness_name(), witness.verifying_key()), None).unwrap();
        let policy = policy.with_quorum("W").unwrap().demanding(&Verdict::ALL).fresh_for(DAY);
        let entries = entries_of(&bundle);
        let thief = Thief::of(&station, &bundle, &entries, witness);
        Self { bundle, policy, kept, entries, thief, now }
    }

    /// The report of an auditor who kept the first evening.
    pub(crate) fn judge(&self, bundle: &MemoryFolder) -> BundleReport {
        judge(bundle, &self.policy, &self.kept[..1], self.now)
    }

    /// Which verdicts fail for an auditor who kept the first evening.
    pub(crate) fn failed(&self, bundle: &MemoryFolder) -> Vec<Verdict> {
        failed(&self.judge(bundle))
    }

    pub(crate) fn newest(&self) -> Note {
        note_of(&self.bundle, "checkpoint")
    }

    pub(crate) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The bundle with the tiles of other entries, and everything else as it is: the signed checkpoint too.
    pub(crate) fn with_tiles_of(&self, entries: &[Vec<u8>]) -> MemoryFolder {
        let mut folder = self.bundle.clone();
        folder.0.retain(|name, _| !name.starts_with("tile/"));
        let mut tiles = TileWriter::new(&mut folder);
        for entry in entries {
            tiles.append(entry).unwrap();
        }
        tiles.finish().unwrap();
        folder
    }

    /// A bundle of other entries, made anew by a thief: tiles, view, checkpoint signed by the device's keys and by the witness.
    pub(crate) fn forged(&self, entries: &[Vec<u8>]) -> MemoryFolder {
        self.forged_under(entries, &self.thief.checkpoint(entries, self.now))
    }

    pub(crate) fn forged_under(&self, entries: &[Vec<u8>], newest: &Note) -> MemoryFolder {
        let size = entries.len() as u64;
        let fits = |note: &&Note| size_of(note) <= size && root_of(entries, size_of(note)) == *text_of(note).root();
        let earlier: Vec<Note> = self.thief.handovers.iter().filter(fits).cloned().collect();
        let mut folder = MemoryFolder::default();
        let mut bundle = BundleWriter::new(&mut folder).with_view();
        let mut log = bundle.log(BundleLog::of(&text_of(newest)), &earlier).unwrap();
        for entry in entries {
            log.append(entry, None).unwrap();
        }
        log.finish().unwrap();
        bundle.finish(newest).unwrap();
        for name in ["heads/0", "devices"] {
            replace(&mut folder, name, &self.bundle.0[name]);
        }
        folder
    }
}

impl Thief {
    fn of(station: &Station, bundle: &MemoryFolder, entries: &[Vec<u8>], witness: SigningKey) -> Self {
        let contents: BTreeMap<_, _> = station.keys.contents().into_iter().collect();
        let named = |part: &str| contents.iter().find(|(name, _)| name.contains(part)).unwrap();
        let log_key = SigningKey::from_seed(&named("/log-key/").1[..].try_into().unwrap());
        let mut epochs = entries
            .iter()
            .filter_map(|entry| EpochStatement::in_entry(&saferoom::log::Entry::decode(entry).unwrap()).unwrap());
        let handovers = bundle.0.keys().filter(|name| name.starts_with("checkpoints/"));
        Self {
            store: station.keys.clone(),
            epoch_name: named("/epoch-key/").0.clone(),
            log_key,
            epoch: epochs.next_back().unwrap(),
            witness,
            handovers: handovers.map(|name| note_of(bundle, name)).collect(),
        }
    }

    /// The number of the epoch in force.
    pub(crate) fn epoch(&self) -> u64 {
        self.epoch.epoch
    }

    /// A checkpoint of these entries, signed and cosigned.
    pub(crate) fn checkpoint(&self, entries: &[Vec<u8>], time: u64) -> Note {
        let mut note = self.signed(entries);
        cosign(&mut note, &self.witness, time);
        note
    }

    /// The same without the witness.
    pub(crate) fn signed(&self, entries: &[Vec<u8>]) -> Note {
        let size = entries.len() as u64;
        let mut note = Checkpoint::new(origin(), size, root_of(entries, size)).unwrap().sign(&self.log_key).unwrap();
        let store: &dyn KeyStore = self.store.as_ref();
        let keys = EpochKeys::look(store, &self.epoch_name, origin()).unwrap();
        keys.sign_as(&self.epoch, &mut note).unwrap();
        note
    }

    /// What the witness says to any text.
    pub(crate) fn cosign(&self, note: &mut Note, time: u64) {
        cosign(note, &self.witness, time);
    }

    pub(crate) fn log_key(&self) -> &SigningKey {
        &self.log_key
    }
}

pub(crate) fn judge(bundle: &MemoryFolder, policy: &TrustPolicy, kept: &[Note], now: u64) -> BundleReport {
    let kept: Vec<String> = kept.iter().map(ToString::to_string).collect();
    let kept: Vec<&[u8]> = kept.iter().map(|note| note.as_bytes()).collect();
    verify_bundle(bundle, policy, &kept, now)
}

pub(crate) fn failed(report: &BundleReport) -> Vec<Verdict> {
    report.answers().filter(|(_, answer)| matches!(answer, Answer::Failed { .. })).map(|(verdict, _)| verdict).collect()
}

pub(crate) fn problems(report: &BundleReport, verdict: Verdict) -> Vec<BundleProblem> {
    match report.answer(verdict) {
        Answer::Failed { problems, .. } => problems.clone(),
        other => panic!("{verdict:?} is {other:?}"),
    }
}

pub(crate) fn origin() -> KeyName {
    KeyName::new(ORIGIN).unwrap()
}

fn witness_name() -> KeyName {
    KeyName::new("witness.example.org").unwrap()
}

fn cosign(note: &mut Note, witness: &SigningKey, time: u64) {
    note.add(NoteSignature::cosign(witness_name(), witness, note.text(), time).unwrap()).unwrap();
}

pub(crate) fn note_of(bundle: &MemoryFolder, name: &str) -> Note {
    Note::parse(&bundle.0[name]).unwrap()
}

pub(crate) fn text_of(note: &Note) -> Checkpoint {
    note.text().parse().unwrap()
}

pub(crate) fn size_of(note: &Note) -> u64 {
    text_of(note).size()
}

/// Puts a file in, and into the manifest: the manifest stops nobody.
pub(crate) fn replace(bundle: &mut MemoryFolder, name: &str, bytes: &[u8]) {
    let mut manifest = BundleManifest::parse(&bundle.0["bundle"]).unwrap();
    manifest.add(name.parse().unwrap(), bytes);
    bundle.0.insert("bundle".into(), manifest.to_string().into_bytes());
    bundle.0.insert(name.into(), bytes.to_vec());
}

pub(crate) fn root_of(entries: &[Vec<u8>], size: u64) -> saferoom::log::Hash {
    let mut frontier = Frontier::new();
    entries.iter().take(size as usize).for_each(|entry| _ = frontier.append(leaf_hash(entry)));
    frontier.root()
}

pub(crate) fn entries_of(bundle: &MemoryFolder) -> Vec<Vec<u8>> {
    let mut stream = EntryStream::new(bundle, size_of(&note_of(bundle, "checkpoint"))).unwrap();
    let mut entries = Vec::new();
    while let Some(entry) = stream.next_entry().unwrap() {
        entries.push(entry.bytes.to_vec());
    }
    entries
}

/// An id as SQL writes it.
pub(crate) fn hex(id: &RecordId) -> String {
    id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}
