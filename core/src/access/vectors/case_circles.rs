//! Circles of a case, on the rosters "a station" and "a suspension and new circles": who works on it and who may say so.

use serde_json::{Value, json};

use super::super::roster::codec::encoded;
use super::super::*;
use super::station::founder;
use super::station::*;
use crate::id::ScopeId;
use crate::keys::Identity;
use crate::model::Compartment;
use crate::vectors::{bad, good, hex, list};

/// The commits that came after the roster's entries (1 to 6).
const FIRST: u64 = 10;

/// A circle that grows by what the format says, whether or not it is allowed.
struct Circle {
    roster: &'static str,
    creator: Identity,
    last: Option<[u8; 32]>,
    entries: Vec<Value>,
}

fn case() -> ScopeId {
    ScopeId::from_bytes([0xC0; 16])
}

impl Circle {
    fn opened_by(creator: Identity) -> Self {
        Self { roster: "a station", creator, last: None, entries: Vec::new() }
    }

    fn on(self, roster: &'static str) -> Self {
        Self { roster, ..self }
    }

    fn then(self, author: &Identity, change: CaseChange) -> Self {
        let commit = FIRST + self.entries.len() as u64;
        self.at(commit, author, change)
    }

    fn at(self, commit: u64, author: &Identity, change: CaseChange) -> Self {
        let entry = CaseEntry { number: self.entries.len() as u64 + 1, previous: self.last, change };
        self.written(commit, author, entry.number, &entry.encode())
    }

    fn written(mut self, commit: u64, author: &Identity, number: u64, plain: &[u8]) -> Self {
        // Stands for the sealed bytes: only their digest counts here.
        let sealed = vec![0xE0 + number as u8; 160];
        self.last = Some(CaseEntry::digest(vault(), case(), number, &sealed));
        self.entries.push(json!({
            "author": author.member().to_string(),
            "commit": commit,
            "plain": hex(plain),
            "sealed": hex(sealed),
        }));
        self
    }

    fn vector(&self) -> Value {
        json!({
            "roster": self.roster,
            "case": hex(case().as_bytes()),
            "creator": self.creator.member().to_string(),
            "entries": self.entries,
        })
    }
}

fn of(compartments: &[Compartment]) -> Compartments {
    Compartments::of(compartments.iter().copied())
}

fn assign(who: &Identity, compartments: &[Compartment]) -> CaseChange {
    CaseChange::Assign { member: who.member(), compartments: of(compartments) }
}

fn share(who: &Identity, compartments: &[Compartment], until: Option<u64>) -> CaseChange {
    CaseChange::Share { member: who.member(), compartments: of(compartments), until }
}

fn remove(who: &Identity) -> CaseChange {
    CaseChange::Remove { member: who.member() }
}

fn agree(entry: u64) -> CaseChange {
    CaseChange::Approve { entry }
}

fn hold(sensitivity: Sensitivity) -> CaseChange {
    CaseChange::Hold { sensitivity }
}

const ALL: [Compartment; 3] = [Compartment::Identity, Compartment::Narrative, Compartment::Referral];

/// The interviewer has opened the case.
fn opened() -> Circle {
    Circle::opened_by(interviewer()).then(&interviewer(), assign(&interviewer(), &ALL))
}

pub(super) fn make() -> Vec<Value> {
    let mut vectors = accepted();
    vectors.extend(not_allowed());
    vectors.extend(out_of_place());
    vectors.extend(malformed());
    vectors
}

fn accepted() -> Vec<Value> {
    let identity = [Compartment::Identity];
    let of = |name: &str, comment: &str, circle: Circle| good(name, comment, circle.vector());
    vec![
        of("no entry", "the case of a founder, who holds the unit's circles", Circle::opened_by(founder())),
        of("opened by an interviewer", "their own first entry", opened()),
        of(
            "assigned by the supervisor",
            "in the compartments that the role reaches in assigned cases",
            Circle::opened_by(founder()).then(&supervisor(), assign(&interviewer(), &ALL)),
        ),
        of(
            "assigned again in fewer compartments",
            "the first assignment ends with it",
            opened().then(&supervisor(), assign(&interviewer(), &identity)),
        ),
        of(
            "shared until a date",
            "ms since 1970 UTC",
            opened().then(&interviewer(), share(&supervisor(), &identity, Some(1_800_000_000_000))),
        ),
        of("shared for good", "", opened().then(&interviewer(), share(&supervisor(), &identity, None))),
        of(
            "taken back",
            "what was assigned and what was shared",
            opened()
                .then(&interviewer(), share(&supervisor(), &identity, None))
                .then(&supervisor(), remove(&supervisor())),
        ),
        of(
            "shared and agreed to",
            "the role of the supervisor does not read identity: a second person is asked for",
            opened().then(&interviewer(), share(&supervisor(), &identity, None)).then(&custodian(), agree(2)),
        ),
        of("given up by oneself", "", opened().then(&interviewer(), remove(&interviewer()))),
        of(
            "held more closely, and less again",
            "",
            opened().then(&supervisor(), hold(Sensitivity::Sealed)).then(&supervisor(), hold(Sensitivity::Restricted)),
        ),
        of(
            "by a supervisor who was suspended later",
            "commit 4 came before the suspension, commit 5",
            opened().on("a suspension and new circles").at_first(4, &supervisor(), hold(Sensitivity::Sealed)),
        ),
    ]
}

impl Circle {
    /// Instead of what there was, one entry of this commit.
    fn at_first(self, commit: u64, author: &Identity, change: CaseChange) -> Self {
        Self { entries: Vec::new(), last: None, ..self }.at(commit, author, change)
    }
}

/// And shares it with the supervisor, beyond what that role reads.
fn shared() -> Circle {
    opened().then(&interviewer(), share(&supervisor(), &[Compartment::Identity], None))
}

fn not_allowed() -> Vec<Value> {
    let identity = [Compartment::Identity];
    let no = |name: &str, comment: &str, circle: Circle| bad(name, "not-allowed", comment, circle.vector());
    let suspended = "a suspension and new circles";
    vec![
        no(
            "assigned to oneself by who did not open the case",
            "",
            Circle::opened_by(founder()).then(&interviewer(), assign(&interviewer(), &ALL)),
        ),
        no(
            "assigned to oneself again by who opened the case",
            "the right to begin ends with the first entry",
            opened().then(&interviewer(), remove(&interviewer())).then(&interviewer(), assign(&interviewer(), &ALL)),
        ),
        no("assigned by an interviewer", "", opened().then(&interviewer(), assign(&supervisor(), &identity))),
        no(
            "assigned in a compartment that the role does not reach",
            "evidence",
            Circle::opened_by(founder()).then(&supervisor(), assign(&interviewer(), &[Compartment::Evidence])),
        ),
        no(
            "assigned in a compartment of no case",
            "search: its circle opens it",
            Circle::opened_by(founder()).then(&supervisor(), assign(&interviewer(), &[Compartment::Search])),
        ),
        no(
            "assigned in no compartment",
            "",
            Circle::opened_by(founder()).then(&supervisor(), assign(&interviewer(), &[])),
        ),
        no(
            "assigned to who is no member",
            "",
            Circle::opened_by(founder()).then(&supervisor(), assign(&colleague(), &identity)),
        ),
        no("shared by who does not reach it", "", {
            Circle::opened_by(founder()).then(&interviewer(), share(&supervisor(), &identity, None))
        }),
        no(
            "shared after it was taken back",
            "",
            opened()
                .then(&supervisor(), remove(&interviewer()))
                .then(&interviewer(), share(&supervisor(), &identity, None)),
        ),
        no(
            "shared by who may not share",
            "the supervisor of this policy",
            opened().then(&supervisor(), share(&custodian(), &identity, None)),
        ),
        no(
            "the search keys shared",
            "they are of the whole unit",
            opened().then(&interviewer(), share(&supervisor(), &[Compartment::Search], None)),
        ),
        no("shared in no compartment", "", opened().then(&interviewer(), share(&supervisor(), &[], None))),
        no("taken from somebody by an interviewer", "", {
            opened()
                .then(&interviewer(), share(&supervisor(), &identity, None))
                .then(&interviewer(), remove(&supervisor()))
        }),
        no("agreed to by who shares", "", shared().then(&interviewer(), agree(2))),
        no("agreed to by who receives", "", shared().then(&supervisor(), agree(2))),
        no("agreed to twice", "", shared().then(&custodian(), agree(2)).then(&custodian(), agree(2))),
        no("agreed to an assignment", "", opened().then(&custodian(), agree(1))),
        no(
            "agreed to what was taken back",
            "",
            shared().then(&supervisor(), remove(&supervisor())).then(&custodian(), agree(2)),
        ),
        no("agreed to what is not there", "", shared().then(&custodian(), agree(9))),
        no("held more closely by an interviewer", "", opened().then(&interviewer(), hold(Sensitivity::Sealed))),
        bad(
            "by a supervisor who was suspended before",
            "not-active",
            "commit 10 came after the suspension",
            opened().on(suspended).then(&supervisor(), hold(Sensitivity::Sealed)).vector(),
        ),
        bad(
            "by somebody of whom the roster knows nothing",
            "not-active",
            "",
            opened().then(&colleague(), remove(&colleague())).vector(),
        ),
        bad(
            "before its author was enrolled",
            "not-active",
            "the supervisor was enrolled by commit 3",
            Circle::opened_by(founder()).at(2, &supervisor(), assign(&interviewer(), &ALL)).vector(),
        ),
    ]
}

fn out_of_place() -> Vec<Value> {
    let three = || opened().then(&supervisor(), hold(Sensitivity::Sealed)).then(&supervisor(), remove(&interviewer()));
    let edited = |name: &str, edit: &dyn Fn(&mut Vec<Value>)| {
        let mut vector = three().vector();
        let mut entries = list(&vector["entries"]).to_vec();
        edit(&mut entries);
        vector["entries"] = entries.into();
        bad(name, "case-circle", "", vector)
    };
    vec![
        edited("the first entry missing", &|entries| drop(entries.remove(0))),
        edited("an entry deleted", &|entries| drop(entries.remove(1))),
        edited("two entries exchanged", &|entries| entries.swap(1, 2)),
        edited("an entry twice", &|entries| entries.push(entries[2].clone())),
        edited("an entry sealed anew", &|entries| entries[0]["sealed"] = json!(hex([0; 160]))),
        bad("number 2 at the beginning", "case-circle", "", {
            let entry = CaseEntry { number: 2, previous: None, change: assign(&interviewer(), &ALL) };
            Circle::opened_by(interviewer()).written(FIRST, &interviewer(), 2, &entry.encode()).vector()
        }),
        bad("a first entry with a digest before it", "case-circle", "", {
            let entry = CaseEntry { number: 1, previous: Some([9; 32]), change: assign(&interviewer(), &ALL) };
            Circle::opened_by(interviewer()).written(FIRST, &interviewer(), 1, &entry.encode()).vector()
        }),
    ]
}

/// What is no entry: the first one, written by hand.
fn malformed() -> Vec<Value> {
    let parts = |version: u64, kind: u64, member: &[u8], bits: u16, more: u64| {
        encoded(|out| {
            out.array(7)?.u64(version)?.u64(1)?.bytes(&[])?.u64(kind)?.bytes(member)?.u16(bits)?.u64(more)?;
            Ok(())
        })
    };
    let (member, bits) = (*interviewer().member().as_bytes(), of(&ALL).bits());
    let whole = parts(1, 1, &member, bits, 0);
    let first = CaseEntry { number: 1, previous: None, change: assign(&interviewer(), &ALL) };
    assert_eq!(whole, first.encode(), "as docs/formats.md says it");
    let no = |name: &str, plain: &[u8]| {
        let circle = Circle::opened_by(interviewer()).written(FIRST, &interviewer(), 1, plain);
        bad(name, "case-circle", "", circle.vector())
    };
    let mut longer = whole.clone();
    longer.splice(1..2, [0x18, 1]);
    vec![
        no("no bytes", &[]),
        no("the last byte is missing", &whole[..whole.len() - 1]),
        no("a byte too many", &[&whole[..], &[0]].concat()),
        no("version in a longer form", &longer),
        no("version 2", &parts(2, 1, &member, bits, 0)),
        no("kind 0", &parts(1, 0, &member, bits, 0)),
        no("an unknown kind", &parts(1, 99, &member, bits, 0)),
        no("an agreement of a member", &parts(1, 6, &member, 0, 2)),
        no("a member id of 15 bytes", &parts(1, 1, &member[1..], bits, 0)),
        no("a bit of no compartment", &parts(1, 1, &member, bits | 1 << 15, 0)),
        no("bit 0, of no compartment", &parts(1, 1, &member, bits | 1, 0)),
        no("an assignment with an end", &parts(1, 1, &member, bits, 1_800_000_000_000)),
        no("a removal of compartments", &parts(1, 3, &member, bits, 0)),
        no("a sensitivity of a member", &parts(1, 4, &member, 0, 1)),
        no("a sensitivity that there is not", &parts(1, 4, &[0; 16], 0, 3)),
    ]
}
