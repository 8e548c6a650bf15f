//! Entries about what outlasts members: recovery sets, second secrets for emergencies, erasures.

use serde_json::Value;

use super::super::*;
use super::station::founder;
use super::station::*;
use crate::access::erasure::{Erasure, ErasureDocument, ErasureList, SignedErasureList};
use crate::id::{ScopeId, VaultId};
use crate::keys::{Identity, RecoveryScope, RecoverySet};
use crate::model::Compartment;
use crate::seal::HybridPublicKey;
use crate::vectors::{bad, good};

fn both() -> [Identity; 2] {
    [founder(), custodian()]
}

fn by_both(station: Station, change: RosterChange) -> Station {
    let [one, other] = both();
    station.then(change, &[&one, &other])
}

fn recovery(set: &RecoverySet) -> RosterChange {
    RosterChange::Recovery(Box::new(set.clone()))
}

fn second(who: &Identity, second: Option<HybridPublicKey>) -> RosterChange {
    RosterChange::Emergency { member: who.member(), second }
}

fn erase(cases: &[u8]) -> RosterChange {
    RosterChange::Erasure(ErasureDocument::Direct(erasure(cases)).encode())
}

fn listed(vault: VaultId, erasures: Vec<Erasure>, signers: &[&Identity]) -> RosterChange {
    let list = ErasureList { vault, issued_at: 1_795_700_000_000, roster: (8, [8; 32]), erasures };
    let signed = signers.iter().fold(SignedErasureList::new(list), |list, signer| list.signed_by(signer));
    RosterChange::Erasure(ErasureDocument::Listed(Box::new(signed)).encode())
}

/// With a recovery set of the unit, which the second one has replaced.
fn recoverable() -> Station {
    let (first, next) = recovery_sets();
    by_both(by_both(Station::staffed(), recovery(&first)), recovery(&next))
}

/// With a second secret of the interviewer, who then can open the circle of identity in an emergency.
fn on_duty() -> Station {
    by_both(Station::staffed(), second(&interviewer(), Some(second_secret(0x81))))
}

pub(super) fn accepted() -> Vec<Value> {
    let of = |name: &str, comment: &str, station: Station| good(name, comment, station.vector());
    let moved = circles(&[name(Compartment::Identity, 2)]);
    let taken_back = on_duty().then(second(&interviewer(), None), &[&founder()]);
    let by_shares = || {
        let station = recoverable();
        let change = enrolment(&colleague(), "custodian");
        let proposal = Proposal::new(&station.roster, change).signed_by_shares(&recovery_key());
        station.taking(proposal)
    };
    let copied = listed(vault(), vec![erasure(&[0xC1, 0xC2])], &[&founder(), &custodian()]);
    vec![
        of(
            "a recovery set",
            "of the unit, signed by two custodians",
            by_both(Station::staffed(), recovery(&recovery_sets().0)),
        ),
        of("a recovery set replaced", "the second names the first", recoverable()),
        of("a custodian by shares", "signed by the recovery key of the unit, under its id", by_shares()),
        of("a second secret", "its holder opens the circle in an emergency", on_duty()),
        of("a second secret taken back", "one custodian is enough, and the circle is closed", taken_back),
        of(
            "a second secret replaced, and the circle moved on",
            "what the first opened is closed",
            by_both(on_duty(), second(&interviewer(), Some(second_secret(0x82)))).then(moved, &[&founder()]),
        ),
        of("an erasure", "of two cases, signed by two custodians", by_both(Station::staffed(), erase(&[0xC1, 0xC2]))),
        of(
            "a signed list of erasures",
            "as many custodians have signed the list as an erasure needs: one signs the entry",
            Station::staffed().then(copied.clone(), &[&founder()]),
        ),
        of(
            "a list that says again what was erased",
            "what is new in it counts",
            by_both(Station::staffed(), erase(&[0xC1])).then(copied, &[&founder()]),
        ),
    ]
}

pub(super) fn refused() -> Vec<Value> {
    [recoveries(), second_secrets(), erasures()].concat()
}

fn refuse(name: &str, error: &str, comment: &str, station: &Station, change: RosterChange, who: &[&Identity]) -> Value {
    bad(name, error, comment, station.and(&station.entry(change, who).to_bytes()))
}

/// An entry that both custodians signed, after an edit of its body.
fn forged(name: &str, station: &Station, change: RosterChange, edit: &dyn Fn(&mut Vec<u8>)) -> Value {
    let [one, other] = both();
    let entry = station.entry(change, &[&one, &other]);
    let (mut edited, body) = (body_of(&entry), body_of(&entry));
    edit(&mut edited);
    assert_ne!(edited, body);
    let bytes = by_hand(entry.commit(), &edited, &[&one, &other]);
    bad(name, "roster", "with signatures that fit", station.and(&bytes))
}

fn recoveries() -> Vec<Value> {
    let (first, next) = recovery_sets();
    let (plain, with) = (Station::staffed(), recoverable());
    let signed = |name: &str, station: &Station, set: &RecoverySet| {
        refuse(name, "recovery-set", "", station, recovery(set), &[&founder(), &custodian()])
    };
    let elsewhere = |vault, unit| RecoverySet::first(vault, RecoveryScope::Unit(unit), 2, 3).unwrap().0;
    let by_shares = |name: &str, error: &str, change: RosterChange| {
        let proposal = Proposal::new(&with.roster, change).signed_by_shares(&recovery_key());
        bad(name, error, "signed by the recovery key alone", with.and(&with.placed(proposal).to_bytes()))
    };
    let missing = "approvals-missing";
    vec![
        refuse("a recovery set signed by one", missing, "", &plain, recovery(&first), &[&founder()]),
        refuse("a recovery set signed by an officer", missing, "", &plain, recovery(&first), &[&interviewer()]),
        signed("a second recovery set without the first", &plain, &next),
        signed("the first recovery set again", &with, &first),
        signed("a recovery set of another vault", &plain, &elsewhere(VaultId::from_bytes([9; 16]), unit())),
        signed("a recovery set of no unit", &plain, &elsewhere(vault(), ScopeId::from_bytes([9; 16]))),
        forged("a recovery set cut short", &plain, recovery(&first), &|body| {
            let head = 4 + 34 + 17;
            assert_eq!(body[head], 0x59);
            body[head + 2] -= 1;
            body.pop();
        }),
        by_shares("an officer by shares", missing, enrolment(&colleague(), "interviewer")),
        by_shares("a suspension by shares", missing, RosterChange::Suspend { member: supervisor().member() }),
        by_shares("a recovery set by shares", missing, recovery(&first)),
    ]
}

fn second_secrets() -> Vec<Value> {
    let station = Station::staffed();
    let suspended = Station::staffed().then(RosterChange::Suspend { member: supervisor().member() }, &[&founder()]);
    let key = || Some(second_secret(0x81));
    let missing = "approvals-missing";
    let head = 4 + 34 + 17;
    vec![
        refuse("a second secret signed by one", missing, "", &station, second(&interviewer(), key()), &[&founder()]),
        refuse(
            "a second secret signed by its holder",
            missing,
            "",
            &station,
            second(&interviewer(), key()),
            &[&interviewer()],
        ),
        refuse(
            "a second secret taken back by its holder",
            missing,
            "",
            &on_duty(),
            second(&interviewer(), None),
            &[&interviewer()],
        ),
        refuse(
            "a second secret of nobody",
            "no-such-member",
            "",
            &station,
            second(&colleague(), key()),
            &[&founder(), &custodian()],
        ),
        refuse(
            "a second secret of a suspended member",
            "not-active",
            "",
            &suspended,
            second(&supervisor(), key()),
            &[&founder(), &custodian()],
        ),
        forged("a second secret of one part", &station, second(&interviewer(), None), &|body| {
            assert_eq!((body[head], body.len()), (0x82, head + 1 + 17 + 1));
            body[head] = 0x81;
            body.pop();
        }),
        forged("a second secret of a key cut short", &station, second(&interviewer(), key()), &|body| {
            body[head + 1 + 17 + 2] -= 1;
            body.pop();
        }),
        forged("a second secret of no key", &station, second(&interviewer(), key()), &|body| {
            let at = head + 1 + 17 + 3;
            body[at..at + 3].fill(0xFF);
        }),
    ]
}

fn erasures() -> Vec<Value> {
    let (plain, [one, other]) = (Station::staffed(), both());
    let erased = by_both(Station::staffed(), erase(&[0xC1]));
    let missing = "approvals-missing";
    let again = listed(vault(), vec![erasure(&[0xC1])], &[&one, &other]);
    let elsewhere = listed(VaultId::from_bytes([9; 16]), vec![erasure(&[0xC1])], &[&one, &other]);
    let half_signed = listed(vault(), vec![erasure(&[0xC1])], &[&one]);
    let by_both = |name: &str, error: &str, station: &Station, change: RosterChange| {
        refuse(name, error, "signed by two custodians", station, change, &[&one, &other])
    };
    vec![
        refuse("an erasure signed by one", missing, "", &plain, erase(&[0xC1]), &[&one]),
        refuse("an erasure signed by an officer", missing, "", &plain, erase(&[0xC1]), &[&supervisor()]),
        refuse("a list that one signed, by one", missing, "", &plain, half_signed.clone(), &[&one]),
        refuse("a signed list by an officer", missing, "", &plain, again, &[&interviewer()]),
        by_both("a list that one signed, by two", "roster", &plain, half_signed),
        by_both("a list of another vault", "roster", &plain, elsewhere),
        by_both("a case erased twice", "erased-before", &erased, erase(&[0xC1])),
        by_both("a unit erased", "roster", &plain, erase(&[2])),
        by_both("the vault erased", "roster", &plain, erase(&[1])),
        forged("an erasure without a document", &plain, erase(&[0xC1]), &|body| {
            body.truncate(4 + 34 + 17);
            body.push(0x40);
        }),
        forged("an erasure of no case", &plain, erase(&[0xC1]), &|body| {
            let document = ErasureDocument::Direct(erasure(&[])).encode();
            body.truncate(4 + 34 + 17);
            body.extend([0x58, u8::try_from(document.len()).unwrap()]);
            body.extend(document);
        }),
    ]
}
