//! What earlier releases have written stays readable: `tests/databases` holds, per release, a vault with its key store, a
//! bundle of its log, a packet that waits for it, and a signed extract (its README says more). Python, Kotlin and Swift open
//! the same files in tests of their own.

mod make;

use std::fs;
use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use saferoom::access::Access;
use saferoom::access::packet::{KnownSenders, Packet};
use saferoom::id::RecordId;
use saferoom::keys::{FileKeyStore, Identity, PacketAddress, Passphrase, Unlock, open_identity_file};
use saferoom::log::{Answer, BundleReport, DiskFolder, Note, TrustPolicy, verify_bundle};
use saferoom::model::records::{Case, Child, Statement};
use saferoom::model::search::SearchQuery;
use saferoom::model::{PartialDate, RecordKind, SearchKind};
use saferoom::release::output::{OutputError, Signer, Trust, open_extract, public_key_line, public_keys};
use saferoom::vault::{Host, LogExport, SearchAnswer, SearchHit, Session, Vault};
use saferoom_tests::{access, corrected, dump, fold, statement, text};

/// Opens every identity file of the fixtures.
const PASSPHRASE: &[u8] = b"fixtures protect nothing";
/// Of the case in the vault.
const REGISTER: &str = "2026/17";

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a repository").to_owned()
}

/// The fixtures of one release, in a folder that may be written.
struct Fixture {
    folder: tempfile::TempDir,
    contents: serde_json::Value,
}

impl Fixture {
    fn copy(of: &Path) -> Self {
        let folder = saferoom_tests::folder();
        copy_folder(of, folder.path());
        let contents = fs::read(folder.path().join("contents.json")).expect("the list of what is in it");
        Self { folder, contents: serde_json::from_slice(&contents).expect("JSON") }
    }

    /// One for each release.
    fn all() -> Vec<Self> {
        let folders = fs::read_dir(repository().join("tests/databases")).expect("the fixtures");
        let folders = folders.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir());
        let fixtures: Vec<_> = folders.map(|folder| Self::copy(&folder)).collect();
        assert!(!fixtures.is_empty());
        fixtures
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.at(name)).expect("a file of the fixtures")
    }

    fn text(&self, pointer: &str) -> &str {
        self.contents.pointer(pointer).and_then(|value| value.as_str()).expect("a text")
    }

    fn id(&self, pointer: &str) -> RecordId {
        self.text(pointer).parse().expect("an id")
    }

    fn member(&self, name: &str) -> Identity {
        let passphrase = Passphrase::new(self.text("/passphrase").as_bytes().to_vec()).expect("long enough");
        let path = self.at(&format!("{name}.identity"));
        open_identity_file(&path, Unlock::Passphrase(&passphrase)).expect("the identity opens")
    }

    fn sign_in(&self, name: &str) -> Session {
        let host = Host::new(FileKeyStore::new(self.at("keys")));
        let opened = Vault::open(&self.at("vault.saferoom"), host);
        let vault =
            opened.expect("the vault opens; if its format is not out yet and was changed: cargo xtask databases");
        vault.sign_in(&self.member(name)).expect("signed in")
    }

    /// A bundle, judged by the trust policy and the checkpoint that were kept.
    fn judge(&self, bundle: &str, now: u64) -> (BundleReport, TrustPolicy) {
        let policy = TrustPolicy::parse(&self.read("trust-policy")).expect("the trust policy");
        let kept = self.read("kept-checkpoint");
        (verify_bundle(&DiskFolder::new(self.at(bundle)), &policy, &[&kept], now), policy)
    }
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).expect("a folder") {
        let (path, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name()))).expect("an entry");
        if path.is_dir() {
            fs::create_dir_all(&to).expect("made");
            copy_folder(&path, &to);
        } else {
            fs::copy(&path, &to).expect("copied");
        }
    }
}

/// What a release has left is never made anew; until then, a change of a format needs it.
#[test]
#[ignore = "makes the fixtures of this version: cargo xtask databases"]
fn make_databases() {
    let folder = repository().join("tests/databases").join(env!("CARGO_PKG_VERSION"));
    if std::env::var_os("SAFEROOM_BLESS").is_some() {
        let _ = fs::remove_dir_all(&folder);
    }
    make::make(&folder);
}

#[test]
fn a_vault_opens_with_every_value() {
    for fixture in Fixture::all() {
        let session = fixture.sign_in("founder");
        let case = session.read::<Case>(fixture.id("/case"), &access()).unwrap().record;
        assert_eq!((case.register_number, case.summary.is_some()), (Some(text(REGISTER)), true));
        let child = session.read::<Child>(fixture.id("/child"), &access()).unwrap();
        assert_eq!(child.parent, Some(fixture.id("/case")));
        assert_eq!(child.record.given_name, Some(text("សុខា")));
        assert_eq!(child.record.date_of_birth, PartialDate::parse("2014-05~").ok());
        let said = session.read::<Statement>(fixture.id("/statement"), &access()).unwrap();
        assert_eq!((said.revision, said.record), (2, corrected("Invented: said, corrected")));
        let first = session.read_revision::<Statement>(fixture.id("/statement"), 1, &access()).unwrap();
        assert_eq!(first.record, statement("Invented: said first"));
        let query = SearchQuery::among(RecordKind::CHILD).by(SearchKind::Name, "Sokha Vanna");
        let SearchAnswer::Found(hits) = session.search(&query, &access()).unwrap() else { panic!("too many") };
        let [SearchHit::Record(hit)] = &hits[..] else { panic!("{} hits", hits.len()) };
        assert_eq!(hit.id, fixture.id("/child"));
        session.check(|_, _| ()).unwrap();
    }
}

#[test]
fn who_had_no_key_then_has_none_now() {
    for fixture in Fixture::all() {
        let session = fixture.sign_in("supervisor");
        let seen = session.read::<Case>(fixture.id("/case"), &Access::for_purpose("supervision")).unwrap();
        assert!(seen.record.register_number.is_some() && seen.record.summary.is_none());
    }
}

/// The vault is not only read: work goes on in it, and its log continues what an auditor has kept of it.
#[test]
fn work_goes_on_and_the_log_continues() {
    for fixture in Fixture::all() {
        let session = fixture.sign_in("founder");
        let id = fixture.id("/statement");
        let again = session.amend(id, &corrected("Invented: corrected by a later release"), &access()).unwrap();
        assert_eq!(again.number, 3);
        let since = vec![Note::parse(&fixture.read("kept-checkpoint")).unwrap()];
        let options = LogExport { since, ..LogExport::default() };
        let why = Access::for_purpose("audit").because("a later visit");
        let exported = session.export_log(&fixture.at("later"), &options, &why, &mut |_, _| ()).unwrap();
        session.check(|_, _| ()).unwrap();
        let (report, policy) = fixture.judge("later", u64::MAX / 1_000_000);
        assert_eq!(report.read(), exported.entries);
        let failed: Vec<_> = report.answers().filter(|(_, answer)| matches!(answer, Answer::Failed { .. })).collect();
        assert!(report.accepted(&policy), "{failed:?}");
    }
}

#[test]
fn a_bundle_is_accepted() {
    for fixture in Fixture::all() {
        let now = fixture.contents["now"].as_u64().unwrap();
        let (report, policy) = fixture.judge("bundle", now);
        assert!(report.accepted(&policy), "{:?}", report.answers().collect::<Vec<_>>());
        assert!(report.read() > 5);
    }
}

#[test]
fn a_packet_is_taken_in_once() {
    for fixture in Fixture::all() {
        let (session, founder) = (fixture.sign_in("founder"), fixture.member("founder"));
        let mut known = KnownSenders::new();
        known.pin(&PacketAddress::from_file_bytes(&fixture.read("sender.address")).unwrap());
        let take = || {
            let packet = File::open(fixture.at("case.packet")).unwrap();
            let packet = Packet::open(BufReader::new(packet), &founder).unwrap();
            session.take_in(packet, &known, fixture.folder.path(), &access()).unwrap()
        };
        let report = take();
        assert!(!report.again);
        let new = |old: RecordId| report.records.iter().find(|(there, _)| *there == old).unwrap().1;
        let child = session.read::<Child>(new(fixture.id("/packet/child")), &access()).unwrap();
        assert_eq!(child.parent, Some(new(fixture.id("/packet/case"))));
        assert_eq!(child.record.given_name, Some(text("ដារា")));
        assert!(take().again);
    }
}

#[test]
fn an_extract_is_what_its_signer_says() {
    for fixture in Fixture::all() {
        let keys = public_keys(fixture.text("/extract_key")).unwrap();
        let extract = open_extract(&fixture.at("extract"), Trust::Keys(&keys)).unwrap();
        assert_eq!(extract.table.rows() as u64, extract.manifest.rows.released);
        assert!(extract.manifest.children.k >= 5);
        let stranger = public_keys(&stranger()).unwrap();
        let refused = open_extract(&fixture.at("extract"), Trust::Keys(&stranger)).unwrap_err();
        assert!(matches!(refused, OutputError::UntrustedSigner), "{refused:?}");
    }
}

fn stranger() -> String {
    public_key_line(&Signer::verifying_key(&Identity::generate())).unwrap()
}

/// Opening a vault writes to it (the sign-in), but the rows that were there stay as they are.
#[test]
fn opening_changes_no_row_that_was_there() {
    for fixture in Fixture::all() {
        let path = fixture.at("vault.saferoom");
        let before = dump(&path);
        drop(fixture.sign_in("founder"));
        fold(&path);
        let after = dump(&path);
        for (table, rows) in before.into_iter().filter(|(table, _)| GROWING.contains(&table.as_str())) {
            let (_, now) = after.iter().find(|(name, _)| *name == table).unwrap();
            assert!(rows.iter().all(|row| now.contains(row)), "{table} has lost a row");
        }
    }
}

/// Tables of which a sign-in changes no row.
const GROWING: [&str; 11] = [
    "roster",
    "slot",
    "keyring",
    "circle",
    "finding",
    "head",
    "revision",
    "authorship",
    "correspondent",
    "token",
    "entry",
];
