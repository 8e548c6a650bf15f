//! What an answer changes, and what it cannot.

use super::*;

const MADE: u64 = 1_772_416_800_000;
const HOUR: u64 = 3_600_000;

fn sent() -> Referral {
    Referral {
        service_type: Some(Coded::new("shelter").unwrap()),
        status: Some(Coded::new("sent").unwrap()),
        made_at: Some(time(MADE).unwrap()),
        ..Referral::default()
    }
}

fn answer(state: &str) -> ReferralAnswer {
    ReferralAnswer {
        ticket: vec![1],
        state: state.to_owned(),
        outcome: None,
        decline_reason: None,
        appointment_at: None,
        by: "Reception".to_owned(),
        at: MADE + HOUR,
        feedback: String::new(),
    }
}

fn now() -> Timestamp {
    time(MADE + 50 * HOUR).unwrap()
}

#[test]
fn answers_move_a_referral_on_and_never_back() {
    let received = answered(&sent(), &answer("received"), now()).unwrap();
    assert_eq!((received.received_at, received.received_by.unwrap().as_str()), (time(MADE + HOUR).ok(), "Reception"));
    assert_eq!(received.hours_to_receipt, Some(1));
    let appointment = ReferralAnswer { appointment_at: Some(MADE + 60 * HOUR), ..answer("accepted") };
    let accepted = answered(&sent(), &appointment, now()).unwrap();
    assert_eq!(accepted.appointment_at, time(MADE + 60 * HOUR).ok());
    let late = answered(&accepted, &answer("received"), now()).unwrap_err();
    let expected = ReferralError::Transition { from: "accepted".into(), to: "received".into(), by: Mover::Provider };
    assert_eq!(late, expected);
    let done =
        ReferralAnswer { outcome: Some("need_met".into()), feedback: "Three meetings".into(), ..answer("completed") };
    let completed = answered(&accepted, &done, now()).unwrap();
    assert_eq!(completed.completed_on, PartialDate::parse("2026-03-02").ok());
    assert_eq!(completed.provider_feedback.as_ref().unwrap().as_str(), "Three meetings");
    assert_eq!(completed.received_at, accepted.received_at, "when it arrived stays");
    assert_eq!(completed.hours_to_receipt, Some(1));
    assert!(answered(&completed, &answer("in_service"), now()).is_err());
    let proposed = Referral { status: Some(Coded::new("proposed").unwrap()), ..sent() };
    assert!(answered(&proposed, &answer("accepted"), now()).is_err(), "nobody sent it");
}

#[test]
fn the_clock_of_a_service_is_bounded_by_ours() {
    let early = ReferralAnswer { at: 5, ..answer("received") };
    let early = answered(&sent(), &early, now()).unwrap();
    assert_eq!((early.received_at, early.hours_to_receipt), (sent().made_at, Some(0)));
    let begun = ReferralAnswer { at: MADE + 24 * HOUR + 1, ..answer("received") };
    assert_eq!(answered(&sent(), &begun, now()).unwrap().hours_to_receipt, Some(25), "a begun hour counts");
    let late = ReferralAnswer { at: MADE + 1000 * HOUR, ..answer("completed") };
    let late = answered(&sent(), &late, now()).unwrap();
    assert_eq!((late.received_at, late.completed_on), (Some(now()), PartialDate::parse("2026-03-04").ok()));
    let never = ReferralAnswer { at: u64::MAX, ..answer("received") };
    assert_eq!(answered(&sent(), &never, now()), Err(ReferralError::Time));
    let never = ReferralAnswer { appointment_at: Some(u64::MAX), ..answer("accepted") };
    assert_eq!(answered(&sent(), &never, now()), Err(ReferralError::Time));
}

#[test]
fn what_is_in_no_list_is_refused_and_a_refusal_has_a_reason() {
    let unknown = |code: &str| Err(ReferralError::UnknownCode(code.to_owned()));
    let outcome = ReferralAnswer { outcome: Some("cured".into()), ..answer("completed") };
    assert_eq!(answered(&sent(), &outcome, now()), unknown("cured"));
    let reason = ReferralAnswer { decline_reason: Some("no_bed".into()), ..answer("rejected") };
    assert_eq!(answered(&sent(), &reason, now()), unknown("no_bed"));
    assert_eq!(answered(&sent(), &answer("lost"), now()), Err(ReferralError::UnknownState("lost".into())));
    let refused = answered(&sent(), &answer("rejected"), now()).unwrap();
    assert_eq!(refused.decline_reason.unwrap().code().as_str(), "not_stated");
}

#[test]
fn the_station_moves_it_as_far_as_the_rules_go() {
    let withdrawn = moved(&sent(), &Coded::new("revoked").unwrap(), None).unwrap();
    assert_eq!(withdrawn.status.as_ref().unwrap().code().as_str(), "revoked");
    let back = moved(&withdrawn, &Coded::new("in_service").unwrap(), None);
    assert!(matches!(back, Err(ReferralError::Transition { by: Mover::Station, .. })));
    let declined = moved(&sent(), &Coded::new("declined_by_child").unwrap(), Some(&Coded::new("too_far").unwrap()));
    assert_eq!(declined.unwrap().decline_reason.unwrap().code().as_str(), "too_far");
}
