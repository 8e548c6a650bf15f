//! Searching end to end in one process; attacks on the file are in `tests/`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::across::{HOUR, PER_HOUR};
use super::*;
use crate::access::AccessError;
use crate::keys::{Clock, Identity, KeyStore, MemoryKeyStore};
use crate::log::{DetailKey, DetailValue};
use crate::model::records::{Case, Child, ChildRole, Officer, Sex, Unit};
use crate::model::search::SearchError;
use crate::model::{Compartment, DynamicRecord, FormDocument, PartialDate, PlaceCode, SearchKind, Text};
use crate::vault::{Host, Vault};

/// A clock that stands still until it is set.
#[derive(Clone, Default)]
struct Hands(Arc<AtomicU64>);

impl Clock for Hands {
    fn wall_milliseconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    fn monotonic_milliseconds(&self) -> u64 {
        0
    }
}

struct Station {
    _folder: tempfile::TempDir,
    founder: Identity,
    vault: Vault,
    hands: Hands,
    keys: Arc<MemoryKeyStore>,
}

impl Station {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (founder, hands, keys) = (Identity::generate(), Hands::default(), Arc::new(MemoryKeyStore::default()));
        hands.0.store(1_700_000_000_000, Ordering::Relaxed);
        let host = Host::with_shared(keys.clone()).with_clock(hands.clone());
        let unit = Unit { name: Some(text("Example unit")), ..Unit::default() };
        let vault =
            Vault::create(&folder.path().join("v"), host, &founder, "police.example.org/audit/1", &unit).unwrap();
        Self { _folder: folder, founder, vault, hands, keys }
    }

    fn session(&self) -> Session {
        self.vault.sign_in(&self.founder).unwrap()
    }
}

fn text(text: &str) -> Text {
    Text::new(text).unwrap()
}

fn access() -> Access {
    Access::for_purpose("investigation")
}

fn named(family: &str, given: &str) -> Child {
    Child {
        family_name_latin: Some(text(family)),
        given_name_latin: Some(text(given)),
        sex: Some(Sex::new("female").unwrap()),
        role: Some(ChildRole::new("victim").unwrap()),
        ..Child::default()
    }
}

fn record(session: &Session, child: &Child) -> (RecordId, RecordId) {
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    (case, session.create(Some(case), child, &access()).unwrap().record)
}

fn child() -> SearchQuery {
    SearchQuery::among(RecordKind::CHILD)
}

fn by_name(name: &str) -> SearchQuery {
    child().by(SearchKind::Name, name)
}

fn found(session: &Session, query: &SearchQuery) -> Vec<RecordId> {
    match session.search(query, &access()).unwrap() {
        SearchAnswer::Found(hits) => hits
            .into_iter()
            .map(|hit| match hit {
                SearchHit::Record(record) => record.id,
                SearchHit::PossibleEarlierRecord { .. } => panic!("cannot be opened"),
            })
            .collect(),
        SearchAnswer::TooMany { .. } => panic!("too many"),
    }
}

#[test]
fn a_child_is_found_by_whatever_is_known() {
    let station = Station::new();
    let session = station.session();
    let one = Child {
        family_name: Some(text("ចាន់")),
        given_name: Some(text("សុភ័ក្ត្រា")),
        nickname: Some(text("Popo")),
        date_of_birth: Some(PartialDate::parse("2014-05-17").unwrap()),
        national_id: Some(text("KH-0123/45")),
        phones: vec![text("012 345 678")],
        home_village: Some(PlaceCode::parse("12010203").unwrap()),
        ..named("Chan", "Sopheaktra")
    };
    let (case, id) = record(&session, &one);
    let (_, other) = record(&session, &named("Chan", "Kunvathana"));
    for query in [
        by_name("Sopheaktra Chann"),
        by_name("SOPHEAKTRA"),
        by_name("chan, sophia-ktra"),
        by_name("សុភក្ត្រា ចាន"),
        by_name("popo"),
        child().by(SearchKind::Phone, "+855 12 345 678"),
        child().by(SearchKind::Date, "២០១៤-០៥-១៧"),
        child().by(SearchKind::Exact, "kh 012345"),
        child().by(SearchKind::Place, "120102"),
        child().by_field("national_id", "KH012345"),
        child().by_field("family_name_latin", "Chan").by(SearchKind::Place, "12010203"),
        by_name("Chan").by(SearchKind::Date, "2014-05-17").by(SearchKind::Place, "12"),
    ] {
        assert_eq!(found(&session, &query), [id], "{query:?}");
    }
    for query in [
        by_name("Sopheaktra Kunvathana"),
        by_name("Sopheaktra").by(SearchKind::Date, "2013"),
        child().by_field("passport_number", "KH012345"),
        child().by_field("nickname", "Sopheaktra"),
        child().by(SearchKind::Phone, "012 345 679"),
    ] {
        assert!(found(&session, &query).is_empty(), "{query:?}");
    }
    assert_eq!(found(&session, &by_name("kunvathana chan")), [other]);
    let SearchAnswer::Found(hits) = session.search(&by_name("Popo Chan"), &access()).unwrap() else { panic!() };
    let fields = vec![FieldNumber::new(3), FieldNumber::new(5)];
    let expected = FoundRecord { id, kind: RecordKind::CHILD, parent: Some(case), case: Some(case), fields };
    let [SearchHit::Record(found)] = &hits[..] else { panic!("{hits:?}") };
    assert_eq!(*found, expected);
    session.check(|_, _| ()).unwrap();
}

#[test]
fn records_outside_of_cases_are_found_too() {
    let station = Station::new();
    let session = station.session();
    let officer = Officer { name: Some(text("Meas Kunvathana")), ..Officer::default() };
    let id = session.create(Some(session.unit()), &officer, &access()).unwrap().record;
    let query = SearchQuery::among(RecordKind::OFFICER).by(SearchKind::Name, "kunvathana meas");
    let SearchAnswer::Found(hits) = session.search(&query, &access()).unwrap() else { panic!() };
    let [SearchHit::Record(found)] = &hits[..] else { panic!("{hits:?}") };
    assert_eq!((found.id, found.case, found.parent), (id, None, Some(session.unit())));
    assert!(super::tests::found(&session, &by_name("kunvathana meas")).is_empty());
}

#[test]
fn a_new_revision_is_found_and_the_old_one_is_not() {
    let station = Station::new();
    let session = station.session();
    let (_, id) = record(&session, &named("Chan", "Sopheaktra"));
    session.amend(id, &named("Chan", "Kunvathana"), &access()).unwrap();
    assert_eq!(found(&session, &by_name("Chan Kunvathana")), [id]);
    assert!(found(&session, &by_name("Chan Sopheaktra")).is_empty());
    assert!(found(&session, &by_name("Sopheaktra")).is_empty());
    // The unit's own record has the mark of the index.
    let unit = Unit { name: Some(text("Another name")), ..Unit::default() };
    session.amend(session.unit(), &unit, &access()).unwrap();
    assert_eq!(found(&session, &by_name("Kunvathana")), [id]);
    let report = session.check(|_, _| ()).unwrap();
    assert_eq!(report.tokens, 1 + 2, "the mark, one single name and one pair");
}

/// The tokens of a record, as they stand in the file.
fn tokens_of(session: &Session, record: RecordId) -> Vec<Token> {
    session
        .look(|act| {
            let mut tokens = Vec::new();
            act.rows.each_token(0, Token::MAX, |token, of| {
                if of == record {
                    tokens.push(token);
                }
            })?;
            Ok(tokens)
        })
        .unwrap()
}

#[test]
fn equal_values_have_equal_tokens_in_one_field_of_one_vault_only() {
    let numbered = |text_of: &str| Child { national_id: Some(text(text_of)), ..named("Sok", "Dara") };
    let (one, other) = (Station::new(), Station::new());
    let mut unequal = 0;
    // Two of 65536 may be equal by chance, hardly ever all.
    for number in ["KH-1001", "KH-1002", "KH-1003"] {
        let session = one.session();
        let (_, first) = record(&session, &numbered(number));
        let (_, second) = record(&session, &numbered(number));
        let passport = Child { passport_number: Some(text(number)), ..named("Sok", "Dara") };
        let (_, third) = record(&session, &passport);
        let (_, elsewhere) = record(&other.session(), &numbered(number));
        assert_eq!(tokens_of(&session, first), tokens_of(&session, second));
        let tokens = tokens_of(&session, first);
        assert!((1..=2).contains(&tokens.len()), "a pair of common names and a number");
        let shared = |others: Vec<Token>| tokens.iter().filter(|token| others.contains(token)).count();
        unequal += usize::from(shared(tokens_of(&session, third)) < 2);
        unequal += usize::from(shared(tokens_of(&other.session(), elsewhere)) == 0);
    }
    assert!(unequal >= 4, "{unequal}");
}

#[test]
fn a_failed_batch_leaves_no_token() {
    let station = Station::new();
    let session = station.session();
    let case = session.create(Some(session.unit()), &Case::default(), &access()).unwrap().record;
    let failed: Result<(), Error> = session.write_batch(&access(), |batch| {
        batch.create(Some(case), &named("Chan", "Sopheaktra"))?;
        batch.create(None, &named("Chan", "Kunvathana")).map(|_| ())
    });
    assert_eq!(failed, Err(Error::Parent { kind: "child" }));
    assert!(found(&session, &by_name("Chan Sopheaktra")).is_empty());
    assert_eq!(session.check(|_, _| ()).unwrap().tokens, 1);
}

#[test]
fn too_many_is_an_answer() {
    let station = Station::new();
    let session = station.session();
    session
        .write_batch(&access(), |batch| {
            for _ in 0..=MAX_HITS {
                let case = batch.create(Some(session.unit()), &Case::default())?.record;
                batch.create(Some(case), &named("Chan", "Sopheaktra"))?;
            }
            Ok(())
        })
        .unwrap();
    let answer = session.search(&by_name("Chan Sopheaktra"), &access());
    assert_eq!(answer, Ok(SearchAnswer::TooMany { limit: MAX_HITS }));
    let dated = Child { date_of_birth: Some(PartialDate::parse("2012~").unwrap()), ..named("Chan", "Sopheaktra") };
    let (_, id) = record(&session, &dated);
    // Only the year is known; a day that was asked finds it nevertheless, by its name.
    assert_eq!(found(&session, &by_name("Chan Sopheaktra").by(SearchKind::Date, "2012-02-03")), [id]);
}

#[test]
fn a_search_is_logged_with_fields_and_hits() {
    let station = Station::new();
    let session = station.session();
    let (_, _id) = record(&session, &named("Chan", "Sopheaktra"));
    let reason = access().because("the mother says that she was here before");
    session.search(&by_name("Chan Sopheaktra").by_field("phones", "012345678"), &reason).unwrap();
    assert_eq!(
        session.search(&by_name("Sopheaktra"), &Access::for_purpose("curiosity")),
        Err(AccessError::PurposeUnknown.into())
    );
    session.search_across_units(&by_name("Sopheaktra"), &access()).unwrap();
    session.rebuild_search_index(&access(), |_, _| ()).unwrap();
    let size = session.log_size().unwrap();
    let entries = session.log_entries(size - 4, size, &access()).unwrap();
    let event = |index: usize| (entries[index].entry.event, entries[index].entry.outcome);
    assert_eq!(event(0), (Event::Query, Outcome::Success));
    assert_eq!(event(1), (Event::Denied, Outcome::MinorFailure));
    assert_eq!(event(2), (Event::QueryAcrossUnits, Outcome::Success));
    assert_eq!(event(3), (Event::Reindex, Outcome::Success));
    let what = entries[0].entry.what.as_ref().unwrap();
    assert_eq!((what.record, what.kind), (session.unit(), 2));
    assert_eq!(what.fields[..], [1, 2, 3, 4, 5, 6, 16]);
    let count = |index: usize, key| entries[index].entry.detail.as_ref().and_then(|detail| detail.get(key).cloned());
    assert_eq!(count(0, DetailKey::COUNT), Some(DetailValue::Number(0)));
    assert_eq!(count(2, DetailKey::COUNT), Some(DetailValue::Number(1)));
    assert_eq!(count(2, DetailKey::UNITS), Some(DetailValue::Number(1)));
}

#[test]
fn who_lacks_the_key_learns_whom_to_ask() {
    let station = Station::new();
    let unit = {
        let session = station.session();
        record(&session, &named("Chan", "Sopheaktra"));
        session.unit()
    };
    let session = station.session();
    session.without_circle(Compartment::Identity);
    let hidden = SearchHit::PossibleEarlierRecord { unit };
    assert_eq!(session.search(&by_name("Chan Sopheaktra"), &access()), Ok(SearchAnswer::Found(vec![hidden])));
    assert_eq!(session.search(&by_name("Chan Kunvathana"), &access()), Ok(SearchAnswer::Found(Vec::new())));
    assert_eq!(session.search_across_units(&by_name("Sopheaktra"), &access()), Ok(UnitsAnswer::Ask(vec![unit])));
    // What this member cannot open waits for somebody who can; until then there may always be more.
    session.rebuild_search_index(&access(), |_, _| ()).unwrap();
    let hidden = SearchAnswer::Found(vec![SearchHit::PossibleEarlierRecord { unit }]);
    assert_eq!(session.search(&by_name("Chan Kunvathana"), &access()), Ok(hidden));
    assert_eq!(found(&station.session(), &by_name("Chan Sopheaktra")).len(), 1);
    assert_eq!(session.search(&by_name("Chan Kunvathana"), &access()), Ok(SearchAnswer::Found(Vec::new())));
    session.without_circle(Compartment::Search);
    let refused = session.search(&by_name("Chan Sopheaktra"), &access());
    assert_eq!(refused, Err(AccessError::NoKey { compartment: "search" }.into()));
    assert_eq!(session.search_across_units(&by_name("Sopheaktra"), &access()), Ok(UnitsAnswer::Ask(Vec::new())));
}

#[test]
fn a_correction_by_who_may_not_search_takes_the_old_value_out() {
    let station = Station::new();
    let phone = |number: &str| Child { phones: vec![text(number)], ..named("Chan", "Sopheaktra") };
    let by_phone = |number: &str| child().by(SearchKind::Phone, number);
    let (first, second) = ("012 345 678", "098 765 432");
    let (_, id) = record(&station.session(), &phone(first));
    let tokens = station.session().check(|_, _| ()).unwrap().tokens;

    let session = station.session();
    session.without_circle(Compartment::Search);
    session.amend(id, &phone(second), &access()).unwrap();
    drop(session);
    let session = station.session();
    assert_eq!(found(&session, &by_phone(second)), [id]);
    assert_eq!(found(&session, &by_phone(first)), []);
    assert_eq!(session.check(|_, _| ()).unwrap().tokens, tokens, "of the first number nothing is left");
    session.amend(id, &phone(first), &access()).unwrap();
    assert_eq!(found(&session, &by_phone(first)), [id]);
    assert_eq!(found(&session, &by_phone(second)), []);
    assert_eq!(session.check(|_, _| ()).unwrap().tokens, tokens);
}

#[test]
fn few_searches_across_units_in_an_hour_whoever_signs_in_anew() {
    let station = Station::new();
    let unit = {
        let session = station.session();
        record(&session, &named("Chan", "Sopheaktra"));
        for _ in 0..PER_HOUR / 2 {
            let answer = session.search_across_units(&by_name("Chan Sopheaktra"), &access());
            assert_eq!(answer, Ok(UnitsAnswer::Ask(vec![session.unit()])));
        }
        session.unit()
    };
    let start = station.hands.0.fetch_add(HOUR / 2, Ordering::Relaxed);
    let session = station.session();
    for _ in PER_HOUR / 2..PER_HOUR {
        let answer = session.search_across_units(&by_name("Chan Kunvathana"), &access());
        assert_eq!(answer, Ok(UnitsAnswer::Ask(Vec::new())));
    }
    let refused = Err(Error::TooOften { again_at: start + HOUR });
    assert_eq!(session.search_across_units(&by_name("Chan Sopheaktra"), &access()), refused);
    let size = session.log_size().unwrap();
    let last = &session.log_entries(size - 1, size, &access()).unwrap()[0];
    assert_eq!(last.entry.event, Event::Denied);
    // A clock that goes back gives nothing back; within the unit nothing is limited.
    station.hands.0.store(0, Ordering::Relaxed);
    assert_eq!(station.session().search_across_units(&by_name("Chan Sopheaktra"), &access()), refused);
    assert_eq!(found(&session, &by_name("Chan Sopheaktra")).len(), 1);
    station.hands.0.store(start + HOUR, Ordering::Relaxed);
    // The session that was open has seen half a century go by, and has locked itself.
    let session = station.session();
    let answer = station.session().search_across_units(&by_name("Chan Sopheaktra"), &access());
    assert_eq!(answer, Ok(UnitsAnswer::Ask(vec![unit])));
    // What was kept is gone or no longer what it was: refused, not forgotten.
    let name = format!("saferoom/{}/across-units/{}", station.vault.info().unwrap().vault, session.member());
    assert_eq!(station.keys.load(&name).unwrap().unwrap().len(), 8 * (PER_HOUR / 2 + 1));
    station.keys.store(&name, b"something else").unwrap();
    assert!(matches!(
        session.search_across_units(&by_name("Chan"), &access()),
        Err(Error::Search(SearchError::TooBroad))
    ));
    assert!(matches!(session.search_across_units(&by_name("Chan Sopheaktra"), &access()), Err(Error::Key(_))));
}

#[test]
fn an_outdated_index_is_refused_and_made_anew() {
    let station = Station::new();
    let session = station.session();
    let (_, id) = record(&session, &named("Chan", "Sopheaktra"));
    // As a file of another folding, or of an earlier generation of the circle: without the mark.
    session
        .act(&access(), Event::Reindex, &[], |act| {
            act.rows.clear_tokens()?;
            act.keys.state.clear_tokens();
            act.keys.index.forget_rows();
            Ok(())
        })
        .unwrap();
    assert_eq!(session.search(&by_name("Sopheaktra"), &access()), Err(Error::IndexOutdated));
    // Writing goes on meanwhile.
    let (_, other) = record(&session, &named("Chan", "Kunvathana"));
    session.amend(id, &named("Chea", "Sopheaktra"), &access()).unwrap();
    let mut steps = Vec::new();
    let indexed = session.rebuild_search_index(&access(), |done, total| steps.push((done, total))).unwrap();
    assert_eq!((indexed, steps), (5, vec![(5, 5)]), "the unit, two cases, two children");
    assert_eq!(found(&session, &by_name("Chea Sopheaktra")), [id]);
    assert_eq!(found(&session, &by_name("Chan Kunvathana")), [other]);
    session.check(|_, _| ()).unwrap();
    assert_eq!(found(&station.session(), &by_name("Sopheaktra")), [id]);
}

#[test]
fn an_extra_field_is_asked_for_like_any_other() {
    let station = Station::new();
    let session = station.session();
    let (case, plain) = record(&session, &named("Chan", "Sopheaktra"));
    let asked = child().by_field("commune_card", "kd 0815");
    let refused = session.search(&asked, &access());
    assert!(matches!(refused, Err(Error::Search(_))), "{refused:?}");
    let form = FormDocument::parse(include_str!("../../../../examples/provincial.form.toml")).unwrap();
    session.add_form(&form, &station.founder, &access()).unwrap();
    assert!(found(&session, &asked).is_empty());

    let mut with_card = DynamicRecord::new(session.catalogue().unwrap().by_name("child").unwrap());
    for (name, text) in [("sex", "female"), ("role", "victim"), ("commune_card", "KD-0815")] {
        with_card.set_text(name, text).unwrap();
    }
    let id = session.write_batch(&access(), |batch| batch.create_dynamic(Some(case), &with_card)).unwrap().record;
    assert_eq!(found(&session, &asked), [id]);
    assert_eq!(found(&session, &child().by(SearchKind::Exact, "KD0815")), [id]);
    // The record from before the form gets the field; a typed amendment of the other keeps it, and a new card replaces it.
    session.write_batch(&access(), |batch| batch.amend_dynamic(plain, &with_card)).unwrap();
    session.amend(id, &named("Chan", "Kunvathana"), &access()).unwrap();
    let mut both = found(&session, &asked);
    both.sort_unstable();
    let mut expected = vec![id, plain];
    expected.sort_unstable();
    assert_eq!(both, expected);
    with_card.set_text("commune_card", "KD-0999").unwrap();
    session.write_batch(&access(), |batch| batch.amend_dynamic(plain, &with_card)).unwrap();
    assert_eq!(found(&session, &asked), [id]);
    session.rebuild_search_index(&access(), |_, _| ()).unwrap();
    assert_eq!(found(&station.session(), &asked), [id]);
    assert_eq!(session.search_across_units(&asked, &access()), Ok(UnitsAnswer::Ask(vec![session.unit()])));
    session.check(|_, _| ()).unwrap();
}
