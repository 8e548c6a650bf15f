//! What left without a key: kept so that later releases can be compared with it, and so that budgets are counted.

use saferoom_derive::Record;

use super::redacted;
use crate::model::{Narrative, Text, Timestamp};

/// A release
///
/// Made by the library when an extract or a noisy table leaves. Never by hand.
#[derive(Clone, PartialEq, Default, Record)]
#[record(kind = RELEASE, parents(UNIT), by_library)]
pub struct Release {
    /// Name
    ///
    /// What the specification calls it.
    #[field(no = 1, compartment = statistics, class = operational, required)]
    pub name: Option<Text>,
    /// Series
    ///
    /// The series whose guard and budget it counts for.
    #[field(no = 2, compartment = statistics, class = operational, required)]
    pub series: Option<Text>,
    /// Audience
    ///
    /// Inside or outside of the organisation.
    #[field(no = 3, compartment = statistics, class = operational, required)]
    pub audience: Option<Text>,
    /// When it was made
    ///
    /// By the clock of the device.
    #[field(no = 4, compartment = statistics, class = operational, required)]
    pub made_at: Option<Timestamp>,
    /// Rows
    ///
    /// How many left.
    #[field(no = 5, compartment = statistics, class = operational)]
    pub rows: Option<u64>,
    /// Cost
    ///
    /// Of a noisy answer, in millionths of rho.
    #[field(no = 6, compartment = statistics, class = operational)]
    pub cost: Option<u64>,
    /// Digest
    ///
    /// SHA-256 of its membership, or of the noisy table, in hexadecimal.
    #[field(no = 7, compartment = statistics, class = operational, required)]
    pub digest: Option<Text>,
    /// Membership
    ///
    /// Which statistics id stands in which class, in base64.
    #[field(no = 8, compartment = statistics, class = narrative)]
    pub membership: Option<Narrative>,
    /// Manifest
    ///
    /// SHA-256 of the manifest of an extract, in hexadecimal.
    #[field(no = 9, compartment = statistics, class = operational)]
    pub manifest: Option<Text>,
    /// Table
    ///
    /// Of a table of counts: its specification and the counts that are shown, in base64.
    #[field(no = 10, compartment = statistics, class = narrative)]
    pub table: Option<Narrative>,
}

redacted!(Release);
