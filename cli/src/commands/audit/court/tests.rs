//! Court files of an entry that is made up: what their pages say in both languages, and what they must not say.

use std::borrow::Cow;
use std::path::PathBuf;

use saferoom::id::{DeviceId, MemberId, OperationId, RecordId, ScopeId};
use saferoom::keys::SigningKey;
use saferoom::log::{
    Actor, BundleParts, BundleProblem, Checkpoint, Disclosure, Entry, Event, Frontier, KeyName, NoteKey, NoteSignature,
    Outcome, What, Why, leaf_hash, write_bundle,
};

use super::*;

const REASON: &str = "Hearing <b>on Monday</b>";

struct Place {
    folder: tempfile::TempDir,
}

impl Place {
    /// A bundle of three entries, the last with a reason that is disclosed; a trust policy; its court file.
    fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let reason = Disclosure::new("reason", REASON).unwrap();
        let commitments = [None, None, Some(reason.commitment())];
        let entries: Vec<_> = (0..).zip(commitments).map(|(seq, why)| entry(seq, why).encode().unwrap()).collect();
        let mut frontier = Frontier::new();
        for entry in &entries {
            frontier.append(leaf_hash(entry));
        }
        let (key, origin) = (SigningKey::from_seed(&[1; 32]), KeyName::new("station.example.org/log").unwrap());
        let mut note = Checkpoint::new(origin.clone(), 3, frontier.root()).unwrap().sign(&key).unwrap();
        let witness = KeyName::new("witness.ngo.example").unwrap();
        note.add(NoteSignature::cosign(witness, &key, note.text(), 1_767_230_000).unwrap()).unwrap();
        let openings = [(2, reason)].into();
        let parts = BundleParts { checkpoint: &note, earlier: &[], openings: &openings };
        let mut folder = DiskFolder::new(place.path("bundle"));
        write_bundle::<BundleProblem>(&mut folder, entries.into_iter().map(Ok), &parts).unwrap();
        let policy = format!(
            "log {}\nquorum none\n#saferoom demand integrity authenticity openings\n",
            NoteKey::new(origin, key.verifying_key())
        );
        fs::write(place.path("policy"), policy).unwrap();
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make(&self, entry: u64) -> Result<(), Failure> {
        let args = CourtFileArgs {
            bundle: self.path("bundle"),
            entry,
            log: None,
            out: self.path("court"),
            trust_policy: Some(self.path("policy")),
            kept: Vec::new(),
            json: false,
        };
        make(&args, &Console::to(std::io::sink()))
    }

    fn verify(&self, without_pages: bool) -> Result<(), Failure> {
        let args = VerifyCourtFileArgs {
            folder: self.path("court"),
            trust_policy: self.path("policy"),
            without_pages,
            json: false,
        };
        verify(&args, &Console::to(std::io::sink()))
    }

    fn page(&self, language: &str) -> String {
        fs::read_to_string(self.path("court").join(format!("page.{language}.html"))).unwrap()
    }

    /// Puts another page in the place of the English one, and lists it.
    fn put_page(&self, page: &str) {
        let list = fs::read_to_string(self.path("court/court-file")).unwrap();
        let hash = |page: &str| saferoom::log::Hash::of(page.as_bytes()).to_string();
        let list = list.replace(&hash(&self.page("en")), &hash(page));
        fs::write(self.path("court/court-file"), list).unwrap();
        fs::write(self.path("court/page.en.html"), page).unwrap();
    }
}

fn entry(seq: u64, commitment: Option<saferoom::log::Hash>) -> Entry<'static> {
    Entry {
        seq,
        wall_ms: 1_767_229_200_000,
        monotonic_ms: seq,
        boot: [1; 8],
        event: Event::Read,
        outcome: Outcome::Success,
        actor: Some(Actor {
            member: MemberId::from_bytes([0xA1; 16]),
            role: "<i>interviewer".into(),
            unit: ScopeId::from_bytes([2; 16]),
            authentication: None,
            on_behalf_of: None,
        }),
        device: DeviceId::from_bytes([4; 16]),
        why: Some(Why {
            hl7: "HLEGAL".into(),
            local: Some("forensic-interview".into()),
            legal_basis: None,
            commitment,
        }),
        what: Some(What {
            record: RecordId::from_bytes([9; 16]),
            kind: 3,
            fields: Cow::Borrowed(&[1, 7]),
            revision: None,
            head: None,
            previous: None,
            subject: None,
        }),
        operation: OperationId::from_bytes([5; 16]),
        detail: None,
        blind: [6; 16],
    }
}

#[test]
fn the_words_are_there_in_both_languages() {
    crate::html::check_words(include_str!("../../../../data/words-court.toml"));
}

#[test]
fn the_pages_say_what_is_proven_and_what_is_not() {
    let place = Place::new();
    place.make(2).unwrap();
    assert_eq!(place.verify(false), Ok(()));
    let english = place.page("en");
    for said in [
        "Entry 2 of the log station.example.org/log",
        "signed a list of 3 entries, and entry 2 of it is this one",
        "beside the one of the log: 1.",
        "Hearing &lt;b&gt;on Monday&lt;/b&gt;",
        "&lt;i&gt;interviewer",
        "What is not proven",
        "no other access",
        "forensic-interview (HL7 HLEGAL)",
        "peer court-file",
    ] {
        assert!(english.contains(said), "{said}\n{english}");
    }
    for hidden in ["<script", "http://", "https://", "<b>on", "<i>inter"] {
        assert!(!english.contains(hidden), "{hidden}");
    }
    assert!(place.page("km").contains("<html lang=\"km\">") && !place.page("km").contains("What is proven"));
}

#[test]
fn an_entry_without_a_reason_says_so() {
    let place = Place::new();
    place.make(0).unwrap();
    assert_eq!(place.verify(false), Ok(()));
    assert!(place.page("en").contains("none was stated with this entry"));
    assert!(!place.path("court/reason").exists());
}

#[test]
fn a_page_that_says_something_else_is_noticed() {
    let place = Place::new();
    place.make(2).unwrap();
    let true_page = place.page("en");
    fs::write(place.path("court/page.en.html"), true_page.replace("read", "changed")).unwrap();
    assert_eq!(place.verify(false).unwrap_err().exit, exit::INTEGRITY);
    fs::write(place.path("court/page.en.html"), &true_page).unwrap();
    // With the list made anew as well.
    place.put_page(&true_page.replace("Hearing", "Curiosity"));
    for without in [false, true] {
        let failure = place.verify(without).unwrap_err();
        assert!(failure.exit == exit::INTEGRITY && failure.text.contains("a page"), "{failure}");
    }
    // Another version is no excuse unless the reader says so.
    let maker = concat!("saferoom ", env!("CARGO_PKG_VERSION"));
    place.put_page(&true_page.replace("Hearing", "Curiosity").replace(maker, "saferoom 9"));
    let khmer = place.page("km").replace(maker, "saferoom 9");
    let list = fs::read_to_string(place.path("court/court-file")).unwrap();
    let hash = |page: &str| saferoom::log::Hash::of(page.as_bytes()).to_string();
    fs::write(place.path("court/court-file"), list.replace(&hash(&place.page("km")), &hash(&khmer))).unwrap();
    fs::write(place.path("court/page.km.html"), khmer).unwrap();
    assert_eq!(place.verify(false).unwrap_err().exit, exit::FAILED);
    assert_eq!(place.verify(true), Ok(()));
}

#[test]
fn a_court_file_is_made_of_what_holds_and_never_written_over() {
    let place = Place::new();
    assert!(place.make(3).unwrap_err().text.contains("none with number 3"));
    place.make(1).unwrap();
    assert_eq!(place.make(2).unwrap_err().exit, exit::FILE);
    let place = Place::new();
    let entries = place.path("bundle/tile/entries/000.p/3");
    let mut bytes = fs::read(&entries).unwrap();
    bytes[30] ^= 1;
    fs::write(&entries, bytes).unwrap();
    assert_eq!(place.make(2).unwrap_err().exit, exit::INTEGRITY);
    assert!(!place.path("court").exists());
}

/// For `cargo xtask test --only html`: the pages of a court file into the folder that `SAFEROOM_HTML` names.
#[test]
#[ignore = "writes pages for a browser"]
fn write_pages() {
    let folder = PathBuf::from(std::env::var_os("SAFEROOM_HTML").unwrap());
    let place = Place::new();
    place.make(2).unwrap();
    for language in ["en", "km"] {
        fs::write(folder.join(format!("court-{language}.html")), place.page(language)).unwrap();
    }
}
