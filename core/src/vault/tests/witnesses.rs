//! A witness outside the device is asked: it cosigns what has only grown, and shows what was rolled back.

use std::sync::Mutex;

use super::*;
use crate::keys::SigningKey;
use crate::log::{
    Checkpoint, Cosigner, CosignerError, LogError, MemoryWitnessStore, Quorum, TrustPolicy, Witness, WitnessError,
    WitnessRequest,
};

/// Another station that cosigns, and what was asked of it.
struct Peer {
    witness: Witness,
    store: MemoryWitnessStore,
    logs: Vec<NoteKey>,
    asked: Mutex<Vec<u64>>,
}

impl Peer {
    fn of(session: &Session) -> Self {
        Self {
            witness: Witness::new(KeyName::new("peer.example.org").unwrap(), SigningKey::from_seed(&[2; 32])),
            store: MemoryWitnessStore::default(),
            logs: vec![session.log_key().unwrap()],
            asked: Mutex::default(),
        }
    }

    fn policy(&self) -> TrustPolicy {
        let text = format!("log {}\nwitness P {}\nquorum P\n", self.logs[0], self.witness.key());
        TrustPolicy::parse(text.as_bytes()).unwrap()
    }
}

impl Cosigner for Peer {
    fn cosign(&self, request: &WitnessRequest) -> Result<String, CosignerError> {
        self.asked.lock().unwrap().push(request.old());
        match self.witness.cosign(&self.store, request, &self.logs, 1_767_230_000) {
            Ok(line) => Ok(line.to_string()),
            Err(WitnessError::OldSize { kept }) => Err(CosignerError::OtherSize { cosigned: kept }),
            // A witness in the network answers so too (C2SP tlog-witness): the size alone.
            Err(WitnessError::Smaller(evidence)) => {
                let kept = Checkpoint::open(evidence.kept.to_string().as_bytes(), &self.logs).unwrap().checkpoint;
                Err(CosignerError::OtherSize { cosigned: kept.size() })
            }
            Err(error) if error.evidence().is_some() => Err(CosignerError::Refused),
            Err(error) => panic!("{error}"),
        }
    }
}

/// One that always answers the same.
struct Says<'s>(&'s Session, Result<&'static str, CosignerError>);

impl Cosigner for Says<'_> {
    fn cosign(&self, _request: &WitnessRequest) -> Result<String, CosignerError> {
        // With nothing locked: whoever asks a person meanwhile may use the session.
        self.0.log_size().unwrap();
        self.0.records_of(self.0.unit(), &access()).unwrap();
        self.1.map(str::to_owned)
    }
}

#[test]
fn a_witness_cosigns_what_has_only_grown_from_the_size_that_it_knows() {
    let world = World::new();
    let session = world.session();
    let peer = Peer::of(&session);
    let first = session.ask_witness(&peer, &peer.policy(), 0).unwrap();
    assert!(matches!(first.quorum, Quorum::Reached { .. }), "{:?}", first.quorum);
    assert_eq!(first.checkpoint.size(), session.log_size().unwrap());

    case_with_child(&session, "Sokha");
    // The host does not remember what the peer has seen: it says so, and is asked again from there.
    let second = session.ask_witness(&peer, &peer.policy(), 0).unwrap();
    assert!(matches!(second.quorum, Quorum::Reached { .. }));
    assert_eq!(*peer.asked.lock().unwrap(), [0, 0, first.checkpoint.size()]);
    session.ask_witness(&peer, &peer.policy(), second.checkpoint.size()).unwrap();
    assert_eq!(peer.asked.lock().unwrap().len(), 4);
}

#[test]
fn a_file_that_was_rolled_back_is_behind_its_witness_or_forked_from_it() {
    let world = World::new();
    // File and key store of the device, put away and put back together: only the witness knows better.
    let (old, keys) = (world.folder.path().join("old.saferoom"), Arc::new(world.keys.copied()));
    for side in ["", "-wal"] {
        let path = |of: &Path| PathBuf::from(format!("{}{side}", of.display()));
        std::fs::copy(path(&world.path()), path(&old)).unwrap();
    }
    let session = world.session();
    let peer = Peer::of(&session);
    case_with_child(&session, "Sokha");
    let seen = session.ask_witness(&peer, &peer.policy(), 0).unwrap().checkpoint.size();
    drop(session);

    let vault = Vault::open(&old, Host::with_shared(keys)).unwrap();
    let session = vault.sign_in(&world.founder).unwrap();
    let held = session.log_size().unwrap();
    assert!(held < seen);
    let behind = session.ask_witness(&peer, &peer.policy(), 0).unwrap_err();
    assert_eq!(behind, Error::Witness(CosignerError::AheadOfLog { cosigned: seen, held }));
    // The same where the app remembers what the witness has seen: it need not be asked.
    let (asked, size) = (peer.asked.lock().unwrap().len(), session.log_size().unwrap());
    let remembered = session.ask_witness(&peer, &peer.policy(), seen).unwrap_err();
    assert_eq!(remembered, Error::Witness(CosignerError::AheadOfLog { cosigned: seen, held: size }));
    assert_eq!(peer.asked.lock().unwrap().len(), asked);
    // Once it has as many entries again, they are other ones.
    while session.log_size().unwrap() <= seen {
        case_with_child(&session, "Bopha");
    }
    let forked = session.ask_witness(&peer, &peer.policy(), 0).unwrap_err();
    assert_eq!(forked, Error::Witness(CosignerError::Refused));
}

#[test]
fn whatever_a_witness_answers_is_checked_and_nothing_is_locked_while_it_is_asked() {
    let world = World::new();
    let session = world.session();
    let peer = Peer::of(&session);
    let policy = peer.policy();
    let asked = |answer| session.ask_witness(&Says(&session, answer), &policy, 0);
    for why in [CosignerError::Unreachable, CosignerError::Refused, CosignerError::Failed] {
        assert_eq!(asked(Err(why)).unwrap_err(), Error::Witness(why));
    }
    let again = asked(Err(CosignerError::OtherSize { cosigned: 1 })).unwrap_err();
    assert_eq!(again, Error::Witness(CosignerError::Refused), "asked twice, not for ever");
    // The very size that the proof began from: it holds something else against the log.
    let same = asked(Err(CosignerError::OtherSize { cosigned: 0 })).unwrap_err();
    assert_eq!(same, Error::Witness(CosignerError::Refused));
    let far = asked(Err(CosignerError::OtherSize { cosigned: u64::MAX })).unwrap_err();
    assert!(matches!(far, Error::Witness(CosignerError::AheadOfLog { cosigned: u64::MAX, .. })), "{far:?}");
    assert_eq!(asked(Ok("no line")).unwrap_err(), LogError::MalformedNote.into());
    let stranger = "\u{2014} stranger.example.org AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    for nobody in ["", "\n\n", stranger] {
        assert_eq!(asked(Ok(nobody)).unwrap_err(), Error::Witness(CosignerError::NotBelieved), "{nobody}");
    }

    let within = session.write_batch(&access(), |_batch| session.ask_witness(&peer, &policy, 0).map(drop));
    assert_eq!(within.unwrap_err(), Error::WithinCall);
    session.check(|_, _| ()).unwrap();
}
