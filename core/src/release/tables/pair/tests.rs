use proptest::prelude::*;

use super::*;
use crate::release::tables::TablesSpec;

const K: u64 = 5;
const NOBODY: Moved = Moved { left: 0, came: 0 };

fn spec(dimensions: &[(&str, &str)]) -> String {
    let dimension = |(column, values): &(&str, &str)| format!("[[dimension]]\ncolumn = \"{column}\"\n{values}\n");
    let dimensions: String = dimensions.iter().map(dimension).collect();
    format!("name = \"t\"\naudience = \"inside\"\n{dimensions}")
}

const PLACE: (&str, &str) = ("place", "values = [\"a\", \"b\", \"c\"]");
const SEX: (&str, &str) = ("sex", "values = [\"f\", \"m\"]");
const HARM: (&str, &str) = ("harm", "values = [\"x\", \"y\"]");

fn shown(dimensions: &[(&str, &str)], counts: &[i64]) -> ShownTable {
    let counts: Vec<Option<u64>> = counts.iter().map(|count| u64::try_from(*count).ok()).collect();
    let text = spec(dimensions);
    let table = ShownTable { spec: TablesSpec::parse(&text).unwrap(), text, counts };
    assert_eq!(table.domain().unwrap().cells(), table.counts.len());
    table
}

#[test]
fn a_total_that_one_table_hides_and_the_other_shows_gives_cells_away() {
    // By place and sex: of a and b only that they are 20 together; nothing of f and m there, 6 to 14 are a wide range.
    let by_sex = shown(&[PLACE, SEX], &[-1, -1, -1, -1, -1, -1, 30, 30, 60, 38, 42, 80]);
    assert_eq!(audit_pair(&by_sex, &by_sex, NOBODY, K).unwrap(), None);
    // By place and harm, with all totals of places: a is 1 child, and her sex is one of two.
    let by_harm = shown(&[PLACE, HARM], &[-1, -1, 1, -1, -1, 19, 40, 20, 60, 50, 30, 80]);
    let told = audit_pair(&by_sex, &by_harm, NOBODY, K).unwrap().unwrap();
    assert_eq!(told.narrowest, 0, "the total of a");
    assert!(told.cells >= 3, "{told:?}");
    // Other children may stand anywhere: fewer are known.
    let moved = Moved { left: 30, came: 30 };
    let less = audit_pair(&by_sex, &by_harm, moved, K).unwrap();
    assert!(less.is_none_or(|less| less.cells < told.cells), "{less:?}");
}

#[test]
fn tables_with_nothing_in_common_but_their_total_tell_nothing_more() {
    let by_place = shown(&[PLACE], &[-1, -1, 60, 80]);
    let by_sex = shown(&[SEX], &[38, 42, 80]);
    assert_eq!(audit_pair(&by_place, &by_sex, NOBODY, K).unwrap(), None);
    // A grand total that only the other one shows: the hidden one is known.
    let without = shown(&[PLACE], &[-1, 20, 60, -1]);
    let told = audit_pair(&without, &by_sex, NOBODY, K).unwrap().unwrap();
    assert_eq!(told, Narrowed { cells: 2, narrowest: 0 });
}

#[test]
fn bands_that_are_cut_differently_are_tied_where_they_meet() {
    let coarse = ("age", "bands = [0, 10, 15]");
    let shifted = ("age", "bands = [0, 12, 15]");
    // 15 and older are one band in both; below, the two bands are only tied together.
    let one = shown(&[coarse], &[-1, -1, 30, 60]);
    let same = shown(&[shifted], &[-1, -1, 30, 60]);
    assert_eq!(audit_pair(&one, &same, NOBODY, K).unwrap(), None);
    // Younger than 12 are 3: then younger than 10 are 3 at most.
    let told = audit_pair(&one, &shown(&[shifted], &[3, 27, 30, 60]), NOBODY, K).unwrap().unwrap();
    assert_eq!(told.narrowest, 3);
    // One child more, of whom nobody knows: the rest is known all the same.
    let told = audit_pair(&one, &shown(&[shifted], &[3, 27, 31, 61]), NOBODY, K).unwrap().unwrap();
    assert!(told.narrowest < K, "{told:?}");
}

/// Somebody's data were corrected in a place that has nothing to do with it: the tables contradict each other, and who has both
/// knows as much of the others as before.
#[test]
fn one_corrected_child_does_not_end_the_audit() {
    let by_sex = shown(&[PLACE, SEX], &[-1, -1, -1, -1, -1, -1, 30, 30, 60, 38, 42, 80]);
    let by_harm =
        |c: i64, total: i64| shown(&[PLACE, HARM], &[-1, -1, 1, -1, -1, 19, c, 20, c + 20, 50, total - 50, total]);
    let told = audit_pair(&by_sex, &by_harm(40, 80), NOBODY, K).unwrap().unwrap();
    // Another total of c, of which by_sex shows 60.
    let corrected = shown(&[PLACE, HARM], &[-1, -1, 1, -1, -1, 20, 39, 20, 59, 50, 30, 80]);
    let with_one = audit_pair(&by_sex, &corrected, NOBODY, K).unwrap().unwrap();
    assert!(with_one.cells > 0 && with_one.narrowest <= told.narrowest + 2, "{with_one:?}");
    let several = shown(&[PLACE, HARM], &[-1, -1, 1, -1, -1, 22, 37, 20, 57, 50, 30, 80]);
    assert!(audit_pair(&by_sex, &several, NOBODY, 9).unwrap().is_some());
    // Where many were, less is known, and nothing is held against the tables in the end.
    let plain = shown(&[PLACE], &[-1, -1, 60, 80]);
    let many = shown(&[PLACE], &[-1, -1, 20, 80]);
    assert_eq!(audit_pair(&plain, &many, NOBODY, K).unwrap(), None);
}

#[test]
fn columns_that_follow_from_each_other_are_tied() {
    let provinces = shown(&[("child.home_province", "values = [\"12\", \"07\"]")], &[23, 30, 53]);
    let districts = ("child.home_commune", "values = [\"1201\", \"1202\", \"0701\", \"0702\"]");
    let by_district = shown(&[districts], &[20, -1, -1, 22, 53]);
    let told = audit_pair(&provinces, &by_district, NOBODY, K).unwrap();
    assert_eq!(told, Some(Narrowed { cells: 2, narrowest: 0 }), "three, and eight");
    assert_eq!(audit_pair(&by_district, &provinces, NOBODY, K).unwrap(), told, "whichever comes first");
    // Where the districts of a province are hidden together, nothing is known.
    let safe = shown(&[districts], &[-1, -1, -1, -1, 53]);
    assert_eq!(audit_pair(&provinces, &safe, NOBODY, K).unwrap(), None);
    let (alike, other) =
        (("child.home_district", "values = [\"12\", \"07\"]"), ("child.sex", "values = [\"f\", \"m\"]"));
    assert!(audit_pair(&provinces, &shown(&[alike], &[-1, -1, 53]), NOBODY, K).unwrap().is_some());
    assert_eq!(audit_pair(&provinces, &shown(&[other], &[-1, -1, 53]), NOBODY, K).unwrap(), None);
    let recording = ("interview.recording", "values = [\"video\", \"audio\", \"none\"]");
    let recorded = shown(&[("indicator.recorded", "values = [\"yes\", \"no\"]")], &[21, 32, 53]);
    let told = audit_pair(&shown(&[recording], &[18, -1, -1, 53]), &recorded, NOBODY, K).unwrap();
    assert_eq!(told, Some(Narrowed { cells: 2, narrowest: 0 }));
}

/// How these hang together nobody has written down.
#[test]
fn columns_of_the_same_facts_that_cannot_be_tied_are_refused() {
    let yes_no = "values = [\"yes\", \"no\"]";
    let in_a_day = shown(&[("indicator.referral_in_24h", yes_no)], &[20, 33, 53]);
    let in_three = shown(&[("indicator.referral_in_72h", yes_no)], &[23, 30, 53]);
    assert_eq!(audit_pair(&in_a_day, &in_three, NOBODY, K).unwrap(), Some(Narrowed { cells: 1, narrowest: 0 }));
    // What both tables have is tied to itself.
    assert_eq!(audit_pair(&in_a_day, &in_a_day, NOBODY, K).unwrap(), None);
}

#[test]
fn a_group_between_bands_that_are_cut_differently_is_looked_at() {
    let (nine, ten) = (("age", "bands = [0, 10, 15]"), ("age", "bands = [0, 11, 15]"));
    let up_to_nine = shown(&[nine], &[20, 40, 30, 90]);
    // Nothing is hidden, and one child is ten years old.
    let told = audit_pair(&up_to_nine, &shown(&[ten], &[21, 39, 30, 90]), NOBODY, K).unwrap();
    assert_eq!(told, Some(Narrowed { cells: 1, narrowest: 0 }));
    for (young, older) in [(20, 40), (25, 35), (60, 0)] {
        let later = shown(&[ten], &[young, older, 30, 90]);
        assert_eq!(
            audit_pair(&up_to_nine, &later, NOBODY, K).unwrap(),
            None,
            "{young}: nobody of ten years, or enough"
        );
    }
    // By place as well: of each place it is known, and of all together.
    let place = ("place", "values = [\"a\", \"b\"]");
    let one = shown(&[place, nine], &[10, 20, 10, 40, 10, 20, 20, 50, 20, 40, 30, 90]);
    let two = shown(&[place, ten], &[12, 18, 10, 40, 14, 16, 20, 50, 26, 34, 30, 90]);
    let told = audit_pair(&one, &two, NOBODY, K).unwrap();
    assert_eq!(told, Some(Narrowed { cells: 2, narrowest: 0 }), "two and four; six together are enough");
}

#[test]
fn others_and_missing_ones_meet_what_they_can_be() {
    let text = "values = [\"1\", \"9\", \"word\"]\nother = \"other\"\nmissing = \"missing\"";
    let bands = "bands = [0, 5]\nother = \"other\"\nmissing = \"missing\"";
    let dimension = |values| TablesSpec::parse(&spec(&[("age", values)])).unwrap().dimensions.remove(0);
    let meets = dimension(text).meets(&dimension(bands));
    // 1 is below 5, 9 above, a word is another; others may be any number or another word.
    assert_eq!(meets, [(0, 0), (1, 1), (2, 2), (3, 0), (3, 1), (3, 2), (4, 3)]);
}

/// Every full table of place, sex and harm of so many children: for few only.
fn all(total: u64) -> Vec<[u64; 8]> {
    fn fill(cell: usize, left: u64, table: &mut [u64; 8], found: &mut Vec<[u64; 8]>) {
        if cell == 7 {
            table[7] = left;
            found.push(*table);
            return;
        }
        for count in 0..=left {
            table[cell] = count;
            fill(cell + 1, left - count, table, found);
        }
    }
    let mut all = Vec::new();
    fill(0, total, &mut [0; 8], &mut all);
    all
}

/// The sums of a table of two places, two sexes and two harms over one of them, totals included, in the order of cells.
fn sums(table: &[u64; 8], of: impl Fn(usize, usize, usize) -> (usize, usize)) -> [u64; 9] {
    let mut cells = [0; 9];
    for (at, count) in table.iter().enumerate() {
        let (row, column) = of(at / 4, at / 2 % 2, at % 2);
        for (row, column) in [(row, column), (row, 2), (2, column), (2, 2)] {
            cells[row * 3 + column] += count;
        }
    }
    cells
}

fn agrees(shown: &ShownTable, table: &[u64; 8], of: impl Fn(usize, usize, usize) -> (usize, usize)) -> bool {
    let cells = sums(table, of);
    shown.counts.iter().zip(cells).all(|(shown, count)| shown.is_none_or(|shown| shown == count))
}

/// Of which two dimensions a cell is, by its place, sex and harm.
type Sums = fn(usize, usize, usize) -> (usize, usize);

fn by_sex(place: usize, sex: usize, _: usize) -> (usize, usize) {
    (place, sex)
}

fn by_harm(place: usize, _: usize, harm: usize) -> (usize, usize) {
    (place, harm)
}

/// A table of which these cells are hidden, never the grand total, so that nothing is without end.
fn hiding(dimensions: [(&str, &str); 2], cells: [u64; 9], bits: u32) -> ShownTable {
    let hidden = |at: usize| at < 8 && bits >> at & 1 == 1;
    let counts = cells.iter().enumerate().map(|(at, count)| if hidden(at) { -1 } else { *count as i64 });
    shown(&dimensions, &counts.collect::<Vec<_>>())
}

/// How wide the range of each hidden cell is in these tables.
fn widths(shown: &ShownTable, tables: &[[u64; 8]], of: Sums) -> Vec<u64> {
    let hidden = (0..9).filter(|cell| shown.counts[*cell].is_none());
    let width = |cell: usize| {
        let values: Vec<u64> = tables.iter().map(|table| sums(table, of)[cell]).collect();
        values.iter().max().unwrap() - values.iter().min().unwrap()
    };
    hidden.map(width).collect()
}

const TWO_PLACES: (&str, &str) = ("place", "values = [\"a\", \"b\"]");

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Against all tables there are: what is told of a pair is exactly what is possible for who has both, and not for who
    /// has one of them.
    #[test]
    fn ranges_are_those_of_all_possible_tables(table in prop::array::uniform8(0_u64..3), hide in any::<u32>(), k in 1_u64..5) {
        let total: u64 = table.iter().sum();
        prop_assume!(total <= 8);
        let one = hiding([TWO_PLACES, SEX], sums(&table, by_sex), hide);
        let two = hiding([TWO_PLACES, HARM], sums(&table, by_harm), hide >> 8);
        let all = all(total);
        let agree = |tables: &[[u64; 8]], shown: &ShownTable, of: Sums| -> Vec<[u64; 8]> {
            tables.iter().copied().filter(|table| agrees(shown, table, of)).collect()
        };
        let (with_one, with_two) = (agree(&all, &one, by_sex), agree(&all, &two, by_harm));
        let both = agree(&with_one, &two, by_harm);
        let together = [widths(&one, &both, by_sex), widths(&two, &both, by_harm)].concat();
        let alone = [widths(&one, &with_one, by_sex), widths(&two, &with_two, by_harm)].concat();
        let told: Vec<u64> =
            together.iter().zip(alone).filter(|(together, alone)| **together < k && *alone >= k).map(|(width, _)| *width).collect();
        let expected = told.iter().min().map(|narrowest| Narrowed { cells: told.len() as u64, narrowest: *narrowest });
        prop_assert_eq!(audit_pair(&one, &two, NOBODY, k).unwrap(), expected);
    }

    /// Of a combination that no table shows nobody is sure that it is a small group, if all that is shown is large or zero and
    /// no hidden cell is known.
    #[test]
    fn no_small_group_across_two_tables_is_certain(table in prop::array::uniform8(0_u64..4), hide in any::<u32>()) {
        let k = 2;
        let total: u64 = table.iter().sum();
        prop_assume!(total <= 9);
        let small = |cells: [u64; 9]| (0..9).filter(|at| (1..k).contains(&cells[*at])).fold(0_u32, |bits, at| bits | 1 << at);
        let (sexes, harms) = (sums(&table, by_sex), sums(&table, by_harm));
        let one = hiding([TWO_PLACES, SEX], sexes, small(sexes) | hide & hide >> 16);
        let two = hiding([TWO_PLACES, HARM], harms, small(harms) | (hide & hide >> 16) >> 8);
        let both: Vec<[u64; 8]> = all(total)
            .into_iter()
            .filter(|table| agrees(&one, table, by_sex) && agrees(&two, table, by_harm))
            .collect();
        let known = [widths(&one, &both, by_sex), widths(&two, &both, by_harm)].concat().into_iter().any(|width| width < k);
        if !known && total >= k {
            for cell in 0..8 {
                let most = both.iter().map(|table| table[cell]).max().unwrap();
                prop_assert!(most == 0 || most >= k, "cell {cell} holds {most} at most");
            }
        }
    }
}
