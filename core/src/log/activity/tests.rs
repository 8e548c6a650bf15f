//! Counting a log that is made up.

use std::borrow::Cow;

use super::*;
use crate::id::{FindingId, RecordId, ScopeId};
use crate::log::entry::tests::smallest;
use crate::log::{Actor, What, Why};

/// Noon of 15 November 2023, UTC.
const NOON: u64 = 1_700_049_600_000;
const MINUTE: u64 = 60_000;

fn member(number: u8) -> MemberId {
    MemberId::from_bytes([number; 16])
}

fn entry(at: u64, event: Event, by: u8, record: u8) -> Entry<'static> {
    let actor = Actor {
        member: member(by),
        role: "interviewer".into(),
        unit: ScopeId::from_bytes([2; 16]),
        authentication: None,
        on_behalf_of: None,
    };
    let what = What {
        record: RecordId::from_bytes([record; 16]),
        kind: 3,
        fields: Cow::Borrowed(&[1]),
        revision: None,
        head: None,
        previous: None,
        subject: None,
    };
    let why =
        Why { hl7: "HLEGAL".into(), local: Some("forensic-interview".into()), legal_basis: None, commitment: None };
    Entry { wall_ms: at, event, actor: Some(actor), what: Some(what), why: Some(why), ..smallest() }
}

fn count(measures: Measures, entries: Vec<Entry<'static>>) -> Activity {
    let mut counter = ActivityCounter::new(measures);
    for (seq, entry) in (0..).zip(entries) {
        counter.read(&Entry { seq, ..entry });
    }
    counter.finish()
}

#[test]
fn uses_are_counted_by_day_hour_member_and_purpose() {
    let denied = Detail::of(DetailKey::ERROR_CODE, 601u64);
    let activity = count(
        Measures { utc_offset_minutes: 420, ..Measures::default() },
        vec![
            entry(NOON, Event::Read, 1, 1),
            entry(NOON + 5 * HOUR_MS, Event::Create, 1, 2),
            Entry {
                detail: Some(denied),
                outcome: Outcome::MinorFailure,
                why: None,
                ..entry(NOON, Event::Denied, 2, 1)
            },
            Entry { outcome: Outcome::SeriousFailure, ..entry(NOON, Event::Read, 2, 1) },
            Entry { actor: None, ..entry(NOON, Event::Heartbeat, 1, 1) },
        ],
    );
    assert_eq!((activity.entries, activity.times), (5, Some((NOON, NOON + 5 * HOUR_MS))));
    assert_eq!(activity.total, Counts { looks: 1, writes: 1, denied: 1 });
    assert!(activity.exports.is_empty());
    // Noon in UTC is seven in the evening there, and five hours later it is the next day.
    let day = Day(NOON / 86_400_000);
    assert_eq!(activity.days[&day], Counts { looks: 1, writes: 0, denied: 1 });
    assert_eq!(activity.days[&Day(day.0 + 1)], Counts { looks: 0, writes: 1, denied: 0 });
    assert_eq!((activity.hours[19].all(), activity.hours[0].all()), (2, 1));
    assert_eq!(activity.members[&member(1)].counts, Counts { looks: 1, writes: 1, denied: 0 });
    assert_eq!((activity.members[&member(1)].at_night, activity.members[&member(2)].at_night), (1, 0));
    assert_eq!(activity.purposes, BTreeMap::from([("forensic-interview".to_owned(), 2)]));
    assert_eq!(activity.denials, BTreeMap::from([(601, 1)]));
    assert_eq!((activity.device.faults, activity.device.clock_back, activity.not_apart), (1, 1, 0));
}

#[test]
fn many_records_searches_and_refusals_within_an_hour_stand_out() {
    let measures = Measures { records_per_hour: 3, searches_per_hour: 2, denials_per_hour: 2, ..Measures::default() };
    let mut entries = Vec::new();
    // Three records, one of them twice, within one hour; and two in the next.
    for (minute, record) in [(0, 1), (1, 2), (2, 2), (3, 3), (70, 4), (71, 5)] {
        entries.push(entry(NOON + minute * MINUTE, Event::Read, 1, record));
    }
    for minute in [5, 6] {
        entries.push(entry(NOON + minute * MINUTE, Event::Query, 2, 9));
        entries.push(Entry { outcome: Outcome::MinorFailure, ..entry(NOON + minute * MINUTE, Event::Denied, 3, 9) });
        // Listing the records of a case names no fields, and is no search.
        let mut listing = entry(NOON + minute * MINUTE, Event::Query, 4, 9);
        listing.what.as_mut().unwrap().fields = Cow::Borrowed(&[]);
        entries.push(listing);
    }
    let activity = count(measures, entries);
    let seen: Vec<_> = activity.episodes.iter().map(|it| (it.member, it.kind, it.count, it.from_ms)).collect();
    assert_eq!(
        seen,
        [
            (member(1), EpisodeKind::Records, 3, NOON),
            (member(2), EpisodeKind::Searches, 2, NOON + 5 * MINUTE),
            (member(3), EpisodeKind::Denials, 2, NOON + 5 * MINUTE),
        ]
    );
    assert_eq!(activity.members[&member(1)].most_records_in_an_hour, 3);
    assert_eq!((activity.members[&member(2)].searches, activity.members[&member(4)].searches), (2, 0));
}

#[test]
fn a_night_is_one_night_across_midnight() {
    let measures = Measures { uses_per_night: 3, ..Measures::default() };
    let evening = NOON + 9 * HOUR_MS;
    let hours = [0, 4, 8, 24, 25];
    let entries = hours.map(|hour| entry(evening + hour * HOUR_MS, Event::Read, 1, hour as u8)).to_vec();
    let activity = count(measures, entries);
    let seen: Vec<_> = activity.episodes.iter().map(|it| (it.kind, it.count, it.from_ms)).collect();
    assert_eq!(seen, [(EpisodeKind::Night, 3, evening)]);
    assert_eq!(activity.members[&member(1)].at_night, 5);
}

#[test]
fn findings_are_followed_to_their_end_and_review() {
    let finding = [7; 16];
    let about = |detail: Detail<'static>, event, at, by| Entry { detail: Some(detail), ..entry(at, event, by, 1) };
    let of = || Detail::of(DetailKey::FINDING, &finding[..]).into_owned();
    let unusual = Detail::of(DetailKey::MEASURE, 3u64).with(DetailKey::COUNT, 41u64);
    let activity = count(
        Measures::default(),
        vec![
            about(of(), Event::BreakGlassStart, NOON, 1),
            about(unusual, Event::Unusual, NOON, 2),
            about(of(), Event::BreakGlassStop, NOON + MINUTE, 1),
            Entry { outcome: Outcome::MinorFailure, ..about(of(), Event::Review, NOON + 2 * MINUTE, 1) },
            about(of().with(DetailKey::REVIEW_OUTCOME, 1u64), Event::Review, NOON + 3 * MINUTE, 3),
        ],
    );
    let [emergency, unusual] = &activity.findings[..] else { panic!("{:?}", activity.findings) };
    let ended = FindingSubject::Emergency { case: Some(RecordId::from_bytes([1; 16])), ended_ms: Some(NOON + MINUTE) };
    assert_eq!((emergency.subject, emergency.member), (ended, Some(member(1))));
    let review = emergency.review.unwrap();
    assert_eq!((review.index, review.member, review.outcome), (4, Some(member(3)), Some(1)));
    assert_eq!(unusual.subject, FindingSubject::Unusual { measure: Some(3), count: Some(41) });
    assert_eq!(unusual.review, None);
}

fn finding(number: u64, event: Event) -> Entry<'static> {
    let mut bytes = [0; 16];
    bytes[8..].copy_from_slice(&number.to_be_bytes());
    let id = FindingId::from_bytes(bytes);
    let detail = Detail::of(DetailKey::FINDING, &id.as_bytes()[..]).into_owned();
    Entry { detail: Some(detail), ..entry(NOON, event, 1, 1) }
}

#[test]
fn an_emergency_is_counted_and_listed_however_many_findings_come_before_it() {
    let many = MAX_LISTED as u64;
    let unusual = (0..many).map(|number| finding(number, Event::Unusual));
    let entries = unusual.chain([finding(many, Event::BreakGlassStart), finding(many + 1, Event::Unusual)]).collect();
    let activity = count(Measures::default(), entries);
    let all = FindingCounts { emergencies: 1, others: many + 1, ..FindingCounts::default() };
    assert_eq!((activity.finding_total, activity.finding_total.open()), (all, many + 2));
    assert_eq!(activity.finding_days, BTreeMap::from([(Day(NOON / 86_400_000), all)]));
    assert_eq!((activity.findings.len(), activity.not_listed), (MAX_LISTED, 2));
    let emergency = |seen: &&SeenFinding| matches!(seen.subject, FindingSubject::Emergency { .. });
    assert_eq!(activity.findings.iter().filter(emergency).count(), 1);
}

#[test]
fn what_was_reviewed_leaves_the_list_first_and_is_counted_as_reviewed_wherever_it_stands() {
    let many = MAX_LISTED as u64;
    let mut entries: Vec<_> = (0..many).map(|number| finding(number, Event::Unusual)).collect();
    // Reviewed twice: it counts once. Its place is for the next; the one after that is beyond the list.
    entries.extend([finding(7, Event::Review), finding(7, Event::Review)]);
    entries.extend([finding(many, Event::Unusual), finding(many + 1, Event::Unusual)]);
    entries.extend([finding(many + 1, Event::Review), finding(many + 1, Event::Review)]);
    // An emergency takes the place of one that waits, which can still be reviewed.
    entries.extend([finding(many + 2, Event::BreakGlassStart), finding(0, Event::Review)]);
    entries.push(finding(many + 2, Event::Review));
    let activity = count(Measures::default(), entries);
    let all = FindingCounts { emergencies: 1, emergencies_reviewed: 1, others: many + 2, others_reviewed: 3 };
    assert_eq!((activity.finding_total, activity.finding_total.open()), (all, many - 1));
    assert_eq!((activity.findings.len(), activity.not_listed), (MAX_LISTED, 3));
    assert_eq!(activity.findings.iter().filter(|seen| seen.review.is_some()).count(), 1);
}

#[test]
fn the_longest_gaps_are_kept() {
    let measures = Measures { gap_hours: 2, ..Measures::default() };
    let mut at = NOON;
    let mut entries = vec![entry(at, Event::Read, 1, 1)];
    for hours in 1..=14 {
        at += hours * HOUR_MS;
        entries.push(entry(at, Event::Read, 1, 1));
    }
    let activity = count(measures, entries);
    let lengths: Vec<_> = activity.gaps.iter().map(|gap| (gap.to_ms - gap.from_ms) / HOUR_MS).collect();
    assert_eq!(lengths, (5..=14).rev().collect::<Vec<_>>());
    assert_eq!((activity.gaps[0].index, activity.gaps[0].to_ms), (14, at));
}

#[test]
fn what_is_beyond_the_lists_is_counted() {
    let entries = (0..MAX_APART as u64 + 5).map(|day| entry(day * 24 * HOUR_MS, Event::Read, 1, 1));
    let mut counter = ActivityCounter::new(Measures::default());
    entries.for_each(|entry| counter.read(&entry));
    let activity = counter.finish();
    assert_eq!((activity.days.len(), activity.not_apart), (MAX_APART, 5));
    assert_eq!(activity.total.looks, MAX_APART as u64 + 5);
}

#[test]
fn what_left_is_counted_by_day_and_what_was_refused_is_not() {
    let refused = Entry { outcome: Outcome::MinorFailure, ..entry(NOON, Event::Export, 1, 1) };
    let two = vec![entry(NOON, Event::Export, 1, 1), entry(NOON, Event::Export, 1, 2), refused];
    let activity = count(Measures::default(), two);
    assert_eq!(activity.exports, BTreeMap::from([(Day(NOON / 86_400_000), 2)]));
    assert_eq!((activity.total.looks, activity.total.denied), (2, 1));
}
