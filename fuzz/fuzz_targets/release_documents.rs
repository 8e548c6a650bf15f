//! What custodians sign about releases, and who stood in which class of one: canonical, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use saferoom::access::releases::{ReleasePolicy, ReleaseSeries};
use saferoom::release::series::Membership;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(policy) = ReleasePolicy::decode(bytes) {
        assert_eq!(policy.encode(), bytes);
        assert_eq!(ReleasePolicy::parse(&policy.to_toml()).ok(), Some(policy));
    }
    if let Ok(series) = ReleaseSeries::decode(bytes) {
        assert_eq!(series.encode(), bytes);
    }
    if let Ok(membership) = Membership::decode(bytes) {
        assert_eq!(membership.encode(), bytes);
    }
});
