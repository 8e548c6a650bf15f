//! How old a child is told to be: in years, or by a band where nobody knows them.

/// Below this age, in years, breaks of an interview are counted.
const YOUNG: u64 = 10;

/// Whether a child is so young that the breaks of its interview are counted. The age counts before the band, and nothing is
/// known where neither says it.
pub(crate) fn is_young(age: Option<u64>, band: Option<&str>) -> Option<bool> {
    match (age, band) {
        (Some(age), _) => Some(age < YOUNG),
        (None, Some("0-5" | "6-9" | "0-8")) => Some(true),
        (None, Some("10-13" | "14-15" | "16-17" | "18_or_over")) => Some(false),
        (None, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::code_lists;

    /// A band that crosses the limit says neither; any other that a list has says one of both.
    #[test]
    fn bands_are_on_one_side_or_on_none() {
        let list = code_lists().all().iter().find(|list| list.name == "age_band").unwrap();
        for code in &list.entries {
            let known = is_young(None, Some(&code.code));
            assert_eq!(known.is_none(), ["9-17", "unknown"].contains(&&*code.code), "{}", code.code);
        }
        assert_eq!((is_young(Some(9), Some("16-17")), is_young(Some(10), None)), (Some(true), Some(false)));
    }
}
