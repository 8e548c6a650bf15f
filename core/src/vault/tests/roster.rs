//! Attacks on the roster by those who hold keys: a member with a program of their own, who signs what saferoom would not.

use super::members::{Team, code};
use super::*;
use crate::access::{CircleListing, Proposal, RosterChange};
use crate::keys::CircleName;
use crate::seal::{LabelledInput, sha256};
use crate::store::{CommitRow, HeadRow, Rows, SlotRow, TipRow};
use crate::vault::circles::draw_circle;
use crate::vault::statement::Statement;
use crate::vault::unlocked::Unlocked;

/// Signs a statement with a session's key and makes it the newest.
fn put_tip(keys: &Unlocked, rows: &Rows<'_>, statement: &Statement) {
    let bytes = statement.encode();
    let signature = keys.signing.sign(Statement::signed_bytes(&bytes).as_bytes());
    rows.put_tip(&TipRow { session: keys.session, statement: bytes, signature, recent: Vec::new(), base: None })
        .unwrap();
}

fn tip(rows: &Rows<'_>) -> Statement {
    Statement::decode(&rows.tip().unwrap().statement).unwrap()
}

#[test]
fn a_circle_generation_of_the_attackers_own_is_refused() {
    let team = Team::new();
    let (officer, case) = (team.enrol("interviewer"), case_with_child(&team.chief, "Sokha"));
    let session = team.sign_in(&officer);
    let (unit, founder) = (team.chief.unit().scope(), team.world.founder.member());
    session.attack(|keys, rows| {
        // A new generation of the unit's circle, whose secret the officer knows; wrapped for the officer and for the founder.
        let vault = keys.file.vault;
        let newest = keys.roster.circle(unit, Compartment::Identity).unwrap().listing.name;
        let (listing, secret): (CircleListing, _) =
            draw_circle(vault, CircleName { generation: newest.generation + 1, ..newest });
        let proposal = Proposal::new(&keys.roster, RosterChange::Circles(vec![listing.clone()])).signed_by(&officer);
        let statement = tip(rows);
        let entry = proposal.into_entry(statement.commit + 1).to_bytes();
        let position = keys.roster.head().0 + 1;
        let sealed = roster_context(vault, position).seal(keys.circles.roster().unwrap().value_key(), &entry).unwrap();
        rows.add_roster(position, &sealed).unwrap();
        for member in [officer.member(), founder] {
            let identity = keys.roster.member(member).unwrap().active_identities().next().unwrap().clone();
            let slot = identity.slot_key.circle(vault, listing.name);
            let wrapped = identity.wrap_circle(vault, listing.name, &secret).unwrap();
            let row = SlotRow { slot, session: None, sealed: wrapped };
            rows.add_slot(&row).unwrap();
            keys.state.add_slot(&row);
        }
        let roster_digest = sha256(LabelledInput::new("saferoom/roster-entry").part(&entry).as_bytes());
        let state_root = keys.state.store(rows).unwrap();
        let commit = statement.commit + 1;
        put_tip(keys, rows, &Statement { commit, roster_position: position, roster_digest, state_root, ..statement });
    });
    // Nobody goes on with it: neither who was signed in before, nor who signs in now.
    assert_eq!(code(team.chief.read::<Child>(case.1, &access())), AccessError::Roster.into());
    assert_eq!(code(team.world.reopened()), AccessError::Roster.into());
    let file = Vault::open(&team.world.path(), Host::with_shared(team.world.keys.clone())).unwrap();
    assert_eq!(code(file.sign_in(&officer)), AccessError::Roster.into());
}

#[test]
fn an_entry_of_the_roster_that_no_statement_names_is_refused() {
    let team = Team::new();
    let officer = team.enrol("interviewer");
    let session = team.sign_in(&officer);
    session.attack(|keys, rows| {
        // Even a custodian's: here is one that waits for a second signature.
        let change = RosterChange::Suspend { member: officer.member() };
        let entry = Proposal::new(&keys.roster, change).signed_by(&team.world.founder).into_entry(99).to_bytes();
        let position = keys.roster.head().0 + 1;
        let value_key = keys.circles.roster().unwrap().value_key();
        let sealed = roster_context(keys.file.vault, position).seal(value_key, &entry).unwrap();
        rows.add_roster(position, &sealed).unwrap();
    });
    assert!(matches!(code(team.world.reopened()), Error::Integrity(_)));
}

/// A session that was open when its member was suspended, in a program that goes on signing.
#[test]
fn a_suspended_member_signs_nothing_any_more() {
    let team = Team::new();
    let officer = team.enrol("interviewer");
    let leaving = team.sign_in(&officer);
    let (_, id) = case_with_child(&leaving, "Sokha");
    team.suspend(&officer);
    let honest = team.chief.attack(|_, rows| rows.tip().unwrap());
    type Forge = fn(&Unlocked, Statement) -> Statement;
    let forgeries: [(&str, Forge); 4] = [
        ("as if nothing had happened", |keys, statement| {
            let (roster_position, roster_digest) = keys.roster.head();
            Statement { commit: statement.commit + 1, roster_position, roster_digest, ..statement }
        }),
        ("on the newest roster", |_, statement| Statement { commit: statement.commit + 1, ..statement }),
        ("the same statement again", |_, statement| statement),
        ("as an earlier commit", |keys, statement| {
            let (roster_position, roster_digest) = keys.roster.head();
            let commit = keys.tip.as_ref().unwrap().1.commit;
            Statement { commit, roster_position, roster_digest, ..statement }
        }),
    ];
    for (name, forge) in forgeries {
        leaving.attack(|keys, rows| {
            let forged = forge(keys, tip(rows));
            put_tip(keys, rows, &forged);
        });
        let refused = code(team.chief.read::<Child>(id, &access()));
        assert!(matches!(refused, Error::Integrity(_)), "{name}: {refused:?}");
        assert!(matches!(code(team.world.reopened()), Error::Integrity(_)), "{name}");
        team.chief.attack(|_, rows| rows.put_tip(&honest).unwrap());
    }
    team.chief.read::<Child>(id, &access()).unwrap();
    team.chief.check(|_, _| ()).unwrap();
}

/// The number of a commit from before the suspension that wrote nothing is free: whoever was a member then can sign for it,
/// but gets nothing into the state by it.
#[test]
fn a_commit_that_is_dated_back_brings_no_revision_in() {
    let team = Team::new();
    let officer = team.enrol("interviewer");
    let leaving = team.sign_in(&officer);
    let (_, id) = case_with_child(&leaving, "Sokha");
    leaving.read::<Child>(id, &access()).unwrap();
    let free = leaving.look(|act| Ok(act.commit_number() - 1)).unwrap();
    team.suspend(&officer);
    leaving.attack(|keys, rows| {
        let statement = keys.tip.as_ref().unwrap().1.clone();
        assert_eq!(statement.commit, free);
        let head = rows.head(id).unwrap().unwrap();
        let old = rows.revision(head.revision).unwrap().unwrap();
        let digest = [7; 32];
        let parts = vec![Statement::part_digest(&digest)];
        let forged = Statement { parts, ..statement };
        let bytes = forged.encode();
        let signature = keys.signing.sign(Statement::signed_bytes(&bytes).as_bytes());
        let row = CommitRow { number: free, session: keys.session, statement: bytes, signature };
        rows.add_commitment(&row).unwrap();
        rows.add_authorship(free, 0, &digest).unwrap();
        let revision = (id, 2, Some(head.revision), Some(head.digest));
        let revision = rows.add_revision(revision, (free, 0), &old.groups).unwrap();
        rows.put_head(&HeadRow { revision, digest, ..head }).unwrap();
    });
    let refused = code(team.chief.read::<Child>(id, &access()));
    assert!(matches!(refused, Error::Integrity(_)), "{refused:?}");
    assert!(matches!(code(team.chief.check(|_, _| ())), Error::Integrity(_)));
}

#[test]
fn a_certificate_by_a_revoked_device_is_refused() {
    let team = Team::new();
    let officer = team.enrol("interviewer");
    let phone = Identity::generate_for(officer.member());
    let add = RosterChange::AddIdentity { identity: phone.public() };
    team.chief.change_roster(add, &[&team.world.founder], &access()).unwrap();
    let on_phone = team.sign_in(&phone);
    let key = phone.public().verifying_key;
    team.chief.revoke_identity(officer.member(), key, &[&team.world.founder], &access()).unwrap();
    // The other device is a member's as before, and this one signs nothing any more.
    team.sign_in(&officer).cases(&access()).unwrap();
    on_phone.attack(|keys, rows| {
        let statement = tip(rows);
        put_tip(keys, rows, &Statement { commit: statement.commit + 1, ..statement });
    });
    assert!(matches!(code(team.world.reopened()), Error::Integrity(_)));
}
