//! The measured record: twelve fields, 600 bytes. Every program makes the same ones.
//!
//! They are those of a visit to an interview room, as saferoom has it; the others store the same values as texts. None of them is
//! searched. Two more records of as many bytes are there for saferoom's case work and for indexes.

/// How many fields a record has.
pub const FIELDS: usize = 12;

/// The values of one record, in the order of [`NAMES`].
pub type Row = [String; FIELDS];

/// What the fields are called, and the names of the columns.
pub const NAMES: [&str; FIELDS] = [
    "visited_on",
    "visitor_organisation",
    "visitors",
    "announced",
    "checklist_version",
    "access_percent",
    "environment_percent",
    "equipment_percent",
    "summary",
    "photos_checked",
    "signed_by_station",
    "next_visit_due",
];

/// Lengths of the free texts; of the others, what stands in every record.
const VISIT: [Result<usize, &str>; FIELDS] = [
    Err("2026-03-02"),
    Ok(40),
    Ok(100),
    Err("true"),
    Ok(24),
    Err("85"),
    Err("90"),
    Err("75"),
    Ok(398),
    Err("true"),
    Err("true"),
    Err("2026-09-01"),
];

/// The record of this number.
#[must_use]
pub fn row(number: u64) -> Row {
    made(&VISIT, number)
}

/// The texts of a referral.
const REFERRAL: [Result<usize, &str>; FIELDS] = [
    Err("psychosocial"),
    Ok(40),
    Ok(28),
    Ok(12),
    Err("within_24h"),
    Err("2026-03-02T02:00:00Z"),
    Err("2026-03-04T07:30:00Z"),
    Err("proposed"),
    Ok(24),
    Ok(18),
    Ok(108),
    Ok(300),
];

/// The referral of this number: work on a case, whose statistics saferoom derives with every write.
#[must_use]
pub fn case_row(number: u64) -> Row {
    made(&REFERRAL, number)
}

fn made(texts: &[Result<usize, &str>; FIELDS], number: u64) -> Row {
    let one = |(index, text): (usize, &Result<usize, &str>)| match text {
        Ok(length) => letters(*length, number * FIELDS as u64 + index as u64),
        Err(same) => (*same).to_owned(),
    };
    let mut values = texts.iter().enumerate().map(one);
    std::array::from_fn(|_| values.next().unwrap_or_default())
}

/// The texts of a record whose first eight fields are searched: those of a child, as long in all.
const SEARCHED: [Result<usize, &str>; FIELDS] =
    [Ok(14), Ok(24), Ok(10), Ok(14), Ok(12), Ok(24), Ok(20), Ok(40), Ok(320), Ok(110), Err("female"), Err("victim")];

/// How many fields of [`searched_row`] are searched: the first.
pub const INDEXES: usize = 8;

/// The record of this number whose first [`INDEXES`] fields are searched.
#[must_use]
pub fn searched_row(number: u64) -> Row {
    made(&SEARCHED, number)
}

/// A text that no other record has, so that nothing compresses or caches it.
#[must_use]
pub fn letters(length: usize, number: u64) -> String {
    let mut state = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ length as u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(b'a' + ((state >> 33) % 26) as u8)
    };
    (0..length).map(|_| letter()).collect()
}

/// Which records a round of reads takes: spread over all there are, the same in every program.
#[must_use]
pub fn picks(count: u64, many: usize, seed: u64) -> Vec<u64> {
    (0..many as u64).map(|index| (index.wrapping_mul(7919) + seed.wrapping_mul(104_729)) % count.max(1)).collect()
}

#[cfg(test)]
mod tests {
    use super::{case_row, picks, row, searched_row};

    #[test]
    fn a_record_has_six_hundred_bytes_and_differs_from_the_next() {
        for record in [row, case_row, searched_row] {
            assert_eq!(record(7).iter().map(String::len).sum::<usize>(), 600);
            assert_ne!(record(7)[8], record(8)[8]);
        }
    }

    #[test]
    fn reads_stay_among_the_records() {
        assert!(picks(1000, 5000, 3).iter().all(|pick| *pick < 1000));
    }
}
