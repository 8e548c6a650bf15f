//! A trust policy: any bytes; what is accepted is written in one form, which is read as the same policy.

use saferoom::log::TrustPolicy;

pub(crate) fn run(bytes: &[u8]) {
    if let Ok(policy) = TrustPolicy::parse(bytes) {
        assert_eq!(policy.to_string().parse(), Ok(policy.clone()));
        // Nobody signed these bytes.
        assert!(policy.judge(bytes).is_err());
    }
}
