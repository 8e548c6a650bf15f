//! A set of compartments, as one number.

use crate::model::Compartment;

/// A set of compartments: bit n stands for the compartment of number n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compartments(u16);

impl Compartments {
    /// No compartment.
    pub const NONE: Self = Self(0);

    /// The set of these.
    pub fn of(compartments: impl IntoIterator<Item = Compartment>) -> Self {
        compartments.into_iter().fold(Self::NONE, Self::with)
    }

    /// This set and one more.
    #[must_use]
    pub fn with(self, compartment: Compartment) -> Self {
        Self(self.0 | bit(compartment))
    }

    /// Whether a compartment is in it.
    #[must_use]
    pub fn contains(self, compartment: Compartment) -> bool {
        self.0 & bit(compartment) != 0
    }

    /// Whether all of this are in `other`.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// What is in both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The compartments, by number.
    pub fn iter(self) -> impl Iterator<Item = Compartment> {
        Compartment::ALL.iter().copied().filter(move |compartment| self.contains(*compartment))
    }

    /// The number that stands for the set.
    #[must_use]
    pub fn bits(self) -> u16 {
        self.0
    }

    /// The set that a number stands for; none if a bit stands for no compartment.
    #[must_use]
    pub fn from_bits(bits: u16) -> Option<Self> {
        Some(Self(bits)).filter(|set| set.is_within(Self::of(Compartment::ALL.iter().copied())))
    }
}

fn bit(compartment: Compartment) -> u16 {
    1 << compartment.number()
}
