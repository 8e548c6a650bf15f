//! A recovery set: what is accepted has one form and makes sense.

use saferoom::keys::{MOST_RECOVERY_SHARES, RecoverySet};

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(set) = RecoverySet::decode(bytes) {
        assert_eq!(set.encode(), bytes);
        assert!(set.threshold() >= 2 && set.threshold() <= set.count() && set.count() <= MOST_RECOVERY_SHARES);
        assert_eq!(set.require_follows(None).is_ok(), set.number() == 1);
        assert!(set.require_follows(Some(&set)).is_err());
    }
}
