//! Whether the caseload is valid, repeatable and as large as asked.

use std::collections::BTreeMap;

use saferoom::model::{FieldBuffer, Record, validate};

use super::*;

fn stations() -> Vec<StationIds> {
    let id = |byte: u8| RecordId::from_bytes([byte; 16]);
    (0..5).map(|n| StationIds { station: id(n), room: id(10 + n), officers: vec![id(20 + n), id(30 + n)] }).collect()
}

fn bytes<R: Record>(record: &R) -> (usize, BTreeMap<u64, Vec<u8>>) {
    let mut fields = FieldBuffer::new();
    record.encode(&mut fields).unwrap();
    validate(R::spec(), &fields).unwrap();
    (fields.len(), fields.iter().map(|(number, bytes)| (number.get(), bytes.to_vec())).collect())
}

#[test]
fn every_record_is_valid_and_the_number_of_interviews_is_exact() {
    for interviews in [0, 1, 25, 570] {
        let cases = draw(interviews, &stations(), &mut Random::new(7));
        let mut count = 0;
        for case in &cases {
            assert!(bytes(&case.case).0 >= 18);
            assert!(!case.children.is_empty());
            for child in &case.children {
                assert!(bytes(&child.child).0 >= 20);
                for (index, (interview, statement)) in child.interviews.iter().enumerate() {
                    assert!(bytes(interview).0 >= 27);
                    assert!(bytes(statement).0 >= 9);
                    assert_eq!(interview.repeat_reason.is_some(), index > 0);
                    assert!(interview.started_at >= case.case.reported_at);
                    count += 1;
                }
            }
        }
        assert_eq!(count, interviews);
    }
}

#[test]
fn a_child_has_the_age_that_is_written_whenever_the_tour_runs() {
    let mut days = 0;
    for case in draw(570, &stations(), &mut Random::new(2023)) {
        let reported = PartialDate::parse(&case.case.reported_at.unwrap().to_text()[..10]).unwrap();
        for child in case.children {
            let birth = child.child.date_of_birth.unwrap();
            let Some(birthday) = birth.in_month().zip(birth.on_day()) else { continue };
            let is_later = Some(birthday) > reported.in_month().zip(reported.on_day());
            let age = reported.in_year() - birth.in_year() - u16::from(is_later);
            assert_eq!(child.child.age_band, code(band(age.into())));
            days += 1;
        }
    }
    assert!(days > 300, "{days}");
}

#[test]
fn the_same_seed_gives_the_same_caseload() {
    let all = |seed| {
        let cases = draw(60, &stations(), &mut Random::new(seed));
        cases.iter().map(|case| (bytes(&case.case), case.children.len())).collect::<Vec<_>>()
    };
    assert!(all(7) == all(7));
    assert!(all(7) != all(8));
}

#[test]
fn the_shares_are_as_in_life() {
    let cases = draw(2000, &stations(), &mut Random::new(1));
    let children: Vec<_> = cases.iter().flat_map(|case| &case.children).collect();
    let girls = children.iter().filter(|child| child.child.sex == code("female")).count();
    let again = children.iter().filter(|child| child.interviews.len() > 1).count();
    let percent = |part: usize| part * 100 / children.len();
    assert!((74..84).contains(&percent(girls)), "{}", percent(girls));
    assert!((9..20).contains(&percent(again)), "{}", percent(again));
}
