//! What was counted of a member: any bytes; what is accepted has this one form, also when time has passed.

use saferoom::access::{Limits, Measure, Night, Tally};
use saferoom::id::RecordId;

pub(crate) fn run(bytes: &[u8]) {
    let Ok(mut tally) = Tally::decode(bytes) else { return };
    assert_eq!(tally.encode(), bytes);
    let night = Night { from_hour: 20, to_hour: 6, utc_offset_minutes: 420 };
    for now in [0, 1_700_000_000_000, 1_700_003_900_000, u64::MAX] {
        tally.begin(now, &night);
        tally.read(RecordId::from_bytes([7; 16]), None);
        tally.search(&[7; 8], true);
        assert!(Measure::ALL.iter().all(|measure| tally.count(*measure) > 0
            || *measure == Measure::ReadsAtNight
            || *measure == Measure::OtherCasesPerDay));
        assert_eq!(tally.reached(&Limits::default()).count(), 0);
        tally.end();
        assert_eq!(Tally::decode(&tally.encode()), Ok(tally.clone()));
    }
}
