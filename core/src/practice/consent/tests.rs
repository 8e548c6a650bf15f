use super::*;
use crate::error::Diagnosis;
use crate::model::{CodeListName, Coded, PartialDate, Text, Timestamp, catalogue, code_lists};

mod table;

const NOW: &str = "2026-03-02T02:00:00Z";

pub(super) fn code<L: CodeListName>(text: &str) -> Coded<L> {
    Coded::new(text).unwrap()
}

pub(super) fn at(time: &str) -> Timestamp {
    Timestamp::parse(time).unwrap()
}

pub(super) fn id(number: u8) -> RecordId {
    RecordId::from_bytes([number; 16])
}

pub(super) fn texts(list: &[&str]) -> Vec<Text> {
    list.iter().map(|text| Text::new(text).unwrap()).collect()
}

/// An answer to a referral to the clinic, that covers what [`referral`] asks for.
pub(super) fn answer(giver: &str, decision: &str) -> Consent {
    Consent {
        giver: Some(code(giver)),
        purpose: Some(code("referral")),
        decision: Some(code(decision)),
        service: Some(code("psychosocial")),
        guardian: (giver == "guardian").then(|| id(200)),
        guardian_conflict: (giver == "guardian").then(|| code("none")),
        recipients: texts(&["The  Clinic"]),
        scope_fields: texts(&["child.given_name", "guardian.*"]),
        given_at: Some(at("2026-03-01T02:00:00Z")),
        ..Consent::default()
    }
}

pub(super) fn referral() -> Disclosure {
    Disclosure {
        purpose: "referral".into(),
        recipient_kind: "service_provider".into(),
        recipient: "the clinic".into(),
        service: Some("psychosocial".into()),
        fields: vec!["child.given_name".into(), "guardian.phones".into()],
    }
}

pub(super) fn on(ground: &str) -> Override {
    Override { ground: code(ground), reason: Narrative::new("A child is in danger").unwrap(), authorisation: id(9) }
}

fn judged(consents: Vec<Consent>, disclosure: &Disclosure) -> Result<Basis, ConsentError> {
    let consents: Vec<_> = consents.into_iter().zip(1..).map(|(consent, number)| (id(number), consent)).collect();
    let answers = Answers { consents: &consents, suspects: &[], of_several: &[] };
    decide(disclosure, &answers, None, consent_rules(), at(NOW))
}

fn both() -> Vec<Consent> {
    vec![answer("child_assent", "agreed"), answer("guardian", "agreed")]
}

#[test]
fn what_both_agreed_to_is_told_and_nothing_else() {
    assert_eq!(judged(both(), &referral()), Ok(Basis::Consent(vec![id(1), id(2)])));
    let wider = |field: &str| Disclosure { fields: vec!["child.given_name".into(), field.into()], ..referral() };
    assert_eq!(judged(both(), &wider("child.phones")), Err(ConsentError::FieldNotCovered("child.phones".into())));
    let other = Disclosure { recipient: "Another clinic".into(), ..referral() };
    assert_eq!(judged(both(), &other), Err(ConsentError::RecipientNotCovered));
    let shelter = Disclosure { service: Some("shelter".into()), ..referral() };
    assert_eq!(judged(both(), &shelter), Err(ConsentError::ChildNotAsked), "an answer about another service is none");
    let general = |giver| Consent { service: None, ..answer(giver, "agreed") };
    let unsaid = judged(vec![general("child_assent"), general("guardian")], &referral());
    assert_eq!(unsaid, Err(ConsentError::ServiceNotCovered));
    let nothing = |consent: Consent| Consent { scope_fields: Vec::new(), ..consent };
    let silent = judged(both().into_iter().map(nothing).collect(), &referral());
    assert_eq!(silent, Err(ConsentError::FieldNotCovered("child.given_name".into())), "silence is a no");
}

#[test]
fn what_no_recipient_of_a_kind_is_told_no_ground_tells() {
    let with = |change: fn(&mut Disclosure)| {
        let mut disclosure = referral();
        change(&mut disclosure);
        let answers = Answers { consents: &[], suspects: &[], of_several: &[] };
        decide(&disclosure, &answers, Some(&on("court_order")), consent_rules(), at(NOW)).unwrap_err()
    };
    let recipient = || String::from("service_provider");
    let refused = with(|disclosure| disclosure.fields = vec!["statement.body".into()]);
    assert_eq!(refused, ConsentError::FieldNotForRecipient { recipient: recipient(), field: "statement.body".into() });
    let refused = with(|disclosure| disclosure.purpose = "share".into());
    assert_eq!(refused, ConsentError::PurposeNotForRecipient { recipient: recipient(), purpose: "share".into() });
    assert_eq!(with(|disclosure| disclosure.purpose = "fun".into()), ConsentError::UnknownPurpose);
    let kind = with(|disclosure| disclosure.recipient_kind = "newspaper".into());
    assert_eq!(kind, ConsentError::UnknownRecipient);
    let field = with(|disclosure| disclosure.fields.push("child.secret".into()));
    assert_eq!(field, ConsentError::UnknownField);
    assert_eq!(with(|disclosure| disclosure.fields.clear()), ConsentError::Nothing);
    assert_eq!(with(|disclosure| disclosure.recipient = " ".into()), ConsentError::Nothing);
    let answers = Answers { consents: &[], suspects: &[], of_several: &[] };
    let ground = |ground| decide(&referral(), &answers, Some(&on(ground)), consent_rules(), at(NOW));
    let no_ground = ConsentError::GroundNotForRecipient { ground: "legal_duty".into(), recipient: recipient() };
    assert_eq!(ground("legal_duty"), Err(no_ground));
    assert_eq!(ground("a_whim"), Err(ConsentError::UnknownGround));
    let despite = vec![ConsentError::ChildNotAsked, ConsentError::GuardianNotAsked];
    assert_eq!(ground("court_order"), Ok(Basis::Ground { ground: "court_order".into(), despite }));
}

#[test]
fn nobody_but_the_evidence_side_is_ever_told_what_the_child_told() {
    for recipient in consent_rules().recipients() {
        for spec in catalogue().records() {
            for field in spec.fields {
                let path = format!("{}.{}", spec.name(), field.name);
                if field.compartment.name() == "narrative" && recipient.may_be_told(&path, field) {
                    let evidence = ["police_unit", "prosecutor", "court"];
                    assert!(evidence.contains(&recipient.code.as_str()), "{} {path}", recipient.code);
                }
                if field.class.name() == "direct" {
                    assert!(recipient.code != "researcher" || !recipient.may_be_told(&path, field), "{path}");
                }
            }
        }
    }
}

#[test]
fn the_newest_answer_counts_and_a_withdrawal_ends_it() {
    let child = |decision: &str, day: &str| Consent { given_at: Some(at(day)), ..answer("child_assent", decision) };
    let (early, late, later) = ("2026-02-01T02:00:00Z", "2026-02-10T02:00:00Z", "2026-04-01T02:00:00Z");
    let guardian = || answer("guardian", "agreed");
    let of = |answers: Vec<Consent>| judged(answers.into_iter().chain([guardian()]).collect(), &referral());
    assert_eq!(of(vec![child("refused", early), child("agreed", late)]), Ok(Basis::Consent(vec![id(2), id(3)])));
    assert_eq!(of(vec![child("agreed", early), child("refused", late)]), Err(ConsentError::ChildRefused));
    assert_eq!(of(vec![child("agreed", early), child("refused", early)]), Err(ConsentError::ChildRefused));
    assert_eq!(of(vec![child("agreed", later)]), Err(ConsentError::ChildNotAsked), "not given yet");
    let withdrawn = Consent { withdrawn_at: Some(at(late)), ..child("withdrawn", early) };
    assert_eq!(of(vec![withdrawn.clone()]), Err(ConsentError::ChildWithdrew));
    assert_eq!(of(vec![withdrawn, child("agreed", "2026-02-05T02:00:00Z")]), Err(ConsentError::ChildWithdrew));
    let replaced = Consent { supersedes: Some(id(1)), ..child("agreed", early) };
    assert_eq!(of(vec![child("refused", late), replaced]), Ok(Basis::Consent(vec![id(2), id(3)])));
}

#[test]
fn a_no_counts_at_once_whatever_its_date() {
    let no = |given: Option<&str>| Consent { given_at: given.map(at), ..answer("child_assent", "refused") };
    let of = |more: Vec<Consent>| judged(both().into_iter().chain(more).collect(), &referral());
    assert_eq!(of(vec![no(None)]), Err(ConsentError::ChildRefused), "it may be the newest");
    let ahead = "2026-03-02T09:00:00Z";
    assert_eq!(of(vec![no(Some(ahead))]), Err(ConsentError::ChildRefused), "local time, written as UTC");
    let back = Consent { withdrawn_at: Some(at(ahead)), ..both().remove(0) };
    assert_eq!(of(vec![back]), Err(ConsentError::ChildWithdrew));
    let undecided = Consent { given_at: None, ..answer("child_assent", "deferred") };
    assert_eq!(of(vec![undecided]), Err(ConsentError::ChildUndecided));
    let guardian = Consent { given_at: None, ..answer("guardian", "refused") };
    assert_eq!(of(vec![guardian]), Err(ConsentError::GuardianRefused));
    // Whoever said it takes it back: a newer answer in the place of that one.
    let again = Consent { supersedes: Some(id(3)), ..answer("child_assent", "agreed") };
    assert!(of(vec![no(None), again.clone()]).is_ok());
    let later = Consent { given_at: Some(at(ahead)), ..again.clone() };
    assert_eq!(of(vec![no(None), later]), Err(ConsentError::ChildRefused), "that yes is not given yet");
    let photo = Consent { purpose: Some(code("photo")), ..again.clone() };
    assert_eq!(of(vec![no(None), photo]), Err(ConsentError::ChildRefused), "it is about something else");
    for of_whom in ["guardian", "court"] {
        let not_theirs = Consent { supersedes: Some(id(3)), ..answer(of_whom, "agreed") };
        assert_eq!(of(vec![no(None), not_theirs]), Err(ConsentError::ChildRefused), "{of_whom}");
    }
}

#[test]
fn whom_to_keep_it_from_is_for_the_child_to_change() {
    let mut consents = both();
    consents[0].withhold_from = texts(&["The clinic"]);
    let guardian = Consent { supersedes: Some(id(1)), ..answer("guardian", "agreed") };
    consents.extend([answer("child_assent", "agreed"), guardian]);
    assert_eq!(judged(consents.clone(), &referral()), Err(ConsentError::Withheld));
    consents.push(Consent { supersedes: Some(id(1)), ..answer("child_assent", "agreed") });
    assert!(judged(consents, &referral()).is_ok());
}

#[test]
fn an_answer_of_which_nobody_knows_whose_it_is_is_no_yes_and_can_be_a_no() {
    let of = |consents: Vec<Consent>, of_several: &[RecordId]| {
        let consents: Vec<_> = consents.into_iter().zip(1..).map(|(consent, number)| (id(number), consent)).collect();
        let answers = Answers { consents: &consents, suspects: &[], of_several };
        decide(&referral(), &answers, None, consent_rules(), at(NOW))
    };
    assert_eq!(of(both(), &[id(1)]), Err(ConsentError::ChildNotAsked));
    assert_eq!(of(both(), &[id(2)]), Err(ConsentError::GuardianNotAsked));
    let with = |more: Consent| both().into_iter().chain([more]).collect();
    let refused = of(with(answer("child_assent", "refused")), &[id(3)]);
    assert_eq!(refused, Err(ConsentError::ChildRefused));
    let keep_from = Consent { withhold_from: texts(&["The clinic"]), ..answer("child_assent", "agreed") };
    assert_eq!(of(with(keep_from), &[id(3)]), Err(ConsentError::Withheld));
    let mut replaced = both();
    replaced.push(answer("child_assent", "refused"));
    replaced.push(Consent { supersedes: Some(id(3)), ..answer("child_assent", "agreed") });
    assert_eq!(of(replaced, &[id(4)]), Err(ConsentError::ChildRefused), "nor does it replace one");
}

#[test]
fn answers_expire() {
    let until = |date: &str| Consent { valid_until: PartialDate::parse(date).ok(), ..answer("child_assent", "agreed") };
    let of = |child| judged(vec![child, answer("guardian", "agreed")], &referral());
    for holds in ["2026-03-02", "2026-03", "2026~"] {
        assert!(of(until(holds)).is_ok(), "{holds}");
    }
    assert_eq!(of(until("2026-03-01")), Err(ConsentError::ChildExpired));
    let given = |date: &str| Consent { given_at: Some(at(date)), ..answer("child_assent", "agreed") };
    assert!(of(given("2025-12-02T02:00:00Z")).is_ok(), "90 days");
    assert_eq!(of(given("2025-12-02T01:59:59Z")), Err(ConsentError::ChildExpired));
    let undated = Consent { given_at: None, ..answer("child_assent", "agreed") };
    assert_eq!(of(undated), Err(ConsentError::ChildExpired));
}

#[test]
fn whom_the_child_names_learns_nothing() {
    let mut consents = both();
    consents[0].withhold_from = texts(&["THE CLINIC"]);
    assert_eq!(judged(consents.clone(), &referral()), Err(ConsentError::Withheld));
    // Also if it was said about something else.
    consents[0].withhold_from.clear();
    let elsewhere = Consent {
        purpose: Some(code("photo")),
        withhold_from: texts(&["The clinic"]),
        ..answer("child_assent", "refused")
    };
    consents.push(elsewhere);
    assert_eq!(judged(consents, &referral()), Err(ConsentError::Withheld));
}

#[test]
fn of_several_guardians_only_those_without_a_part_in_it_count() {
    let guardian = |number, decision: &str, conflict: &str| Consent {
        guardian: Some(id(number)),
        guardian_conflict: Some(code(conflict)),
        ..answer("guardian", decision)
    };
    let of = |guardians: Vec<Consent>, suspects: &[RecordId]| {
        let all = [answer("child_assent", "agreed")].into_iter().chain(guardians);
        let consents: Vec<_> = all.zip(1..).map(|(consent, number)| (id(number), consent)).collect();
        decide(&referral(), &Answers { consents: &consents, suspects, of_several: &[] }, None, consent_rules(), at(NOW))
    };
    let told = Ok(Basis::Consent(vec![id(1), id(3)]));
    assert_eq!(of(vec![guardian(100, "refused", "suspect"), guardian(101, "agreed", "none")], &[]), told, "no veto");
    assert_eq!(of(vec![guardian(100, "refused", "none"), guardian(101, "agreed", "none")], &[id(100)]), told);
    let both = of(vec![guardian(100, "refused", "none"), guardian(101, "agreed", "none")], &[]);
    assert_eq!(both, Err(ConsentError::GuardianRefused));
    assert_eq!(of(vec![guardian(100, "agreed", "none")], &[id(100)]), Err(ConsentError::GuardianInConflict));
    assert_eq!(of(vec![guardian(100, "agreed", "unknown")], &[]), Err(ConsentError::GuardianNotChecked));
    // A mark counts whatever else the answer that has it is worth: of one among several children, or dated ahead.
    let ahead = Consent { given_at: Some(at("2026-03-02T09:00:00Z")), ..guardian(100, "agreed", "suspect") };
    for (marked, of_several) in [(guardian(100, "agreed", "suspect"), vec![id(3)]), (ahead, vec![])] {
        let consents = [answer("child_assent", "agreed"), guardian(100, "agreed", "none"), marked];
        let consents: Vec<_> = consents.into_iter().zip(1..).map(|(consent, number)| (id(number), consent)).collect();
        let answers = Answers { consents: &consents, suspects: &[], of_several: &of_several };
        let judged = decide(&referral(), &answers, None, consent_rules(), at(NOW));
        assert_eq!(judged, Err(ConsentError::GuardianInConflict));
    }
}

#[test]
fn what_a_file_may_not_say_is_named() {
    let refused = |from: &str, to: &str| {
        assert!(SHIPPED.contains(from), "{from}");
        ConsentRules::parse(&SHIPPED.replacen(from, to, 1)).unwrap_err()
    };
    let unknown = |place: &str, name: &str| ConsentFileError::Unknown { place: place.into(), name: name.into() };
    assert!(matches!(refused("[[purpose]]", "[[purposes]]"), ConsentFileError::Toml(_)));
    assert_eq!(refused("version = 1", "version = 2"), ConsentFileError::Version(2));
    assert_eq!(refused("code = \"interview\"", "code = \"party\""), unknown("purpose", "party"));
    assert_eq!(refused("code = \"interview\"", "code = \"share\""), ConsentFileError::Duplicate("share".into()));
    assert_eq!(refused("\"colluding\"", "\"friendly\""), unknown("conflicts", "friendly"));
    assert_eq!(refused("valid_days = 30", "valid_days = 0"), ConsentFileError::Range("interview".into()));
    assert_eq!(refused("\"child.nickname\"", "\"child.nick\""), unknown("service_provider", "child.nick"));
    assert_eq!(
        refused("compartments = [\"referral\"]", "compartments = [\"all\"]"),
        unknown("service_provider", "all")
    );
    assert_eq!(refused("never = [\"narrative\"]", "never = [\"words\"]"), unknown("social_affairs", "words"));
    assert_eq!(
        refused("recipients = [\"service_provider\"", "recipients = [\"press\""),
        unknown("imminent_danger", "press")
    );
}

#[test]
fn every_purpose_and_ground_of_the_lists_has_a_rule() {
    for entry in &code_lists().list("consent_purpose").unwrap().entries {
        assert!(consent_rules().purpose(&entry.code).is_some(), "{}", entry.code);
    }
    let grounds = &code_lists().list("override_ground").unwrap().entries;
    assert_eq!(consent_rules().grounds().len(), grounds.len());
}

#[test]
fn nothing_prints_whom() {
    assert_eq!(format!("{:?}", referral()), "Disclosure(\"referral\" to a \"service_provider\", redacted)");
    assert!(ConsentError::RecipientNotCovered.advice().ends_with('.'));
}
