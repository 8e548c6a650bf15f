//! Privacy models: what every class of a released table has to fulfil.

use super::super::error::ReleaseError;
use super::problem::Problem;
use super::says::MOST_OF_LISTS;

/// A distance between the distribution of a sensitive value in a class and in the whole table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distance {
    /// All values equally far apart: half the sum of the differences.
    Equal,
    /// Values in order: the earth mover's distance with neighbours one step apart, of `size - 1` steps.
    Ordered,
    /// Values in a hierarchy: the earth mover's distance by the height at which two values meet.
    Hierarchical,
}

/// A privacy model. Definitions: Samarati and Sweeney (k-anonymity, k-map), Machanavajjhala et al. (l-diversity),
/// Li et al. (t-closeness), Cao and Karras (beta-likeness), Nergiz et al. (delta-presence).
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Model {
    /// At least `k` children in each class.
    KAnonymity {
        /// The smallest class.
        k: u32,
    },
    /// At least `k` people of the population in each class.
    KMap {
        /// The smallest class.
        k: u32,
    },
    /// A share between `least` and `most` of the people of each class is in the table.
    DeltaPresence {
        /// The smallest share.
        least: f64,
        /// The largest share.
        most: f64,
    },
    /// At least `l` different values in each class. What a value says is in [`Says`](super::Says): nothing that is not
    /// known counts, and of lists the things in them.
    DistinctL {
        /// Which sensitive column.
        column: usize,
        /// How many values.
        l: u32,
    },
    /// The entropy of the values in each class is at least `ln l`.
    EntropyL {
        /// Which sensitive column.
        column: usize,
        /// The number of equally frequent values with this entropy.
        l: f64,
    },
    /// At least `l` different values, and the most frequent less often than `c` times the `l`-th and rarer ones.
    RecursiveL {
        /// Which sensitive column.
        column: usize,
        /// The factor.
        c: f64,
        /// From which value on, by frequency, the rarer ones count.
        l: u32,
    },
    /// The distribution of values in each class is at most `t` from the one in the whole table.
    TCloseness {
        /// Which sensitive column.
        column: usize,
        /// The largest distance.
        t: f64,
        /// How it is measured.
        distance: Distance,
    },
    /// No value is more frequent in a class than in the table by more than this factor.
    BetaLikeness {
        /// Which sensitive column.
        column: usize,
        /// The largest relative gain.
        beta: f64,
        /// Whether frequent values are bounded more tightly, by `-ln q`.
        enhanced: bool,
    },
    /// The average over children of one divided by the size of the class is at most `risk`.
    AverageRisk {
        /// The largest average.
        risk: f64,
    },
}

impl Model {
    /// Whether a class that fails also fails however it is parted: then it is suppressed in every finer
    /// transformation, and can be dropped from the search.
    #[must_use]
    pub fn fails_for_good(&self) -> bool {
        matches!(self, Self::KAnonymity { .. } | Self::KMap { .. } | Self::DistinctL { .. })
    }

    /// The sensitive column that it is about.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::DistinctL { column, .. }
            | Self::EntropyL { column, .. }
            | Self::RecursiveL { column, .. }
            | Self::TCloseness { column, .. }
            | Self::BetaLikeness { column, .. } => Some(*column),
            _ => None,
        }
    }

    /// Whether it needs a population table.
    #[must_use]
    pub fn needs_population(&self) -> bool {
        matches!(self, Self::KMap { .. } | Self::DeltaPresence { .. })
    }

    /// Its name in specifications and reports.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::KAnonymity { .. } => "k-anonymity",
            Self::KMap { .. } => "k-map",
            Self::DeltaPresence { .. } => "delta-presence",
            Self::DistinctL { .. } => "distinct-l-diversity",
            Self::EntropyL { .. } => "entropy-l-diversity",
            Self::RecursiveL { .. } => "recursive-l-diversity",
            Self::TCloseness { .. } => "t-closeness",
            Self::BetaLikeness { .. } => "beta-likeness",
            Self::AverageRisk { .. } => "average-risk",
        }
    }

    /// The model with its numbers and the name of its column.
    #[must_use]
    pub fn in_words(&self, problem: &Problem) -> String {
        let column = self.column().and_then(|column| problem.sensitive.get(column));
        let column = column.map_or("?", |sensitive| sensitive.name.as_str());
        let name = self.name();
        match self {
            Self::KAnonymity { k } | Self::KMap { k } => format!("{name}: k = {k}"),
            Self::DeltaPresence { least, most } => format!("{name}: {least} to {most}"),
            Self::DistinctL { l, .. } => format!("{name} of {column}: l = {l}"),
            Self::EntropyL { l, .. } => format!("{name} of {column}: l = {l}"),
            Self::RecursiveL { c, l, .. } => format!("{name} of {column}: c = {c}, l = {l}"),
            Self::TCloseness { t, distance, .. } => {
                let distance = match distance {
                    Distance::Equal => "equal",
                    Distance::Ordered => "ordered",
                    Distance::Hierarchical => "hierarchical",
                };
                format!("{name} of {column}: t = {t}, {distance} distance")
            }
            Self::BetaLikeness { beta, enhanced, .. } => {
                format!("{name} of {column}: beta = {beta}{}", if *enhanced { ", enhanced" } else { "" })
            }
            Self::AverageRisk { risk } => format!("{name}: at most {risk}"),
        }
    }

    /// Whether its numbers make sense and it has what it needs.
    ///
    /// # Errors
    /// As [`Problem::check`].
    pub fn check(&self, problem: &Problem) -> Result<(), ReleaseError> {
        let value = |key, allowed| Err(ReleaseError::SpecValue { line: 0, key, allowed });
        match *self {
            Self::KAnonymity { k: 0 } | Self::KMap { k: 0 } => return value("k", "1 or more"),
            Self::DistinctL { l: 0, .. } | Self::RecursiveL { l: 0, .. } => return value("l", "1 or more"),
            Self::EntropyL { l, .. } if !(l.is_finite() && l >= 1.0) => return value("l", "1 or more"),
            Self::RecursiveL { c, .. } if !(c.is_finite() && c > 0.0) => return value("c", "more than 0"),
            Self::TCloseness { t, .. } if !(0.0..=1.0).contains(&t) => return value("t", "from 0 to 1"),
            Self::BetaLikeness { beta, .. } if !(beta.is_finite() && beta > 0.0) => {
                return value("beta", "more than 0");
            }
            Self::AverageRisk { risk } if !(risk > 0.0 && risk <= 1.0) => return value("risk", "above 0, at most 1"),
            Self::DeltaPresence { least, most } if !(0.0 <= least && least <= most && most <= 1.0) => {
                return value("delta", "two shares from 0 to 1 in order");
            }
            Self::KAnonymity { k } if problem.unit_count() < k as usize => {
                return Err(ReleaseError::TooFewUnits { units: problem.unit_count(), k });
            }
            _ => {}
        }
        if self.needs_population() && problem.population.is_none() {
            return Err(ReleaseError::NoPopulation { model: self.name() });
        }
        let Some(column) = self.column() else { return Ok(()) };
        let conflict = |what| Err(ReleaseError::SpecConflict { line: 0, what });
        let Some(sensitive) = problem.sensitive.get(column) else {
            return conflict(format!("the {} is of no sensitive column", self.name()));
        };
        let lists = sensitive.says.has_lists();
        match self {
            Self::DistinctL { l, .. } if lists && *l > MOST_OF_LISTS => {
                conflict(format!("column {} holds lists: l is {MOST_OF_LISTS} at most", sensitive.name))
            }
            Self::RecursiveL { .. } if lists => {
                conflict(format!("column {} holds lists: ask for distinct or entropy l-diversity", sensitive.name))
            }
            Self::TCloseness { distance: Distance::Hierarchical, .. } if sensitive.groups.is_empty() => {
                conflict(format!("column {} has no hierarchy for its distance", sensitive.name))
            }
            _ => Ok(()),
        }
    }
}
