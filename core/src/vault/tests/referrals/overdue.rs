//! Overdue referrals: found once for each reason, settled by what helps, and found again.

use super::*;
use crate::access::{FindingKind, OverdueWhy, ReviewOutcome};
use crate::practice::referrals::Overdue;

fn hours_ago(desk: &Desk, hours: i64) -> Option<Timestamp> {
    let now = i64::try_from(desk.session.vault().clock().0).unwrap();
    Timestamp::from_milliseconds(now - hours * 3_600_000).ok()
}

/// A referral that was sent, then said to have been made so long ago.
fn sent_long_ago(desk: &Desk, hours: i64) -> (RecordId, SentReferral) {
    let id = desk.referral("within_24h");
    let sent = desk.send(id);
    let made = Referral { made_at: hours_ago(desk, hours), ..desk.now(id) };
    desk.session.amend(id, &made, &access()).unwrap();
    (id, sent)
}

#[test]
fn it_is_found_once_and_settled_by_the_answer() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let (late, sent) = sent_long_ago(&desk, 30);
    let (in_time, _) = sent_long_ago(&desk, 3);
    let first = desk.session.overdue_referrals(&access()).unwrap();
    assert_eq!((first.looked_at, first.closed_cases, first.settled), (2, 0, 0));
    let found = &first.overdue[..];
    assert_eq!(
        found.iter().map(|one| (one.referral, one.why, one.new)).collect::<Vec<_>>(),
        [(late, Overdue::NotBegun, true)]
    );
    let again = desk.session.overdue_referrals(&access()).unwrap();
    assert_eq!((again.overdue[0].finding, again.overdue[0].new), (found[0].finding, false), "opened once");

    let supervisor = desk.team.sign_in(&desk.team.enrol("unit-supervisor"));
    let open = supervisor.findings(true, &super::super::members::supervise()).unwrap();
    let kinds: Vec<_> = open.iter().map(|finding| finding.opened.kind).collect();
    assert_eq!(kinds, [FindingKind::OverdueReferral { referral: late, why: OverdueWhy::NotBegun }]);
    desk.answers(&sent, 1, "in_service").unwrap();
    let all = |open| supervisor.findings(open, &super::super::members::supervise()).unwrap();
    assert!(all(true).is_empty());
    let settled = all(false).remove(0);
    assert!(!settled.is_open() && settled.review.is_none());
    assert_eq!(settled.settled.unwrap().member, desk.session.member());
    let review =
        supervisor.review_finding(settled.id, ReviewOutcome::Justified, "", &super::super::members::supervise());
    assert_eq!(code(review), AccessError::AlreadyReviewed.into());
    assert!(desk.session.overdue_referrals(&access()).unwrap().overdue.is_empty());
    let entries = desk.team.chief.log_entries(0, u64::MAX, &Access::for_purpose("audit")).unwrap();
    let about = |event| {
        entries
            .iter()
            .filter(|logged| {
                logged.entry.event == event && logged.entry.what.as_ref().is_some_and(|what| what.record == late)
            })
            .count()
    };
    assert_eq!((about(Event::Unusual), about(Event::Review)), (1, 1));
    assert!(desk.now(in_time).status == Some(coded("sent")));
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn an_answer_that_helps_nobody_settles_nothing() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let (late, sent) = sent_long_ago(&desk, 30);
    let first = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    desk.answers(&sent, 1, "received").unwrap();
    let supervisor = desk.team.sign_in(&desk.team.enrol("unit-supervisor"));
    let open = || {
        let open = supervisor.findings(true, &super::super::members::supervise()).unwrap();
        open.into_iter().map(|finding| finding.id).collect::<Vec<_>>()
    };
    assert_eq!(open(), [first.finding]);
    let again = desk.session.overdue_referrals(&access()).unwrap();
    assert_eq!((again.overdue[0].finding, again.overdue[0].new, again.settled), (first.finding, false, 0));
    // It began, and did not go on: late for the same reason once more, and somebody is told once more.
    desk.answers(&sent, 2, "in_service").unwrap();
    assert!(open().is_empty());
    desk.answers(&sent, 3, "no_show").unwrap();
    desk.answers(&sent, 4, "accepted").unwrap();
    let late_again = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    assert_eq!((late_again.referral, late_again.why, late_again.new), (late, Overdue::NotBegun, true));
    assert_ne!(late_again.finding, first.finding);
    assert_eq!(open(), [late_again.finding]);
    desk.team.chief.check(|_, _| ()).unwrap();
}

#[test]
fn a_new_reason_is_a_new_finding_and_anybody_else_may_look() {
    let desk = Desk::new();
    desk.agrees("agreed");
    let (id, sent) = sent_long_ago(&desk, 30);
    let first = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    // What nobody has answered is closed by a person; it is not opened again for the same reason.
    let supervisor = desk.team.sign_in(&desk.team.enrol("unit-supervisor"));
    let supervise = super::super::members::supervise();
    supervisor.review_finding(first.finding, ReviewOutcome::Referred, "Called the clinic", &supervise).unwrap();
    let again = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    assert_eq!((again.finding, again.new), (first.finding, false));
    assert!(supervisor.findings(true, &supervise).unwrap().is_empty());

    desk.answers(&sent, 1, "no_show").unwrap();
    let missed = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    assert_eq!((missed.why, missed.new), (Overdue::NoShow, true));
    assert_ne!(missed.finding, first.finding);
    // It is about nobody's conduct: who found it may close it, if they may review at all.
    let chief = desk.team.chief.overdue_referrals(&access()).unwrap();
    assert_eq!(chief.overdue[0].finding, missed.finding);
    desk.answers(&sent, 2, "unavailable").unwrap();
    let none = desk.session.overdue_referrals(&access()).unwrap().overdue.remove(0);
    assert_eq!(none.why, Overdue::NoService);
    let other = desk.referral("within_24h");
    desk.send(other);
    let settled = desk.session.overdue_referrals(&access()).unwrap();
    assert_eq!((settled.settled, settled.overdue.len()), (1, 0), "another service is under way");
    let monitor = desk.team.sign_in(&desk.team.enrol("room-monitor"));
    assert!(matches!(code(monitor.overdue_referrals(&access())), Error::Access(_)));
    let _ = id;
    desk.team.chief.check(|_, _| ()).unwrap();
}
