//! Looking a child up by name, in vaults of 1,000, 10,000 and 100,000 cases with a child each.
//!
//! `cargo bench --bench search [-- --quick]`. CPU time of the whole logged search beside a logged read of one record: the
//! difference is what searching costs. "First" touches buckets of the index that were not compared with their rows since
//! the sign-in; "again" asks the same in the same session.

use saferoom::id::RecordId;
use saferoom::model::records::{Case, Child};
use saferoom::model::search::SearchQuery;
use saferoom::model::{Coded, PartialDate, RecordKind, SearchKind, Text};
use saferoom::vault::{SearchAnswer, Session};
use saferoom_benches::ours::{Ours, access};
use saferoom_benches::paired::{Clock, Times, timed};

const BATCH: usize = 1000;

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let quick = std::env::args().any(|argument| argument == "--quick");
    let rounds = if quick { 50 } else { 400 };
    writing();
    println!(
        "children | logged read | full name: first, again | given name: first, again | day of birth (median, 90 %)"
    );
    for count in if quick { vec![1_000, 10_000] } else { vec![1_000, 10_000, 100_000] } {
        measure(count, rounds);
    }
}

/// What the index costs a write: children with names, a day and a telephone number, and the same words in fields that are
/// not searched.
fn writing() {
    let folder = tempfile::tempdir().unwrap();
    let ours = Ours::new(folder.path(), 200);
    let unsearched = |number: usize| {
        let found = child(number);
        let (family, given) = (name(number % 300), name(number * 7919 % 9973));
        let words = Text::new(format!("{family}, {given}, born in May, 0{}", 10_000_000 + number));
        Child { address: words.ok(), sex: found.sex, role: found.role, ..Child::default() }
    };
    let (mut with, mut without) = (Times::default(), Times::default());
    for round in 0..21 {
        let numbers = round * BATCH..(round + 1) * BATCH;
        let children: Vec<_> = numbers.clone().map(child).collect();
        with.0.push(timed(Clock::Cpu, || ours.write(&children)).1);
        let children: Vec<_> = numbers.map(unsearched).collect();
        without.0.push(timed(Clock::Cpu, || ours.write(&children)).1);
    }
    let micro = |times: &Times| times.quantile(0.5).as_secs_f64() * 1e6 / BATCH as f64;
    println!("writing a child, CPU: {:.1} µs searched, {:.1} µs not searched", micro(&with), micro(&without));
}

/// Two syllables out of 216 * 216: names that few share, as most names are.
fn name(seed: usize) -> String {
    let syllable = |number: usize| {
        let part = |list: [&'static str; 6], at: usize| list[at % 6];
        let onset = part(["b", "ch", "d", "k", "l", "m"], number);
        let vowel = part(["a", "e", "i", "o", "u", "ai"], number / 6);
        format!("{onset}{vowel}{}", part(["k", "l", "m", "n", "ng", "p"], number / 36))
    };
    format!("{}{}", syllable(seed % 216), syllable(seed / 216 % 216))
}

/// A day of birth: 6048 of them.
fn day(number: usize) -> (u16, u8, u8) {
    let day = number * 37 % 6048;
    (2005 + (day / 336) as u16, 1 + (day / 28 % 12) as u8, 1 + (day % 28) as u8)
}

fn child(number: usize) -> Child {
    let text = |text: String| Some(Text::new(text).unwrap());
    Child {
        family_name_latin: text(name(number % 300)),
        given_name_latin: text(name(number * 7919 % 9973)),
        date_of_birth: {
            let (year, month, day) = day(number);
            PartialDate::day(year, month, day).ok()
        },
        phones: text(format!("0{}", 10_000_000 + number)).into_iter().collect(),
        sex: Some(Coded::new("female").unwrap()),
        role: Some(Coded::new("victim").unwrap()),
        ..Child::default()
    }
}

fn measure(count: usize, rounds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let ours = Ours::new(folder.path(), 0);
    let (ids, written) = timed(Clock::Cpu, || record(&ours.session, count));
    let session = ours.reopen();
    let among = || SearchQuery::among(RecordKind::CHILD);
    let pick = |round: usize| (round * 7919 + 13) % count;
    let full = |round: usize| {
        let number = pick(round);
        among().by(SearchKind::Name, &format!("{} {}", name(number * 7919 % 9973), name(number % 300)))
    };
    let given = |round: usize| among().by(SearchKind::Name, &name(pick(round) * 7919 % 9973));
    let born = |round: usize| {
        let number = pick(round);
        let (year, month, day) = day(number);
        let date = format!("{year:04}-{month:02}-{day:02}");
        among().by(SearchKind::Date, &date).by_field("family_name_latin", &name(number % 300))
    };
    let read = times(rounds, |round| drop(session.read::<Child>(ids[pick(round)], &access()).unwrap()));
    let mut hits = 0;
    let mut ask = |query: SearchQuery| match session.search(&query, &access()).unwrap() {
        SearchAnswer::Found(found) => hits += found.len(),
        _ => hits += 50,
    };
    let full = [times(rounds, |round| ask(full(round))), times(rounds, |round| ask(full(round)))];
    let given = [times(rounds, |round| ask(given(round))), times(rounds, |round| ask(given(round)))];
    let born = times(rounds, |round| ask(born(round)));
    let shown = |times: &Times| format!("{} ({})", milliseconds(times, 0.5), milliseconds(times, 0.9));
    println!(
        "{count:>8} | {} | {}, {} | {}, {} | {}",
        shown(&read),
        shown(&full[0]),
        shown(&full[1]),
        shown(&given[0]),
        shown(&given[1]),
        shown(&born)
    );
    println!(
        "         {} hits; writing took {:.0} µs of CPU per case with its child",
        hits,
        written.as_secs_f64() * 1e6 / count as f64
    );
    if count >= 10_000 {
        let (records, time) = timed(Clock::Wall, || session.rebuild_search_index(&access(), |_, _| ()).unwrap());
        println!("         making the index anew: {records} records in {:.1} s", time.as_secs_f64());
    }
}

fn record(session: &Session, count: usize) -> Vec<RecordId> {
    let numbers: Vec<usize> = (0..count).collect();
    let batches = numbers.chunks(BATCH).map(|numbers| {
        session
            .write_batch(&access(), |batch| {
                let mut ids = Vec::with_capacity(numbers.len());
                for number in numbers {
                    let case = batch.create(Some(session.unit()), &Case::default())?.record;
                    ids.push(batch.create(Some(case), &child(*number))?.record);
                }
                Ok(ids)
            })
            .unwrap()
    });
    batches.flatten().collect()
}

fn times(rounds: usize, mut work: impl FnMut(usize)) -> Times {
    Times((0..rounds).map(|round| timed(Clock::Cpu, || work(round)).1).collect())
}

fn milliseconds(times: &Times, share: f64) -> String {
    format!("{:.2} ms", times.quantile(share).as_secs_f64() * 1e3)
}
