//! Whether a specification respects the `release-policy`.

use super::super::engine::Model;
use super::super::error::ReleaseError;
pub use crate::access::releases::{Audience, ReleasePolicy};

impl ReleasePolicy {
    /// Whether the models and the number of quasi-identifying columns respect the policy.
    ///
    /// # Errors
    /// [`ReleaseError::BelowFloor`], [`ReleaseError::TooManyQuasi`].
    pub fn respects(&self, audience: Audience, models: &[Model], quasi: usize) -> Result<(), ReleaseError> {
        let floor = self.floor(audience);
        let promised = |model: &Model| match model {
            Model::KAnonymity { k } => Some(*k),
            _ => None,
        };
        let k = models.iter().filter_map(promised).max().unwrap_or(1);
        if k < floor {
            return Err(ReleaseError::BelowFloor { k, floor, audience: audience.name() });
        }
        let most = self.most_quasi as usize;
        if quasi > most { Err(ReleaseError::TooManyQuasi { count: quasi, most }) } else { Ok(()) }
    }
}
