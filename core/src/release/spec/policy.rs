//! Floors for what may leave: the `release-policy`.

use super::super::engine::Model;
use super::super::error::ReleaseError;

/// Who will hold a release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// People of the organisation.
    Inside,
    /// Anybody else.
    Outside,
}

impl Audience {
    /// Its name in texts.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }
}

/// What no specification may go below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasePolicy {
    /// The smallest class inside the organisation.
    pub inside_k: u32,
    /// The smallest class outside of it.
    pub outside_k: u32,
    /// The most quasi-identifying columns.
    pub most_quasi: usize,
}

impl Default for ReleasePolicy {
    /// 5 inside, 11 outside, at most 12 columns.
    fn default() -> Self {
        Self { inside_k: 5, outside_k: 11, most_quasi: 12 }
    }
}

impl ReleasePolicy {
    /// The smallest class for an audience.
    #[must_use]
    pub fn floor(&self, audience: Audience) -> u32 {
        match audience {
            Audience::Inside => self.inside_k,
            Audience::Outside => self.outside_k,
        }
    }

    /// Whether the models and the number of quasi-identifying columns respect the policy.
    ///
    /// # Errors
    /// [`ReleaseError::BelowFloor`], [`ReleaseError::TooManyQuasi`].
    pub fn check(&self, audience: Audience, models: &[Model], quasi: usize) -> Result<(), ReleaseError> {
        let floor = self.floor(audience);
        let promised = |model: &Model| match model {
            Model::KAnonymity { k } => Some(*k),
            _ => None,
        };
        let k = models.iter().filter_map(promised).max().unwrap_or(1);
        if k < floor {
            return Err(ReleaseError::BelowFloor { k, floor, audience: audience.name() });
        }
        match quasi > self.most_quasi {
            true => Err(ReleaseError::TooManyQuasi { count: quasi, most: self.most_quasi }),
            false => Ok(()),
        }
    }
}
