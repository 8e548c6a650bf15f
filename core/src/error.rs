//! What can go wrong, and what to do about it.
//!
//! Each floor has an error type of its own; all of them answer the same two questions, [`Diagnosis::code`] and
//! [`Diagnosis::advice`]. Codes are for ever: a host may store them, show them, and look them up. No text of any error
//! carries a field value, a name, a key or a passphrase; places are named by record kind, field name and position.

/// The questions that every error of saferoom answers, besides its text.
pub trait Diagnosis: std::error::Error {
    /// The stable number of this error; hundreds tell the [`Family`].
    fn code(&self) -> u16;

    /// What the person or the program in front of it should do now.
    fn advice(&self) -> &'static str;
}

/// The families of error codes, with room for 100 codes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u16)]
pub enum Family {
    /// Sealing and opening of single values.
    Seal = 100,
    /// Keys, identities, the host's key store.
    Keys = 200,
    /// Records, fields, values, code lists.
    Model = 300,
    /// Log entries, trees, notes.
    Log = 400,
    /// The SQLite file.
    Store = 500,
    /// Members, circles, purposes: 600 to 639 and 670 to 679 are of [`crate::access::AccessError`], 640 to 669 of
    /// [`crate::access::PolicyError`], 680 to 689 of [`crate::access::erasure::ErasureError`].
    Access = 600,
    /// The vault as a whole.
    Vault = 700,
    /// Import and export.
    Exchange = 800,
    /// Host input of the simplest kind, such as ids.
    Input = 900,
    /// Packets: what crosses between vaults.
    Packet = 1000,
    /// Good practice: interviews, consent, words.
    Practice = 1100,
    /// What leaves without a key: anonymised tables and their specifications.
    Release = 1200,
    /// Statements: corrections, signatures, translations, closing for changes.
    Statement = 1300,
    /// Tables of counts, their noise and budgets; the guard of a series of releases.
    Tables = 1900,
    /// Referrals to services.
    Referral = 1400,
    /// Custody of exhibits.
    Custody = 1500,
    /// Rooms, visits and training on their way to a monitor.
    Rooms = 1600,
    /// Statistics of cases: the rows that extracts are made of.
    Statistics = 1700,
    /// Writing and opening extracts.
    Output = 1800,
    /// Witnesses of logs. Codes 410 to 412 are of bundles only.
    Witness = 2000,
}

impl Family {
    /// The code number `offset` of this family.
    #[must_use]
    pub const fn code(self, offset: u16) -> u16 {
        assert!(offset < 100, "a family has room for 100 codes");
        self as u16 + offset
    }
}
