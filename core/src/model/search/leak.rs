//! What a thief learns from the index: an experiment on invented children, whose figures stand in ADR 0014.
//!
//! `cargo test -p saferoom --lib leak -- --ignored --nocapture`, a minute. Names are drawn from common ones and invented
//! ones, with frequencies that fall as those of real names do (rank + offset, to the power of -1).

use std::collections::{BTreeMap, HashMap};

use super::terms::{Domain, Term, record_terms};
use crate::model::records::Child;
use crate::model::{FieldBuffer, PartialDate, PlaceCode, Record, Text};
use crate::seal::{Secret, hmac_key};

/// A generator whose numbers are the same in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Things with ranks, the first the most frequent.
struct Ranked {
    things: Vec<String>,
    sums: Vec<f64>,
}

impl Ranked {
    fn new(things: Vec<String>, offset: f64) -> Self {
        let weights = (0..things.len()).map(|rank| 1.0 / (rank as f64 + offset));
        let sums = weights.scan(0.0, |sum, weight| {
            *sum += weight;
            Some(*sum)
        });
        Self { sums: sums.collect(), things }
    }

    fn draw(&self, random: &mut Random) -> &str {
        let at = random.share() * self.sums.last().unwrap();
        &self.things[self.sums.partition_point(|sum| *sum < at).min(self.things.len() - 1)]
    }
}

fn invented_name(random: &mut Random) -> String {
    const ONSETS: [&str; 15] = ["b", "ch", "d", "k", "l", "m", "n", "p", "r", "s", "t", "v", "pr", "sr", "kr"];
    const VOWELS: [&str; 6] = ["a", "e", "i", "o", "u", "ai"];
    const CODAS: [&str; 8] = ["", "k", "l", "m", "n", "ng", "p", "t"];
    let mut name = String::new();
    for _ in 0..2 {
        for part in [&ONSETS[..], &VOWELS, &CODAS] {
            name.push_str(part[random.below(part.len() as u64) as usize]);
        }
    }
    name
}

/// The country that the children are drawn from: the same for the vault and for what the thief knows.
struct Country {
    family: Ranked,
    given: Ranked,
    communes: Ranked,
}

impl Country {
    fn new() -> Self {
        let mut random = Random(1);
        let mut names = |common: &str, count: usize| -> Vec<String> {
            let mut names: Vec<String> = common.split(' ').map(str::to_owned).collect();
            names.resize_with(count, || invented_name(&mut random));
            names
        };
        let family =
            names("Sok Chea Chan Kim Heng Ly Kong Keo Mao Meas Sim Seng San Pich Long Nhem Som Ouk Prak Tep Yim", 300);
        let given = names(
            "Dara Sophea Bopha Sokha Vanna Kosal Rith Phalla Samnang Veasna Pisey Kunthea Sothea Visal Piseth",
            4000,
        );
        let communes = (0..1650).map(|number| format!("{:06}", 10_101 + number * 37)).collect();
        Self { family: Ranked::new(family, 6.0), given: Ranked::new(given, 9.0), communes: Ranked::new(communes, 60.0) }
    }

    fn child(&self, random: &mut Random) -> Child {
        let text = |text: &str| Some(Text::new(text).unwrap());
        let (year, month, day) = (2005 + random.below(18), 1 + random.below(12), 1 + random.below(28));
        let commune = self.communes.draw(random);
        let village = format!("{commune}{:02}", 1 + random.below(8));
        Child {
            family_name_latin: text(self.family.draw(random)),
            given_name_latin: text(self.given.draw(random)),
            date_of_birth: Some(PartialDate::day(year as u16, month as u8, day as u8).unwrap()),
            home_village: Some(PlaceCode::parse(&village).unwrap()),
            phones: (random.below(3) == 0)
                .then(|| text(&format!("0{}", 10_000_000 + random.below(89_999_999))))
                .flatten()
                .into_iter()
                .collect(),
            ..Child::default()
        }
    }

    /// The terms of this many children.
    fn children(&self, count: usize, seed: u64) -> Vec<Vec<Term>> {
        let mut random = Random(seed);
        let mut fields = FieldBuffer::new();
        (0..count)
            .map(|_| {
                fields.clear();
                self.child(&mut random).encode(&mut fields).unwrap();
                record_terms(Child::spec(), &fields).unwrap()
            })
            .collect()
    }
}

/// One way to make an index.
#[derive(Clone, Copy)]
struct Scheme {
    name: &'static str,
    bits: u32,
    /// Common names stand in the index by themselves.
    common: bool,
    /// A column says which domain a token is of.
    column: bool,
}

impl Scheme {
    fn holds(&self, term: &Term) -> bool {
        term.indexed || (self.common && term.domain == Domain::Names)
    }

    fn area(&self, term: &Term) -> Option<Domain> {
        self.column.then_some(term.domain)
    }
}

type Token = (Option<Domain>, u32);

struct Index {
    /// Tokens with the children that have them.
    tokens: HashMap<Token, Vec<usize>>,
    /// Different terms in the index.
    terms: usize,
}

impl Index {
    fn of(children: &[Vec<Term>], scheme: Scheme) -> Self {
        let key = hmac_key(&Secret::generate());
        let mut known: HashMap<(Domain, &str), u32> = HashMap::new();
        let mut tokens: HashMap<Token, Vec<usize>> = HashMap::new();
        for (child, terms) in children.iter().enumerate() {
            for term in terms.iter().filter(|term| scheme.holds(term)) {
                let token = *known.entry((term.domain, term.text.as_str())).or_insert_with(|| {
                    let input = format!("{:?} {}", term.domain, term.text.as_str());
                    let mac = ring::hmac::sign(&key, input.as_bytes());
                    u32::from_be_bytes(mac.as_ref()[..4].try_into().unwrap()) >> (32 - scheme.bits)
                });
                let list = tokens.entry((scheme.area(term), token)).or_default();
                if list.last() != Some(&child) {
                    list.push(child);
                }
            }
        }
        Self { tokens, terms: known.len() }
    }

    fn rows(&self) -> usize {
        self.tokens.values().map(Vec::len).sum()
    }
}

/// What the thief takes for granted: how often each term is found among as many other children.
fn expected(children: &[Vec<Term>], scheme: Scheme) -> BTreeMap<Option<Domain>, Vec<(usize, Domain, String)>> {
    let mut counts: HashMap<(Domain, &str), usize> = HashMap::new();
    for term in children.iter().flatten().filter(|term| scheme.holds(term)) {
        *counts.entry((term.domain, term.text.as_str())).or_default() += 1;
    }
    let mut areas: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for ((domain, text), count) in counts {
        areas.entry(scheme.column.then_some(domain)).or_default().push((count, domain, text.to_owned()));
    }
    areas.values_mut().for_each(|list| list.sort_unstable_by(|one, other| other.cmp(one)));
    areas
}

/// The most frequent token is taken for the most frequent term, and so on: how many guesses are right?
struct Guessed {
    /// Of the ten, hundred, thousand most frequent tokens, how many are what they are taken for.
    tokens: [usize; 3],
    /// Children of whom a single name is guessed rightly.
    names: usize,
}

fn attack(vault: &[Vec<Term>], index: &Index, other: &[Vec<Term>], scheme: Scheme) -> Guessed {
    let mut guessed = Guessed { tokens: [0; 3], names: 0 };
    let mut named = vec![false; vault.len()];
    for (area, terms) in expected(other, scheme) {
        let mut tokens: Vec<_> = index.tokens.iter().filter(|((of, _), _)| *of == area).collect();
        tokens.sort_unstable_by_key(|(token, list)| (usize::MAX - list.len(), **token));
        for (rank, ((_, list), (_, domain, text))) in tokens.into_iter().zip(&terms).enumerate() {
            let has = |child: &&usize| vault[**child].iter().any(|term| term.domain == *domain && *term.text == *text);
            let right = list.iter().filter(has).count();
            for (place, most) in [10, 100, 1000].into_iter().enumerate() {
                guessed.tokens[place] += usize::from(rank < most && right * 2 > list.len());
            }
            if *domain == Domain::Names && right * 2 > list.len() {
                list.iter().filter(has).for_each(|child| named[*child] = true);
            }
        }
    }
    guessed.names = named.into_iter().filter(|named| *named).count();
    guessed
}

#[test]
#[ignore = "an experiment of a minute; its figures stand in docs/adr/0014"]
fn what_an_index_thief_learns() {
    let country = Country::new();
    println!("collisions: children, bits | rows, rows per child, tokens in use, terms per token, rows per token");
    for count in [1_000, 10_000, 100_000] {
        let children = country.children(count, 2);
        for bits in [12, 16, 20] {
            let index = Index::of(&children, Scheme { name: "", bits, common: false, column: false });
            let (rows, tokens) = (index.rows(), index.tokens.len());
            println!(
                "{count:>7} {bits:>3} | {rows:>7} {:>5.1} {tokens:>7} {:>6.2} {:>7.2}",
                rows as f64 / count as f64,
                index.terms as f64 / tokens as f64,
                rows as f64 / tokens as f64
            );
        }
    }
    println!("guesses by frequency: scheme | of the 10, 100, 1000 most frequent tokens; children with a name guessed");
    let scheme = |name, bits, common, column| Scheme { name, bits, common, column };
    for count in [10_000, 100_000] {
        let (vault, other) = (country.children(count, 2), country.children(count, 3));
        for scheme in [
            scheme("this release", 16, false, false),
            scheme("this release, 32 bits", 32, false, false),
            scheme("this release, 32 bits, a column for the field", 32, false, true),
            scheme("common names too", 16, true, false),
            scheme("common names too, 32 bits", 32, true, false),
            scheme("common names too, 32 bits, a column for the field", 32, true, true),
        ] {
            let index = Index::of(&vault, scheme);
            let guessed = attack(&vault, &index, &other, scheme);
            let share = 100.0 * guessed.names as f64 / count as f64;
            println!("{count:>7} {:<50} | {:?} {share:.2} %", scheme.name, guessed.tokens);
        }
    }
    let index = Index::of(&country.children(100_000, 2), scheme("", 16, false, false));
    assert!(index.rows() < 100_000 * 8, "no more rows than the figures say");
}
