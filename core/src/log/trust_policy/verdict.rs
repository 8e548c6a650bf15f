//! The separate answers of a verification.

/// One of the separate answers of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Verdict {
    /// Every entry and every tile is what the signed root says.
    Integrity,
    /// The checkpoints are signed by the pinned log keys and by the epoch keys in force, and the newest is cosigned by the
    /// quorum that the policy asks for.
    Authenticity,
    /// The log is an extension of every checkpoint that was kept.
    Consistency,
    /// Enough witnesses cosigned, lately enough.
    Freshness,
    /// The log of every enrolled device is there, and whole.
    Devices,
    /// Every stored revision has a logged write.
    Writes,
    /// Times agree with each other and with the cosignatures.
    Time,
    /// What was disclosed opens the commitments in the log.
    Openings,
    /// The derived view says what the entries say.
    View,
}

impl Verdict {
    /// All verdicts, in the order in which they are reported.
    pub const ALL: [Self; 9] = [
        Self::Integrity,
        Self::Authenticity,
        Self::Consistency,
        Self::Freshness,
        Self::Devices,
        Self::Writes,
        Self::Time,
        Self::Openings,
        Self::View,
    ];

    /// The word for it in trust policies and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integrity => "integrity",
            Self::Authenticity => "authenticity",
            Self::Consistency => "consistency",
            Self::Freshness => "freshness",
            Self::Devices => "devices",
            Self::Writes => "writes",
            Self::Time => "time",
            Self::Openings => "openings",
            Self::View => "view",
        }
    }

    /// The verdict of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }
}
