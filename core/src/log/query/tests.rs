//! Questions to a log in memory.

use std::borrow::Cow;
use std::cell::RefCell;

use super::*;
use crate::id::ScopeId;
use crate::keys::SigningKey;
use crate::log::entry::tests::smallest;
use crate::log::{Actor, Checkpoint, KeyName, MemoryFolder, TileWriter, What, Why};

const RECORD: RecordId = RecordId::from_bytes([5; 16]);

fn entry(event: Event, previous: Option<u64>) -> Entry<'static> {
    let what = What {
        record: RECORD,
        kind: 3,
        fields: Cow::Borrowed(&[]),
        revision: None,
        head: None,
        previous,
        subject: None,
    };
    Entry { event, what: Some(what), ..smallest() }
}

fn elsewhere() -> Entry<'static> {
    let mut entry = entry(Event::Read, None);
    entry.what.as_mut().unwrap().record = RecordId::from_bytes([6; 16]);
    entry
}

fn denied() -> Entry<'static> {
    Entry { outcome: Outcome::MinorFailure, ..entry(Event::Denied, None) }
}

/// A log with these entries, and its checkpoint.
fn log(entries: Vec<Entry<'static>>) -> (MemoryFolder, BundleLog) {
    let mut folder = MemoryFolder::default();
    let mut tiles = TileWriter::new(&mut folder);
    for (seq, entry) in (0..).zip(entries) {
        tiles.append(&Entry { seq, wall_ms: seq * 1000, ..entry }.encode().unwrap()).unwrap();
    }
    let frontier = tiles.finish().unwrap();
    let origin = KeyName::new("log.example.org").unwrap();
    let checkpoint = Checkpoint::new(origin, frontier.size(), frontier.root()).unwrap();
    checkpoint.sign(&SigningKey::from_seed(&[1; 32])).unwrap();
    (folder, BundleLog::of(&checkpoint))
}

fn ask(log: &(MemoryFolder, BundleLog), query: &LogQuery) -> (Vec<(u64, Option<Link>)>, QueryReport) {
    let shown = RefCell::new(Vec::new());
    let report = query_log::<BundleProblem>(&log.0, &log.1, query, |entry, link| {
        shown.borrow_mut().push((entry.seq, link));
        Ok(())
    });
    (shown.into_inner(), report.unwrap())
}

#[test]
fn a_whole_chain_leaves_no_room_and_says_what_could_not_join() {
    let log = log(vec![
        entry(Event::Create, None),
        elsewhere(),
        denied(),
        entry(Event::Read, Some(0)),
        entry(Event::Query, None),
        Entry { outcome: Outcome::SeriousFailure, ..entry(Event::Read, None) },
        entry(Event::BreakGlassStart, Some(3)),
    ]);
    let (shown, report) = ask(&log, &LogQuery { record: Some(RECORD), ..LogQuery::default() });
    use Link::{CannotJoin, First, Linked};
    let links = [(0, First), (2, CannotJoin), (3, Linked), (4, CannotJoin), (5, CannotJoin), (6, Linked)];
    assert_eq!(shown, links.map(|(index, link)| (index, Some(link))));
    let chain = report.chain.unwrap();
    assert!(chain.is_whole());
    assert_eq!((chain.first, chain.last, chain.joined, chain.denied, chain.others), (Some(0), Some(6), 3, 1, 2));
    assert_eq!((report.read, report.found), (7, 6));
}

#[test]
fn an_export_may_begin_the_chain_on_a_new_device() {
    // A record came along from another device: what the first export would name lies in another log. The second one, of
    // many records, names none and none names it.
    let log = log(vec![
        elsewhere(),
        entry(Event::Export, None),
        entry(Event::Query, None),
        entry(Event::Export, None),
        entry(Event::Read, Some(1)),
        entry(Event::Export, Some(4)),
    ]);
    let (shown, report) = ask(&log, &LogQuery { record: Some(RECORD), ..LogQuery::default() });
    use Link::{CannotJoin, Linked};
    let links = [(1, CannotJoin), (2, CannotJoin), (3, CannotJoin), (4, Linked), (5, Linked)];
    assert_eq!(shown, links.map(|(index, link)| (index, Some(link))));
    let chain = report.chain.unwrap();
    assert!(chain.is_whole());
    assert_eq!((chain.first, chain.last, chain.joined, chain.others), (Some(1), Some(5), 3, 2));
}

#[test]
fn a_chain_that_skips_an_entry_or_begins_anew_is_broken() {
    let first = || entry(Event::Create, None);
    let read = |previous| entry(Event::Read, previous);
    let cases = [
        (vec![first(), read(Some(0)), read(Some(0))], 2),
        (vec![first(), read(None)], 1),
        (vec![elsewhere(), read(Some(0))], 1),
        (vec![first(), denied(), read(Some(1))], 2),
        (vec![first(), Entry { outcome: Outcome::MinorFailure, ..read(Some(7)) }], 1),
        // Neither a question nor what was refused begins one, nor an export once one has begun.
        (vec![entry(Event::Query, None), read(Some(0))], 1),
        (vec![Entry { outcome: Outcome::MinorFailure, ..entry(Event::Export, None) }, read(Some(0))], 1),
        (vec![first(), entry(Event::Export, None), read(Some(1))], 2),
    ];
    for (entries, at) in cases {
        let query = LogQuery { record: Some(RECORD), ..LogQuery::default() };
        let chain = ask(&log(entries), &query).1.chain.unwrap();
        assert_eq!((chain.is_whole(), chain.first_broken, chain.broken), (false, Some(at), 1));
    }
}

#[test]
fn the_chain_is_followed_whatever_else_is_asked() {
    let log = log(vec![entry(Event::Create, None), entry(Event::Read, Some(0)), denied()]);
    let query = LogQuery { record: Some(RECORD), since: Some(1000), until: Some(2000), ..LogQuery::default() };
    let (shown, report) = ask(&log, &query);
    assert_eq!(shown, [(1, Some(Link::Linked))]);
    assert_eq!(report.chain.map(|chain| (chain.joined, chain.denied)), Some((2, 1)));
}

#[test]
fn entries_fit_all_that_is_asked() {
    let actor = |byte| Actor {
        member: MemberId::from_bytes([byte; 16]),
        role: "interviewer".into(),
        unit: ScopeId::from_bytes([2; 16]),
        authentication: None,
        on_behalf_of: None,
    };
    let why = |hl7: &'static str, local: Option<&'static str>| {
        Some(Why { hl7: hl7.into(), local: local.map(Into::into), legal_basis: None, commitment: None })
    };
    let log = log(vec![
        Entry { actor: Some(actor(1)), why: why("HLEGAL", Some("forensic-interview")), ..entry(Event::Create, None) },
        Entry { actor: Some(actor(2)), why: why("BTG", None), ..entry(Event::Read, Some(0)) },
        denied(),
        Entry { outcome: Outcome::MajorFailure, ..elsewhere() },
        entry(Event::BreakGlassStop, Some(1)),
    ]);
    let found = |query: LogQuery| ask(&log, &query).0.into_iter().map(|(index, _)| index).collect::<Vec<_>>();
    let all = LogQuery::default;
    assert_eq!(found(all()), [0, 1, 2, 3, 4]);
    assert_eq!(found(LogQuery { actor: Some(MemberId::from_bytes([2; 16])), ..all() }), [1]);
    assert_eq!(found(LogQuery { purpose: Some("HLEGAL".into()), ..all() }), [0]);
    assert_eq!(found(LogQuery { purpose: Some("forensic-interview".into()), ..all() }), [0]);
    assert_eq!(found(LogQuery { event: Some(Event::Read), ..all() }), [1, 3]);
    assert_eq!(found(LogQuery { ending: Some(Ending::Denied), ..all() }), [2]);
    assert_eq!(found(LogQuery { ending: Some(Ending::Failed), ..all() }), [3]);
    assert_eq!(found(LogQuery { ending: Some(Ending::BreakGlass), ..all() }), [1, 4]);
    assert_eq!(found(LogQuery { ending: Some(Ending::Done), ..all() }), [0, 1, 4]);
    assert_eq!(found(LogQuery { event: Some(Event::Read), ending: Some(Ending::BreakGlass), ..all() }), [1]);
}

#[test]
fn what_does_not_lead_to_the_checkpoint_is_an_error() {
    let (mut folder, checkpoint) = log(vec![entry(Event::Create, None), entry(Event::Read, Some(0))]);
    let other = log(vec![entry(Event::Create, None), denied()]);
    let ask = |folder: &MemoryFolder, checkpoint: &BundleLog| {
        query_log::<BundleProblem>(folder, checkpoint, &LogQuery::default(), |_, _| Ok(()))
    };
    assert_eq!(ask(&folder, &other.1), Err(BundleProblem::Root));
    folder.0.remove("tile/0/000.p/2").unwrap();
    assert!(ask(&folder, &checkpoint).is_ok(), "hash tiles are for the verification");
    folder.0.remove("tile/entries/000.p/2").unwrap();
    assert!(matches!(ask(&folder, &checkpoint), Err(BundleProblem::Tiles(_))));
}
