//! How wide the columns of a table have to be, so that words break only where nothing else helps.

/// What lies between two columns: a space each, and one where the line below the header crosses.
const GAP: usize = 3;

/// Widths below this are not worth having.
const NARROWEST: usize = 6;

/// The least width of each column, padding included: its longest word, as far as all of them fit into `width`.
///
/// Where they do not fit, the columns with the longest words give way first.
pub(crate) fn least_widths(rows: &[Vec<String>], width: u16) -> Vec<u16> {
    let mut words: Vec<usize> = Vec::new();
    for row in rows {
        words.resize(words.len().max(row.len()), 1);
        for (longest, cell) in words.iter_mut().zip(row) {
            let word = cell.split_whitespace().map(|word| word.chars().count()).max().unwrap_or(0);
            *longest = (*longest).max(word);
        }
    }
    let longest = words.iter().copied().max().unwrap_or(0).max(NARROWEST);
    let needed = |cap: usize| words.iter().map(|word| (*word).min(cap) + GAP).sum::<usize>();
    let cap = (NARROWEST..=longest).rev().find(|cap| needed(*cap) <= usize::from(width)).unwrap_or(NARROWEST);
    words.iter().map(|word| u16::try_from((*word).min(cap) + 2).unwrap_or(width)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_whole_where_they_fit() {
        let rows = [vec![String::from("no."), String::from("a register_number")], vec![String::from("12")]];
        assert_eq!(least_widths(&rows, 80), [5, 17]);
        assert_eq!(least_widths(&rows, 20), [5, 13]);
        assert_eq!(least_widths(&rows, 1), [5, 8]);
        assert!(least_widths(&[], 80).is_empty());
    }
}
