//! What holds for every policy that is accepted, however it came about.

use proptest::prelude::*;

use super::super::{AccessPolicy, Action, Compartment, Measure, Reach, check, is_of_cases};

/// A few changes to the standard policy, many of which break a rule.
#[derive(Debug, Clone)]
enum Edit {
    Reach(usize, usize, usize),
    Toggle(usize, usize),
    Emergency(usize),
    Unlimit(usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    prop_oneof![
        4 => (0..12_usize, 0..12_usize, 0..4_usize).prop_map(|(role, compartment, reach)| Edit::Reach(role, compartment, reach)),
        4 => (0..12_usize, 0..Action::ALL.len()).prop_map(|(role, action)| Edit::Toggle(role, action)),
        1 => (0..13_usize).prop_map(Edit::Emergency),
        1 => (0..12_usize).prop_map(Edit::Unlimit),
    ]
}

fn edited(edits: &[Edit]) -> AccessPolicy {
    let mut policy = AccessPolicy::standard();
    for edit in edits {
        match *edit {
            Edit::Reach(role, compartment, reach) => {
                policy.roles[role].set_reach(Compartment::ALL[compartment], Reach::ALL[reach]);
            }
            Edit::Toggle(role, action) => {
                let actions = &mut policy.roles[role].actions;
                match actions.binary_search(&Action::ALL[action]) {
                    Ok(at) => drop(actions.drain(at..=at)),
                    Err(at) => actions.insert(at, Action::ALL[action]),
                }
            }
            Edit::Emergency(compartment) => {
                policy.emergency.compartments.retain(|named| *named != Compartment::ALL[compartment]);
                policy.emergency.compartments.push(Compartment::ALL[compartment]);
                policy.emergency.compartments.sort_unstable();
            }
            Edit::Unlimit(role) => policy.roles[role].limits.steps.clear(),
        }
    }
    policy
}

proptest! {
    #[test]
    fn what_is_accepted_keeps_the_promises(edits in prop::collection::vec(edit(), 0..4)) {
        let policy = edited(&edits);
        let accepted = check::rules(&policy);
        prop_assert_eq!(AccessPolicy::decode(&policy.encode()).is_ok(), accepted.is_ok());
        if accepted.is_err() {
            return Ok(());
        }
        for role in policy.roles() {
            let reach = |compartment| role.reach(compartment);
            let reads_log = reach(Compartment::Oversight).reads();
            prop_assert!(!(reads_log && reach(Compartment::Identity).reads()));
            prop_assert!(!(reads_log && role.may(Action::BreakGlass)));
            let writes = Compartment::ALL.iter().any(|compartment| *compartment != Compartment::Roster && reach(*compartment).writes());
            prop_assert!(!writes || reach(Compartment::Oversight).writes(), "no entry, no access");
            if role.may(Action::ManageMembers) || role.name().as_str() == "host-administrator" {
                prop_assert!(!role.reads_anything());
            }
            if Compartment::ALL.iter().any(|compartment| is_of_cases(*compartment) && reach(*compartment).reads()) {
                prop_assert!(role.limits().of(Measure::RecordsPerHour).next().is_some());
            }
        }
        prop_assert!(policy.emergency().compartments.iter().all(|compartment| is_of_cases(*compartment)));
        prop_assert!(policy.roles_that_may(Action::ReadLog).next().is_some());
    }

    #[test]
    fn forms_agree_and_differences_are_told(edits in prop::collection::vec(edit(), 0..4)) {
        let (standard, policy) = (AccessPolicy::standard(), edited(&edits));
        if check::rules(&policy).is_ok() {
            prop_assert_eq!(AccessPolicy::decode(&policy.encode()), Ok(policy.clone()));
            let text = policy.to_toml();
            prop_assert_eq!(AccessPolicy::parse(&text), Ok(policy.clone()));
        }
        prop_assert_eq!(standard.changes(&policy).is_empty(), standard == policy);
        prop_assert_eq!(policy.changes(&standard).len(), standard.changes(&policy).len());
    }

    #[test]
    fn no_bytes_and_no_text_bring_it_down(bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..4000_usize, with in any::<u8>()) {
        let _ = AccessPolicy::decode(&bytes);
        let _ = AccessPolicy::parse(&String::from_utf8_lossy(&bytes));
        let mut stored = AccessPolicy::standard().encode();
        let at = at % stored.len();
        stored[at] = with;
        if let Ok(policy) = AccessPolicy::decode(&stored) {
            prop_assert_eq!(policy.encode(), stored);
        }
    }
}
