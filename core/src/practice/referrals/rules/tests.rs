//! The rules that are shipped, and what is wrong with others.

use proptest::prelude::*;

use super::*;
use crate::error::Diagnosis;

fn codes(list: &str) -> Vec<String> {
    code_lists().list(list).unwrap().entries.iter().map(|entry| entry.code.clone()).collect()
}

#[test]
fn every_state_urgency_and_service_has_a_rule() {
    let rules = referral_rules();
    assert_eq!(rules.state.iter().map(|rule| rule.code.clone()).collect::<Vec<_>>().len(), 13);
    for code in codes("referral_status") {
        assert!(rules.state(&code).is_some(), "{code}");
    }
    for code in codes("referral_urgency") {
        assert!(rules.urgency.iter().any(|rule| rule.code == code), "{code}");
    }
    for code in codes("service_type") {
        assert!(rules.service.iter().any(|rule| rule.code == code), "{code}");
    }
}

#[test]
fn what_ended_is_over_and_a_service_moves_only_what_was_sent() {
    let rules = referral_rules();
    for state in codes("referral_status") {
        let (station, provider) = (rules.ways(&state, Mover::Station), rules.ways(&state, Mover::Provider));
        let over = matches!(rules.stage(&state), Stage::Completed | Stage::Ended);
        assert_eq!(over || state == "proposed", provider.is_empty(), "{state}");
        // What could not be had, or expired, can be sent again; nothing else begins anew.
        let again = station.iter().all(|to| to == "sent" || to == "revoked");
        assert!(!over || again, "{state}");
        for never in ["proposed", "declined_by_child", "declined_by_guardian", "revoked", "expired", "sent"] {
            assert!(!provider.iter().any(|to| to == never), "{state} to {never} is not for a service to say");
        }
    }
}

#[test]
fn what_is_urgent_or_of_an_urgent_service_is_due_sooner() {
    let rules = referral_rules();
    assert_eq!(rules.hours(Some("within_24h"), "education"), 24);
    assert_eq!(rules.hours(None, "shelter"), 24);
    assert_eq!(rules.hours(None, "education"), 720);
    assert_eq!(rules.hours(Some("of a newer list"), "shelter"), 24);
    assert_eq!(rules.hours(None, "of a newer list"), 720);
}

#[test]
fn what_is_wrong_in_a_file_is_named() {
    let wrong = |from: &str, to: &str| {
        let changed = SHIPPED.replacen(from, to, 1);
        assert_ne!(changed, SHIPPED);
        ReferralRules::parse(&changed).unwrap_err()
    };
    let code = |list, code: &str| ReferralFileError::Code { list, code: code.to_owned() };
    assert_eq!(wrong("version = 1", "version = 2"), ReferralFileError::Version(2));
    assert!(matches!(wrong("stage = \"proposed\"", "stage = \"begun\""), ReferralFileError::Toml(_)));
    assert_eq!(wrong("\"sent\", \"declined", "\"posted\", \"declined"), code("referral_status", "posted"));
    assert_eq!(wrong("code = \"received\"", "code = \"sent\""), code("referral_status", "sent"));
    assert_eq!(wrong("code = \"within_7d\"", "code = \"soon\""), code("referral_urgency", "soon"));
    assert_eq!(wrong("hours = 24\n", "hours = 0\n"), ReferralFileError::Hours("within_24h".into()));
    let codes = [wrong("version = 1", "version = 2").code(), wrong("hours = 24\n", "hours = 0\n").code()];
    assert_eq!(codes, [1471, 1473]);
}

proptest! {
    #[test]
    fn a_transition_is_what_the_file_says(from in "[a-z_]{1,12}|sent|accepted|no_show", to in "[a-z_]{1,12}|completed|sent") {
        let rules = referral_rules();
        for by in [Mover::Station, Mover::Provider] {
            let known = |state: &str| rules.state(state).is_some();
            let expected = match (known(&from), known(&to)) {
                (false, _) => Err(ReferralError::UnknownState(from.clone())),
                (_, false) => Err(ReferralError::UnknownState(to.clone())),
                _ if rules.ways(&from, by).contains(&to) => Ok(()),
                _ => Err(ReferralError::Transition { from: from.clone(), to: to.clone(), by }),
            };
            prop_assert_eq!(rules.transition(&from, &to, by), expected);
        }
    }
}
