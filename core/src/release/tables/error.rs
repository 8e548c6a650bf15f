//! What can go wrong with a table of counts. No text carries a value of the table.

use super::super::error::ReleaseError;
use super::super::series::{Differencing, Membership};
use super::pair::Narrowed;
use crate::error::{Diagnosis, Family};
use crate::id::hexadecimal;

/// Why a table of counts was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TablesError {
    /// The specification or the table was refused before anything was counted.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// A dimension without values, or none at all.
    #[error("line {line}: {what}")]
    Dimension {
        /// The line of the specification, from 1; 0 if it was not read from a text.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The dimensions have more cells together than can be audited.
    #[error("the dimensions have {cells} cells with their totals, at most {most} can be audited")]
    TooManyCells {
        /// How many there are.
        cells: usize,
        /// How many there may be.
        most: usize,
    },
    /// A value that the dimension does not declare.
    #[error("{rows} rows have a value that the dimension {column} does not declare; the first is row {row}")]
    Undeclared {
        /// The column.
        column: String,
        /// The first such row, from 1.
        row: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// Children that fall into several cells, where children are counted.
    #[error("{children} children fall into several cells")]
    SeveralCells {
        /// How many.
        children: usize,
    },
    /// A threshold below the floor of the release-policy.
    #[error("the threshold is {threshold}; the release-policy demands at least {floor}")]
    BelowFloor {
        /// What the specification asks for.
        threshold: u64,
        /// What is demanded.
        floor: u64,
    },
    /// A magnitude that is not a whole number from 0 on.
    #[error("row {row} of column {column} is not a whole number from 0 to {most}")]
    NotAMagnitude {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// The most it may be.
        most: u64,
    },
    /// No set of hidden cells protects the table.
    #[error("the table cannot be protected: even with every cell hidden, too much is known")]
    Unprotectable,
    /// A table of exact counts was asked of a specification for noisy ones, or the other way round.
    #[error("{what}")]
    Mode {
        /// What was asked.
        what: &'static str,
    },
    /// Privacy parameters outside of what is sound.
    #[error("{key} must be {allowed}")]
    Parameter {
        /// Which.
        key: &'static str,
        /// What it may be.
        allowed: &'static str,
    },
    /// A budget that does not suffice for an answer.
    #[error("the answer costs {cost} of the budget of its series, {left} are left (rho, in millionths)")]
    BudgetExhausted {
        /// What the answer would cost.
        cost: u64,
        /// What is left.
        left: u64,
    },
    /// A release that would single children out, together with those before it.
    #[error(
        "release {}: with earlier releases, {at_risk} children would stand in groups that are too small ({groups} groups, \
         the smallest of {smallest})",
        hexadecimal(.release)
    )]
    SinglesOut {
        /// The digest of its membership, by which custodians name it.
        release: [u8; 32],
        /// Children in groups that are too small.
        at_risk: u64,
        /// How many such groups there are.
        groups: u64,
        /// The children in the smallest one.
        smallest: u64,
    },
    /// A table with which too much would be known of cells that it or an earlier one hides.
    #[error(
        "release {}: with an earlier table, {cells} hidden cells would be known to within {narrowest}",
        hexadecimal(.release)
    )]
    Narrows {
        /// The digest of its membership, by which custodians name it.
        release: [u8; 32],
        /// Hidden cells of which too much would be known.
        cells: u64,
        /// The narrowest range of one.
        narrowest: u64,
    },
    /// More children than a vault remembers of one release.
    #[error("a release of a series has at most {most} children")]
    TooManyToRemember {
        /// How many there may be.
        most: usize,
    },
    /// A record of a release that this library did not write.
    #[error("the record of an earlier release cannot be read")]
    PastRelease,
    /// A series for other people than the specification.
    #[error("the series is for people {series} the organisation, the specification is not")]
    OtherAudience {
        /// `inside` or `outside`.
        series: &'static str,
    },
    /// A name that cannot be recorded.
    #[error("the name of the specification is empty or too long")]
    Name,
    /// Lasting pseudonyms that custodians have not signed for.
    #[error("custodians have not signed lasting pseudonyms for this series")]
    NotLasting,
    /// A release of new children with others among them: somebody released them in between.
    #[error("{children} children of the release were in one of its series before")]
    NotOnlyNew {
        /// How many.
        children: u64,
    },
    /// There is something of this name already.
    #[error("there is a file or folder of this name already")]
    Exists,
    /// A file of the folder could not be written.
    #[error("{file} cannot be written: {kind}")]
    Write {
        /// Which.
        file: &'static str,
        /// What the system says.
        kind: std::io::ErrorKind,
    },
    /// A table that counts as released, whose folder could not get its name.
    #[error("the table is made and counts as released, but its folder could not get its name: it is {folder}")]
    NotNamed {
        /// What the folder is called.
        folder: String,
    },
    /// A folder that is no extract which this vault recorded.
    #[error("no release of this vault has this manifest")]
    NotRecorded,
    /// A release that never left, as custodians signed.
    #[error("custodians have withdrawn this release")]
    Withdrawn,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers")]
    NoRandomness,
}

impl TablesError {
    /// What a table would tell of hidden cells with those before it.
    #[must_use]
    pub fn narrows(told: Narrowed, release: &Membership) -> Self {
        Self::Narrows { release: release.digest(), cells: told.cells, narrowest: told.narrowest }
    }

    /// What a release would tell with those before it.
    #[must_use]
    pub fn singles_out(told: &Differencing, release: &Membership) -> Self {
        let Differencing { at_risk, groups, smallest, .. } = *told;
        Self::SinglesOut { release: release.digest(), at_risk, groups, smallest }
    }
}

impl Diagnosis for TablesError {
    fn code(&self) -> u16 {
        use TablesError as E;
        let offset = match self {
            E::Release(error) => return error.code(),
            E::Dimension { .. } => 0,
            E::TooManyCells { .. } => 1,
            E::Undeclared { .. } => 2,
            E::SeveralCells { .. } => 3,
            E::BelowFloor { .. } => 4,
            E::NotAMagnitude { .. } => 5,
            E::Unprotectable => 6,
            E::Mode { .. } => 7,
            E::Parameter { .. } => 8,
            E::BudgetExhausted { .. } => 9,
            E::NoRandomness => 11,
            E::SinglesOut { .. } => 12,
            E::TooManyToRemember { .. } => 13,
            E::PastRelease => 14,
            E::OtherAudience { .. } => 15,
            E::Name => 16,
            E::NotLasting => 17,
            E::NotOnlyNew { .. } => 18,
            E::Exists => 19,
            E::Write { .. } => 20,
            E::NotNamed { .. } => 21,
            E::NotRecorded => 22,
            E::Withdrawn => 23,
            E::Narrows { .. } => 24,
        };
        Family::Tables.code(offset)
    }

    fn advice(&self) -> &'static str {
        use TablesError as E;
        match self {
            E::Release(error) => error.advice(),
            E::Dimension { .. } => "Correct the line; docs/anonymisation.md shows a whole specification of tables.",
            E::TooManyCells { .. } => "Use fewer dimensions or fewer values, or make several tables.",
            E::Undeclared { .. } => "Add the value, or give the dimension a name for all others with `other`.",
            E::SeveralCells { .. } => {
                "Count rows instead (`count = \"rows\"`), or use a table with one row for each child."
            }
            E::BelowFloor { .. } => "Raise the threshold in the specification.",
            E::NotAMagnitude { .. } => "Correct the value, or leave it empty if it is not known.",
            E::Unprotectable => "Join values of a dimension, or leave the table out: there are too few children in it.",
            E::Mode { .. } => {
                "Take out `[private]`, or ask a vault: noisy answers are counted against the budget of a series there."
            }
            E::Parameter { .. } => "Correct the parameter in the specification.",
            E::BudgetExhausted { .. } => {
                "Use the answers that were given. A new budget is a decision of custodians, for new data."
            }
            E::SinglesOut { .. } => {
                "Use the same generalisation as the release before, wait until more children are in it, or let custodians sign an exception for this very release."
            }
            E::Narrows { .. } => {
                "Show the same values of shared dimensions as the table before or coarser ones, leave a dimension out, or let custodians sign an exception for this very release."
            }
            E::TooManyToRemember { .. } => "Release a period at a time, each in a series of its own.",
            E::PastRelease => {
                "Nothing may leave on top of it. Run `saferoom vault check`, and ask who wrote the record."
            }
            E::OtherAudience { .. } => "Name a series for the same audience, or change the specification.",
            E::Name => "Give the specification a short plain name.",
            E::NotLasting => {
                "Leave lasting_pseudonyms out, or ask custodians: `saferoom member release-series NAME --lasting-pseudonyms`."
            }
            E::NotOnlyNew { .. } => "Build it again: it will have those who are new now.",
            E::Exists => "Name a new folder.",
            E::Write { .. } => "Check that the folder exists, that you may write to it, and that the disk has room.",
            E::NotNamed { .. } => {
                "Rename the folder yourself, where it lies; it is whole. Do not make the table again."
            }
            E::NotRecorded => "Name the folder that a build of this vault left; nothing else is signed.",
            E::Withdrawn => "Remove the folder, and build the extract again.",
            E::NoRandomness => "Nothing was answered. Restart the device and try again.",
        }
    }
}
