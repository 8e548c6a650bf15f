//! Erasing: what nobody can open afterwards, what is refused, what still holds.

use super::*;
use crate::access::AccessError;
use crate::access::erasure::{ErasureError, Ground, GroundKind, SignedCertificate, SignedErasureList};
use crate::access::policy::RoleName;
use crate::keys::{BackupKey, KeyStoreError};
use crate::log::Event;
use crate::model::PartialDate;
use crate::store::{KeyRow, Store};

/// A founder, a custodian and a supervisor.
pub(super) struct Office {
    pub(super) world: World,
    pub(super) chief: Session,
    custodian: Identity,
    supervisor: Identity,
}

fn manage() -> Access {
    Access::for_purpose("record-management").because("The period has ended")
}

fn enrol(session: &Session, name: &str, signers: &[&Identity]) -> Identity {
    let identity = Identity::generate();
    let role = RoleName::parse(name).unwrap();
    session.enrol(&identity.public(), &role, session.unit().scope(), signers, &access()).unwrap();
    identity
}

impl Office {
    pub(super) fn new() -> Self {
        let world = World::new();
        let chief = world.session();
        let custodian = enrol(&chief, "custodian", &[&world.founder]);
        let supervisor = enrol(&chief, "unit-supervisor", &[&world.founder, &custodian]);
        Self { world, chief, custodian, supervisor }
    }

    fn sign_in(&self, identity: &Identity) -> Session {
        let vault = Vault::open(&self.world.path(), Host::with_shared(self.world.keys.clone())).unwrap();
        vault.sign_in(identity).unwrap()
    }

    pub(super) fn erase(&self, case: RecordId) -> Erased {
        let session = self.sign_in(&self.supervisor);
        let proposal = session.propose_erasure(&[case], order(), &manage()).unwrap();
        let signed = proposal.signed_by(&self.world.founder).signed_by(&self.custodian);
        session.erase(&signed, &manage()).unwrap()
    }

    fn key_rows(&self, case: RecordId) -> Vec<KeyRow> {
        let mut store = Store::open(&self.world.path()).unwrap();
        store.begin_reading().unwrap().keys(case.scope()).unwrap()
    }

    fn list(&self) -> SignedErasureList {
        let list = self.chief.erasure_list().unwrap();
        SignedErasureList::new(list).signed_by(&self.world.founder).signed_by(&self.custodian)
    }
}

pub(super) fn order() -> Ground {
    Ground::of(GroundKind::Order).unwrap()
}

fn bytes_of(path: &std::path::Path) -> Vec<u8> {
    let mut all = std::fs::read(path).unwrap();
    for side in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(side);
        all.extend(std::fs::read(name).unwrap_or_default());
    }
    all
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    let mut places = bytes.windows(8).enumerate().filter(|(_, window)| *window == &part[..8]);
    places.any(|(place, _)| bytes[place..].starts_with(part))
}

#[test]
fn nothing_of_an_erased_case_opens_and_everything_else_does() {
    let office = Office::new();
    let (case, id) = case_with_child(&office.chief, "Sokha");
    let named = Child { given_name_latin: Some(Text::new("Dara").unwrap()), ..child("Sokha") };
    office.chief.amend(id, &named, &access()).unwrap();
    let (_, other) = case_with_child(&office.chief, "Sophea");
    let before = office.key_rows(case);
    assert!(!before.is_empty() && before.iter().all(|row| holds(&bytes_of(&office.world.path()), &row.sealed)));
    let tokens = office.chief.check(|_, _| ()).unwrap().tokens;
    let erased = office.erase(case);
    assert_eq!((erased.cases, erased.keys, erased.residue_removed), (1, before.len() as u64, true));

    // No page of the file, nor of its log, keeps what was destroyed.
    let bytes = bytes_of(&office.world.path());
    assert!(before.iter().all(|row| !holds(&bytes, &row.sealed)));
    // With every key of the live vault in hand: there is nothing to open.
    assert!(office.key_rows(case).iter().all(KeyRow::is_husk));
    for identity in [&office.world.founder, &office.custodian, &office.supervisor] {
        let session = office.sign_in(identity);
        let refused = session.read::<Child>(id, &Access::for_purpose("record-management")).err();
        assert!(matches!(refused, Some(Error::Erased { since }) if since > 0), "{refused:?}");
    }
    assert_eq!(office.chief.read::<Child>(other, &access()).unwrap().record, child("Sophea"));
    // Shape, authors and log stay, and are checked.
    let report = office.chief.check(|_, _| ()).unwrap();
    assert!(report.tokens < tokens, "{} of {tokens}", report.tokens);
    assert_eq!(office.chief.history(id, &access()).unwrap().len(), 2);
    assert!(!office.chief.cases(&access()).unwrap().contains(&case));
    let entries = office.chief.log_entries(0, u64::MAX, &access()).unwrap();
    assert_eq!(entries.iter().filter(|entry| entry.entry.event == Event::Erasure).count(), 1);
    assert!(entries.iter().any(|entry| entry.entry.event == Event::Denied));
    office.chief.rebuild_search_index(&access(), |_, _| ()).unwrap();
    office.sign_in(&office.world.founder).check(|_, _| ()).unwrap();
}

#[test]
fn what_is_erased_is_told_as_erased_whatever_fails_afterwards() {
    let world = World::new();
    let failing = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let keys = {
        let failing = Arc::clone(&failing);
        Hooked::over(&world.keys, move |call, _| {
            let fails = call == "store" && failing.load(Ordering::Relaxed);
            if fails { Err(KeyStoreError::Unavailable) } else { Ok(()) }
        })
    };
    let vault = Vault::open(&world.path(), Host::with_shared(keys)).unwrap();
    let session = vault.sign_in(&world.founder).unwrap();
    let erase = |case| {
        let proposal = session.propose_erasure(&[case], order(), &manage()).unwrap().signed_by(&world.founder);
        session.erase(&proposal, &manage())
    };
    let kept = || Kept::load(world.keys.as_ref(), vault.inner.file.vault).unwrap().unwrap().erased;
    let (case, _) = case_with_child(&session, "Sokha");
    let (other, _) = case_with_child(&session, "Sophea");

    failing.store(true, Ordering::Relaxed);
    let erased = erase(case).unwrap();
    assert!(erased.residue_removed, "the file is rewritten all the same");
    failing.store(false, Ordering::Relaxed);
    assert_eq!(kept(), 0);
    case_with_child(&session, "Dara");
    assert_eq!(kept(), 1, "kept with the next commit");

    // SQLite rewrites a file by way of another one, and has no room for that.
    let rooms = |sql: &str| {
        let sql: String = (0..10).map(|number| sql.replace('#', &number.to_string())).collect();
        vault.store().unwrap().raw().execute_batch(&sql).unwrap();
    };
    rooms("ATTACH ':memory:' AS room#;");
    assert!(!erase(other).unwrap().residue_removed);
    assert!(session.remove_residue().is_err(), "says what is in the way");
    rooms("DETACH room#;");
    assert_eq!(session.remove_residue(), Ok(true));
    assert_eq!((kept(), session.erasures().unwrap().len()), (2, 2));
    session.check(|_, _| ()).unwrap();
}

#[test]
fn nothing_is_written_below_an_erased_case() {
    let office = Office::new();
    let (case, id) = case_with_child(&office.chief, "Sokha");
    office.erase(case);
    let refused = |result: Result<(), Error>| assert!(matches!(result, Err(Error::Erased { .. })), "{result:?}");
    refused(office.chief.create(Some(case), &child("Other"), &access()).map(|_| ()));
    refused(office.chief.amend(id, &child("Changed"), &access()).map(|_| ()));
    refused(office.chief.place_hold(case, &manage()));
    refused(office.chief.assign(case, office.supervisor.member(), &access()));
    refused(office.chief.propose_erasure(&[case], order(), &manage()).map(|_| ()));
}

#[test]
fn it_takes_two_and_no_hold() {
    let office = Office::new();
    let (case, id) = case_with_child(&office.chief, "Sokha");
    let session = office.sign_in(&office.supervisor);
    let proposal = session.propose_erasure(&[case], order(), &manage()).unwrap();
    let one = session.erase(&proposal.clone().signed_by(&office.custodian), &manage()).err();
    assert_eq!(one, Some(AccessError::ApprovalsMissing { have: 1, needed: 2 }.into()));
    // Who custodians are cannot erase by themselves, and a supervisor is no custodian.
    let custodian = office.sign_in(&office.custodian);
    let signed = proposal.signed_by(&office.world.founder).signed_by(&office.custodian);
    assert_eq!(custodian.erase(&signed, &manage()).err(), Some(AccessError::NotAllowed.into()));
    let alone = session.propose_erasure(&[case], order(), &manage()).unwrap().signed_by(&office.supervisor);
    assert!(matches!(
        session.erase(&alone, &manage()).err(),
        Some(Error::Access(AccessError::ApprovalsMissing { .. }))
    ));

    assert_eq!(
        session.place_hold(case, &Access::for_purpose("record-management")).err(),
        Some(AccessError::ReasonMissing.into())
    );
    session.place_hold(case, &manage()).unwrap();
    assert_eq!(session.erase(&signed, &manage()).err(), Some(AccessError::OnHold.into()));
    assert_eq!(session.propose_erasure(&[case], order(), &manage()).err(), Some(AccessError::OnHold.into()));
    session.lift_hold(case, &manage()).unwrap();
    assert!(office.chief.read::<Child>(id, &access()).is_ok());
    // Not by the way of other changes of the roster, which would leave the keys.
    let enacted = office.chief.enact(&signed, &[], &manage()).err();
    assert_eq!(enacted, Some(AccessError::ErasedOtherwise.into()));
    // The proposal is as good as the roster that it was made for.
    session.erase(&signed, &manage()).unwrap();
    assert!(session.erase(&signed, &manage()).is_err());
}

#[test]
fn a_founder_who_is_alone_erases_alone() {
    let world = World::new();
    let session = world.session();
    let (case, _) = case_with_child(&session, "Sokha");
    let proposal = session.propose_erasure(&[case], order(), &manage()).unwrap().signed_by(&world.founder);
    session.erase(&proposal, &manage()).unwrap();
    session.check(|_, _| ()).unwrap();
    // With a custodian, they do not: the threshold is two then.
    let custodian = enrol(&session, "custodian", &[&world.founder]);
    let (case, _) = case_with_child(&session, "Sophea");
    let proposal = session.propose_erasure(&[case], order(), &manage()).unwrap().signed_by(&world.founder);
    assert!(session.erase(&proposal, &manage()).is_err());
    session.erase(&proposal.signed_by(&custodian), &manage()).unwrap();
}

#[test]
fn keys_that_come_back_or_go_against_the_roster_are_noticed() {
    let office = Office::new();
    let (case, _) = case_with_child(&office.chief, "Sokha");
    let (kept, kept_child) = case_with_child(&office.chief, "Sophea");
    let old = office.key_rows(case);
    office.erase(case);
    // Put back as they were: the state does not have them.
    let husks = office.key_rows(case);
    {
        let mut store = Store::open(&office.world.path()).unwrap();
        let rows = store.begin().unwrap();
        husks.iter().for_each(|row| rows.remove_key(row).unwrap());
        old.iter().for_each(|row| rows.add_key(row).unwrap());
        rows.commit().unwrap();
    }
    assert_eq!(office.chief.check(|_, _| ()).err(), Some(IntegrityError::Bucket.into()));
    // Put back by a member who can sign a state: the roster does not.
    {
        let mut store = Store::open(&office.world.path()).unwrap();
        let rows = store.begin().unwrap();
        old.iter().for_each(|row| rows.remove_key(row).unwrap());
        husks.iter().for_each(|row| rows.add_key(row).unwrap());
        rows.commit().unwrap();
    }
    office.chief.check(|_, _| ()).unwrap();
    let swap = |out: Vec<KeyRow>, back: Vec<KeyRow>| {
        office.chief.act(&access(), Event::Update, &[], |act| {
            act.keys.state.verify_bucket(act.rows, case.scope().as_bytes())?;
            act.keys.state.verify_bucket(act.rows, kept.scope().as_bytes())?;
            for row in &out {
                act.rows.remove_key(row)?;
                act.keys.state.remove_key(row);
            }
            for row in &back {
                act.rows.add_key(row)?;
                act.keys.state.add_key(row);
            }
            act.keys.forget_keys();
            Ok(())
        })
    };
    swap(husks.clone(), old.clone()).unwrap();
    assert_eq!(office.sign_in(&office.world.founder).check(|_, _| ()).err(), Some(IntegrityError::Erasure.into()));
    swap(old, husks).unwrap();
    office.sign_in(&office.world.founder).check(|_, _| ()).unwrap();
    // Keys that go without an erasure, with or without a trace.
    let keys = office.key_rows(kept);
    let mut left: Vec<KeyRow> = Vec::new();
    for row in &keys {
        if left.iter().all(|husk| husk.ordinal != row.ordinal) {
            left.push(row.husk());
        }
    }
    swap(keys.clone(), left.clone()).unwrap();
    let session = office.sign_in(&office.world.founder);
    assert_eq!(session.read::<Child>(kept_child, &access()).err(), Some(IntegrityError::Erasure.into()));
    assert_eq!(session.check(|_, _| ()).err(), Some(IntegrityError::Erasure.into()));
    swap(left, Vec::new()).unwrap();
    let session = office.sign_in(&office.world.founder);
    assert_eq!(session.check(|_, _| ()).err(), Some(IntegrityError::Head.into()));
}

#[test]
fn whoever_has_seen_an_erasure_accepts_no_older_roster() {
    let office = Office::new();
    let (case, _) = case_with_child(&office.chief, "Sokha");
    office.chief.lock();
    Store::open(&office.world.path()).unwrap().remove_residue().unwrap();
    let copy = std::fs::read(office.world.path()).unwrap();
    office.erase(case);
    let path = office.world.folder.path().join("older");
    std::fs::write(&path, copy).unwrap();
    let older = Vault::open(&path, Host::with_shared(office.world.keys.clone())).unwrap();
    assert_eq!(older.sign_in(&office.world.founder).err(), Some(IntegrityError::Rollback.into()));
}

#[test]
fn a_roster_without_the_erasure_is_a_fork_also_where_the_log_goes_on() {
    let office = Office::new();
    let (case, _) = case_with_child(&office.chief, "Sokha");
    office.erase(case);
    let kept = Kept::load(office.world.keys.as_ref(), office.world.vault.inner.file.vault).unwrap().unwrap();
    assert_eq!(kept.erased, 1);
    // As if the file said the same of log and commits under a roster that lacks the entry.
    let (roster, tip) = office.chief.look(|act| Ok((act.keys.roster.clone(), act.keys.tip.clone().unwrap()))).unwrap();
    let entries = office.chief.look(|act| {
        let sealed = act.rows.roster()?.into_iter().enumerate();
        let open = |(position, sealed): (usize, Vec<u8>)| {
            let context = roster_context(act.keys.file.vault, position as u64);
            crate::access::RosterEntry::from_bytes(&act.keys.circles.open_for_all(&context, &sealed).unwrap()).unwrap()
        };
        Ok(sealed.map(open).collect::<Vec<_>>())
    });
    let entries = entries.unwrap();
    let short = Roster::verify(roster.vault(), &entries[..entries.len() - 1]).unwrap();
    let mut store = Store::open(&office.world.path()).unwrap();
    let rows = store.begin_reading().unwrap();
    assert_eq!(kept.verify(&rows, &roster, &tip.0, &tip.1), Ok(()));
    assert_eq!(kept.verify(&rows, &short, &tip.0, &tip.1), Err(IntegrityError::Rollback.into()));
}

#[test]
fn a_certificate_says_what_was_done_and_is_verified_without_the_vault() {
    let office = Office::new();
    let (case, _) = case_with_child(&office.chief, "Sokha");
    let clock = crate::keys::SystemClock::default();
    let key = BackupKey::generate(&clock, std::time::Duration::from_secs(3600)).unwrap();
    office.chief.backup_to(&office.world.folder.path().join("backup"), &key, &access()).unwrap();
    let erased = office.erase(case);
    assert_eq!(erased.complete_from, key.info().not_after);
    // A key that is first used afterwards says nothing about it.
    let later = BackupKey::generate(&clock, std::time::Duration::from_secs(7200)).unwrap();
    office.chief.backup_to(&office.world.folder.path().join("later"), &later, &access()).unwrap();
    let certificate = office.chief.erasure_certificate(erased.position).unwrap();
    assert_eq!((certificate.complete_from, certificate.keys.len()), (key.info().not_after, 1));
    let index = certificate.cases[0].entry;
    let entry = office.chief.log_entries(index, index + 1, &access()).unwrap();
    assert_eq!((entry[0].entry.event, entry[0].entry.what.as_ref().unwrap().record), (Event::Erasure, case));

    let text = certificate.to_text();
    assert!(text.contains(&case.to_string()) && text.contains("Ordered by a court"), "{text}");
    let signed = SignedCertificate::new(certificate).signed_by(&office.custodian);
    let read = SignedCertificate::from_bytes(&signed.to_bytes()).unwrap();
    let keys = [office.custodian.public().verifying_key, office.world.founder.public().verifying_key];
    let verified = read.verify(&keys).unwrap();
    assert_eq!((verified.certified_by.len(), verified.decided_by, verified.members.len()), (1, 2, 2));
    assert_eq!(verified.erasures[0].cases, [case.scope()]);
    let stranger = [Identity::generate().public().verifying_key];
    assert!(matches!(read.verify(&stranger), Err(ErasureError::NotSigned { .. })));
    assert_eq!(office.chief.erasure_certificate(0).err(), Some(ErasureError::NoSuchErasure.into()));
}

#[test]
fn a_backup_comes_back_erased_or_not_at_all() {
    let office = Office::new();
    let (case, id) = case_with_child(&office.chief, "Sokha");
    let (_, other) = case_with_child(&office.chief, "Sophea");
    let key = BackupKey::generate(&crate::keys::SystemClock::default(), std::time::Duration::from_secs(3600)).unwrap();
    let folder = office.world.folder.path().to_owned();
    let path = |name: &str| folder.join(name);
    office.chief.backup_to(&path("backup"), &key, &access()).unwrap();
    office.chief.lock();
    Store::open(&office.world.path()).unwrap().remove_residue().unwrap();
    std::fs::copy(office.world.path(), path("copy")).unwrap();
    office.erase(case);
    let office = Office { chief: office.world.session(), ..office };
    let list = office.list();
    office.chief.lock();
    let own = || Host::with_shared(office.world.keys.clone());
    let restore = |target: &str, host: Host, erasures: Option<SignedErasureList>| {
        let options = RestoreOptions { accept_loss: true, erasures, ..RestoreOptions::default() };
        Vault::restore(&path("backup"), &key, &office.world.founder, &path(target), host, &options)
    };
    // This device knows better: not without the list.
    let refused = restore("one", own(), None).err();
    assert_eq!(refused, Some(BackupError::ErasureListNeeded { missing: 1 }.into()));
    let unsigned = SignedErasureList::new(list.document().clone()).signed_by(&office.custodian);
    assert!(matches!(
        restore("one", own(), Some(unsigned)).err(),
        Some(Error::Erasure(ErasureError::NotSigned { .. }))
    ));
    // After the key has expired it does not open, with or without.
    let expired = own().with_clock(Later(key.info().not_after + 1));
    assert_eq!(restore("one", expired, Some(list.clone())).err(), Some(KeyError::BackupKeyExpired.into()));
    assert!(!path("one").exists());
    // An unmanaged copy together with keys from before: it opens. Nothing can prevent that; see SECURITY.md.
    let elsewhere = Host::new(MemoryKeyStore::default());
    let options = RestoreOptions::default();
    let (copy, _) = Vault::adopt(&path("copy"), &office.world.founder, &path("adopted"), elsewhere, &options).unwrap();
    let opened = copy.sign_in(&office.world.founder).unwrap().read::<Child>(id, &access()).unwrap();
    assert_eq!(opened.record, child("Sokha"));
    // With the list, on this device and on a new one: erased.
    for (target, host) in [("new", Host::new(MemoryKeyStore::default())), ("own", own())] {
        let (vault, report) = restore(target, host, Some(list.clone())).unwrap();
        assert_eq!(report.erased, 1);
        let session = vault.sign_in(&office.world.founder).unwrap();
        assert!(matches!(session.read::<Child>(id, &access()).err(), Some(Error::Erased { .. })));
        assert_eq!(session.read::<Child>(other, &access()).unwrap().record, child("Sophea"));
        session.check(|_, _| ()).unwrap();
        // What followed is listed, certified, and passed on.
        let listed = session.erasures().unwrap();
        assert_eq!(listed.len(), 1);
        let certificate = session.erasure_certificate(listed[0].position).unwrap();
        let signed = SignedCertificate::new(certificate).signed_by(&office.world.founder);
        assert!(signed.verify(&[office.world.founder.public().verifying_key]).is_ok());
        assert_eq!(session.erasure_list().unwrap().cases(), list.document().cases());
    }
}

/// A clock that stands still.
struct Later(u64);

impl Clock for Later {
    fn wall_milliseconds(&self) -> u64 {
        self.0
    }

    fn monotonic_milliseconds(&self) -> u64 {
        0
    }
}

#[test]
fn what_is_due_is_said_with_its_rule_and_nothing_is_erased() {
    let office = Office::new();
    let date = |text: &str| Some(PartialDate::parse(text).unwrap());
    let create = |closed: Option<PartialDate>, born: &str| {
        let status = Some(Coded::new(if closed.is_some() { "closed" } else { "open" }).unwrap());
        let case = Case { status, closed_on: closed, ..Case::default() };
        let case = office.chief.create(Some(office.chief.unit()), &case, &access()).unwrap().record;
        let child = Child { date_of_birth: date(born), ..child("Sokha") };
        office.chief.create(Some(case), &child, &access()).unwrap();
        case
    };
    let old = create(date("1990-02-03"), "1980-01-01");
    let held = create(date("1990-02-03"), "1980-01-01");
    let young = create(date("1990-02-03"), "1989-12-01");
    let (_open, recent) = (create(None, "1980-01-01"), create(date("2020-01-01"), "2010-01-01"));
    office.chief.place_hold(held, &manage()).unwrap();
    let session = office.sign_in(&office.supervisor);
    let now = 1_800_000_000_000; // January 2027
    let due = session.due_for_erasure(now, &manage()).unwrap();
    let cases: Vec<_> = due.due.iter().map(|due| due.case).collect();
    // 15 years after the later of closing and coming of age.
    assert_eq!((cases, due.on_hold, due.undecided), (vec![old, young], 1, 0));
    assert_eq!((due.due[0].rule.as_str(), due.due[0].keep_until.to_text().as_str()), ("any-case", "2013-01-01"));
    assert_eq!(due.due[1].keep_until.to_text(), "2022-12-01");
    assert!(!due.due.iter().any(|due| due.case == recent));
    assert_eq!(session.due_for_erasure(0, &manage()).unwrap().due, []);
    let refused = office.sign_in(&office.custodian).due_for_erasure(now, &manage()).err();
    assert_eq!(refused, Some(AccessError::NotAllowed.into()));
    let rule = Ground::retention_ended(&due.due[0].rule).unwrap();
    session.propose_erasure(&[old], rule, &manage()).unwrap();
}
