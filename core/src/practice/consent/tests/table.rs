//! Every combination of answers, against rules that are written down here a second time, in another way.

use super::*;

const DECISIONS: [Option<&str>; 6] =
    [None, Some("agreed"), Some("partly"), Some("refused"), Some("deferred"), Some("withdrawn")];
const CONFLICTS: [Option<&str>; 6] =
    [None, Some("none"), Some("suspect"), Some("colluding"), Some("absent"), Some("unknown")];
const GROUNDS: [Option<&str>; 5] =
    [None, Some("imminent_danger"), Some("legal_duty"), Some("court_order"), Some("best_interest_decision")];

fn said(giver: &str, purpose: &str, decision: &str, conflict: Option<&str>) -> Consent {
    let mut consent = answer(giver, decision);
    consent.purpose = Some(code(purpose));
    consent.guardian_conflict = conflict.map(code);
    consent.withdrawn_at = (decision == "withdrawn").then(|| at("2026-03-01T12:00:00Z"));
    consent
}

fn yes(decision: Option<&str>) -> bool {
    matches!(decision, Some("agreed" | "partly"))
}

fn no(decision: Option<&str>) -> bool {
    matches!(decision, Some("refused" | "withdrawn"))
}

/// Whether it may be told without a ground, in plain words.
fn may_be_told(row: &Row) -> bool {
    let Row { purpose, child, mature, guardian, conflict, suspect, court, .. } = *row;
    let barred = suspect || matches!(conflict, Some("suspect" | "colluding" | "absent"));
    let guardian_agrees = yes(guardian) && !barred && conflict == Some("none");
    let guardian_objects = no(guardian) && !barred;
    let alone = mature && purpose != "research_training_use";
    let adults =
        if yes(court) { true } else { court != Some("refused") && !guardian_objects && (guardian_agrees || alone) };
    yes(child) && adults
}

#[derive(Debug, Clone, Copy)]
struct Row {
    purpose: &'static str,
    recipient: &'static str,
    child: Option<&'static str>,
    mature: bool,
    guardian: Option<&'static str>,
    conflict: Option<&'static str>,
    suspect: bool,
    court: Option<&'static str>,
    ground: Option<&'static str>,
}

impl Row {
    fn decide(&self) -> Result<Basis, ConsentError> {
        let child = if self.mature { "child_alone_mature" } else { "child_assent" };
        let answers = [
            self.child.map(|decision| said(child, self.purpose, decision, None)),
            self.guardian.map(|decision| said("guardian", self.purpose, decision, self.conflict)),
            self.court.map(|decision| said("court", self.purpose, decision, None)),
        ];
        let consents: Vec<_> = answers.into_iter().flatten().zip(1..).map(|(one, number)| (id(number), one)).collect();
        let suspects = if self.suspect { vec![id(200)] } else { Vec::new() };
        let disclosure = Disclosure {
            purpose: self.purpose.into(),
            recipient_kind: self.recipient.into(),
            fields: vec!["child.sex".into()],
            ..referral()
        };
        let consents: Vec<_> = consents
            .into_iter()
            .map(|(id, consent)| (id, Consent { scope_fields: texts(&["child.sex"]), ..consent }))
            .collect();
        let ground = self.ground.map(on);
        let answers = Answers { consents: &consents, suspects: &suspects, of_several: &[] };
        decide(&disclosure, &answers, ground.as_ref(), consent_rules(), at(NOW))
    }
}

#[test]
fn every_combination_of_answers_is_decided_as_the_rules_say() {
    let mut rows = 0;
    let mut check = |row: Row| {
        let told = row.decide();
        let allowed = may_be_told(&row);
        match (row.ground, &told) {
            (_, Ok(Basis::Consent(answers))) => assert!(allowed && !answers.is_empty(), "{row:?}"),
            (Some(ground), Ok(Basis::Ground { ground: stated, despite })) => {
                assert!(!allowed && stated == ground && !despite.is_empty(), "{row:?}");
                // The child's no is never lost among the reasons.
                assert_eq!(
                    no(row.child),
                    despite
                        .iter()
                        .any(|one| { matches!(one, ConsentError::ChildRefused | ConsentError::ChildWithdrew) }),
                    "{row:?}"
                );
            }
            (None, Err(refused)) => assert!(!allowed && refused.can_be_overridden(), "{row:?} {refused:?}"),
            (Some(_), Err(refused)) => {
                let none = matches!(refused, ConsentError::GroundNotForRecipient { .. });
                assert!(!allowed && none && row.recipient != "police_unit", "{row:?} {refused:?}");
            }
            (None, Ok(Basis::Ground { .. })) => panic!("{row:?}: no ground was stated"),
        }
        if no(row.child) && row.ground.is_none() {
            let childs = matches!(told, Err(ConsentError::ChildRefused | ConsentError::ChildWithdrew));
            assert!(childs, "the child's no comes first: {row:?}");
        }
        rows += 1;
    };
    for (purpose, recipient) in [
        ("referral", "service_provider"),
        ("referral", "organisation"),
        ("share", "police_unit"),
        ("research_training_use", "researcher"),
    ] {
        for child in DECISIONS {
            for guardian in DECISIONS {
                for conflict in CONFLICTS {
                    for (mature, suspect) in [(false, false), (true, false), (false, true), (true, true)] {
                        for court in [None, Some("agreed"), Some("refused")] {
                            for ground in GROUNDS {
                                check(Row {
                                    purpose,
                                    recipient,
                                    child,
                                    mature,
                                    guardian,
                                    conflict,
                                    suspect,
                                    court,
                                    ground,
                                });
                            }
                        }
                    }
                }
            }
        }
    }
    assert_eq!(rows, 4 * 6 * 6 * 6 * 4 * 3 * 5);
}
