//! Rows of the statistics, notes, and the way back from a release: any bytes; what is accepted has this one form.

use saferoom::fuzzing::statistics;
use saferoom::model::statistics::StatisticsSection;
use saferoom::vault::WayBack;

pub(crate) fn run(bytes: &[u8]) {
    for again in statistics(bytes).into_iter().flatten() {
        assert_eq!(again, bytes);
    }
    if let Ok(section) = StatisticsSection::decode(bytes) {
        assert_eq!(*section.encode(), bytes);
    }
    if let Ok(way_back) = WayBack::from_bytes(bytes) {
        assert_eq!(way_back.to_bytes(), bytes);
    }
}
