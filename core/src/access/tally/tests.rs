use proptest::prelude::*;

use super::*;
use crate::access::policy::Limit;

const MINUTE: u64 = 60 * 1000;
const NIGHT: Night = Night { from_hour: 20, to_hour: 6, utc_offset_minutes: 420 };
/// Noon of some day, in Phnom Penh.
const NOON: u64 = 20_000 * 24 * 60 * MINUTE + 5 * 60 * MINUTE;

fn limits(steps: &[(Measure, u32, Effect)]) -> Limits {
    Limits::of_steps(steps.iter().map(|(measure, at, effect)| Limit { measure: *measure, at: *at, effect: *effect }))
}

fn read_at(tally: &mut Tally, now: u64) {
    tally.begin(now, &NIGHT);
    tally.read(RecordId::random(), None);
    tally.end();
}

#[test]
fn an_hour_and_a_day_go_by() {
    let mut tally = Tally::new(NOON);
    (0..3).for_each(|_| read_at(&mut tally, NOON));
    read_at(&mut tally, NOON + 30 * MINUTE);
    let counts = |tally: &Tally| [Measure::ReadsPerHour, Measure::ReadsPerDay].map(|measure| tally.count(measure));
    assert_eq!(counts(&tally), [4, 4]);
    tally.begin(NOON + 60 * MINUTE, &NIGHT);
    assert_eq!(counts(&tally), [4, 4], "never less than an hour");
    tally.begin(NOON + 65 * MINUTE, &NIGHT);
    assert_eq!((counts(&tally), tally.count(Measure::RecordsPerHour)), ([1, 4], 1));
    tally.begin(NOON + 24 * 60 * MINUTE, &NIGHT);
    assert_eq!(counts(&tally), [0, 4]);
    tally.begin(NOON + 25 * 60 * MINUTE, &NIGHT);
    assert_eq!(counts(&tally), [0, 0]);
    assert_eq!(tally.total(), 4);
}

#[test]
fn a_clock_put_back_makes_nothing_forgotten_and_holds_nobody_for_ever() {
    let mut tally = Tally::new(NOON);
    (0..3).for_each(|_| read_at(&mut tally, NOON + 1_000_000 * MINUTE));
    tally.begin(NOON, &NIGHT);
    assert_eq!(tally.count(Measure::ReadsPerHour), 3);
    tally.begin(NOON + 65 * MINUTE, &NIGHT);
    assert_eq!(tally.count(Measure::ReadsPerHour), 0);
}

#[test]
fn nights_are_counted_one_by_one() {
    let evening = NOON + 9 * 60 * MINUTE;
    let mut tally = Tally::new(NOON);
    read_at(&mut tally, NOON);
    assert_eq!(tally.count(Measure::ReadsAtNight), 0);
    read_at(&mut tally, evening);
    read_at(&mut tally, evening + 8 * 60 * MINUTE);
    assert_eq!(tally.count(Measure::ReadsAtNight), 2, "past midnight");
    let limits = limits(&[(Measure::ReadsAtNight, 1, Effect::Alert)]);
    tally.begin(evening + 8 * 60 * MINUTE, &NIGHT);
    tally.read(RecordId::random(), None);
    assert_eq!(tally.reached(&limits).map(|reached| reached.count).collect::<Vec<_>>(), [3]);
    tally.tell(Measure::ReadsAtNight, Effect::Alert);
    tally.begin(NOON + 24 * 60 * MINUTE, &NIGHT);
    tally.read(RecordId::random(), None);
    assert_eq!(tally.reached(&limits).count(), 0, "by day it is no read at night");
    tally.begin(evening + 24 * 60 * MINUTE, &NIGHT);
    tally.read(RecordId::random(), None);
    let news: Vec<_> = tally.reached(&limits).map(|reached| (reached.count, reached.is_news)).collect();
    assert_eq!(news, [(1, true)], "the next night");
}

#[test]
fn only_what_the_act_did_is_judged_and_each_step_that_is_reached_counts() {
    let limits = limits(&[
        (Measure::ReadsPerHour, 2, Effect::AskReason),
        (Measure::ReadsPerHour, 4, Effect::Slow),
        (Measure::RepeatedSearch, 2, Effect::Alert),
        (Measure::SearchesAcrossUnitsPerHour, 1, Effect::Refuse),
        (Measure::OtherCasesPerDay, 2, Effect::Alert),
    ]);
    let mut tally = Tally::new(NOON);
    (0..3).for_each(|_| read_at(&mut tally, NOON));
    tally.begin(NOON, &NIGHT);
    tally.search(&[1; 8], false);
    assert_eq!(tally.reached(&limits).count(), 0, "a search is no read");
    tally.end();
    tally.begin(NOON, &NIGHT);
    tally.search(&[1; 8], true);
    let reached: Vec<_> = tally.reached(&limits).map(|reached| (reached.measure, reached.effect)).collect();
    assert_eq!(
        reached,
        [(Measure::RepeatedSearch, Effect::Alert), (Measure::SearchesAcrossUnitsPerHour, Effect::Refuse)]
    );
    tally.end();
    tally.begin(NOON, &NIGHT);
    tally.read(RecordId::random(), Some(ScopeId::random()));
    let expected = Reached {
        measure: Measure::ReadsPerHour,
        count: 4,
        effect: Effect::Slow,
        is_news: true,
        slow: 1,
        asks_reason: true,
    };
    assert_eq!(tally.reached(&limits).collect::<Vec<_>>(), [expected]);
    tally.tell(Measure::ReadsPerHour, Effect::AskReason);
    assert!(tally.is_news(Measure::ReadsPerHour, Effect::Slow) && !tally.is_news(Measure::ReadsPerHour, Effect::Alert));
    tally.read(RecordId::random(), Some(ScopeId::random()));
    let reached: Vec<_> =
        tally.reached(&limits).map(|reached| (reached.measure, reached.count, reached.slow)).collect();
    assert_eq!(reached, [(Measure::ReadsPerHour, 5, 2), (Measure::OtherCasesPerDay, 2, 0)]);
}

#[test]
fn what_was_told_is_news_again_when_its_window_has_passed() {
    let mut tally = Tally::new(NOON);
    for (measure, minutes) in [(Measure::RecordsPerHour, 65), (Measure::ReadsPerDay, 25 * 60)] {
        tally.begin(NOON, &NIGHT);
        tally.tell(measure, Effect::Refuse);
        tally.begin(NOON + (minutes - 5) * MINUTE, &NIGHT);
        assert!(!tally.is_news(measure, Effect::Alert));
        tally.begin(NOON + minutes * MINUTE, &NIGHT);
        assert!(tally.is_news(measure, Effect::Alert));
    }
}

proptest! {
    #[test]
    fn a_tally_has_one_encoding_and_counts_what_a_plain_list_counts(
        acts in proptest::collection::vec((0..40_u64 * MINUTE, 0..4_u8, 0..6_u8), 1..120),
        extra: u8,
    ) {
        let mut tally = Tally::new(NOON);
        let (mut now, mut list) = (NOON, Vec::new());
        for (step, what, which) in acts {
            now += step;
            tally.begin(now, &NIGHT);
            if what == 0 {
                tally.search(&[which; 8], which == 1);
            } else {
                tally.read(RecordId::from_bytes([which; 16]), Some(ScopeId::from_bytes([which; 16])));
                list.push((now, which));
            }
            tally.tell(Measure::ReadsPerHour, Effect::Alert);
            tally.end();
            tally = Tally::decode(&tally.encode()).unwrap();
            let within = |time: u64| list.iter().filter(move |(at, _)| now - at < time).count() as u64;
            let counted = tally.count(Measure::ReadsPerHour);
            prop_assert!(counted >= within(60 * MINUTE) && counted <= within(65 * MINUTE));
            let counted = tally.count(Measure::ReadsPerDay);
            prop_assert!(counted >= within(24 * 60 * MINUTE) && counted <= within(25 * 60 * MINUTE));
            prop_assert!(tally.count(Measure::RecordsPerHour) <= 6);
        }
        let mut bytes = tally.encode();
        for length in 0..bytes.len() {
            prop_assert!(Tally::decode(&bytes[..length]).is_err());
        }
        bytes.push(extra);
        prop_assert!(Tally::decode(&bytes).is_err());
    }

    #[test]
    fn no_bytes_bring_it_down(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(mut tally) = Tally::decode(&bytes) {
            tally.begin(u64::MAX, &NIGHT);
        }
    }
}
