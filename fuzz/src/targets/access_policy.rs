//! An access policy, as bytes out of a roster and as a text that a person wrote.

use saferoom::access::AccessPolicy;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(policy) = AccessPolicy::decode(bytes) {
        assert_eq!(policy.encode(), bytes);
        assert_eq!(AccessPolicy::standard().changes(&policy).is_empty(), policy.changes(&AccessPolicy::standard()).is_empty());
    }
    if let Some(policy) = std::str::from_utf8(bytes).ok().and_then(|text| AccessPolicy::parse(text).ok()) {
        assert_eq!(AccessPolicy::decode(&policy.encode()), Ok(policy.clone()));
        assert_eq!(AccessPolicy::parse(&policy.to_toml()), Ok(policy));
    }
}
