//! What custodians sign about releases, what a table showed, and who stood in which class of one: canonical, or refused.

use saferoom::access::releases::{ReleasePolicy, ReleaseSeries};
use saferoom::release::series::Membership;
use saferoom::release::tables::ShownTable;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(policy) = ReleasePolicy::decode(bytes) {
        assert_eq!(policy.encode(), bytes);
        assert_eq!(ReleasePolicy::parse(&policy.to_toml()).ok(), Some(policy));
    }
    if let Ok(series) = ReleaseSeries::decode(bytes) {
        assert_eq!(series.encode(), bytes);
    }
    if let Ok(table) = ShownTable::decode(bytes) {
        assert_eq!(table.encode(), bytes);
    }
    if let Ok(membership) = Membership::decode(bytes) {
        assert_eq!(membership.encode(), bytes);
    }
}
