//! Rows of statistics on their way to the extract desk, and the way back from a pseudonym.

use std::path::Path;
use std::sync::Arc;

use saferoom::access::packet::{ContentKind, PacketWriter};
use saferoom::id::RecordId;
use saferoom::keys::{PacketAddress, RecoveryScope};

use crate::desk;
use crate::error::SaferoomError;
use crate::packet::{Correspondent, now};
use crate::recovery::{RecoveryCeremony, RecoveryShare};
use crate::session::Session;
use crate::types::AccessInput;

/// Rows that were written into a packet.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct StatisticsHandedOver {
    /// The packet that was written.
    pub packet: String,
    /// How many rows are in it.
    pub rows: u64,
}

#[uniffi::export]
impl Session {
    /// Writes the statistics rows that a desk has not got yet, or all of them `again`, into a new packet for the owner of an
    /// address (the bytes of its file). `station` is what this vault is called in extracts. Logged as an export.
    ///
    /// # Errors
    /// The role does not allow it or has no key (logged), the name of the station, a malformed address, a file that exists.
    pub fn hand_over_statistics(
        &self,
        station: &str,
        sender: &Correspondent,
        address_file: &[u8],
        out: String,
        again: bool,
        access: AccessInput,
    ) -> Result<StatisticsHandedOver, SaferoomError> {
        let recipient = PacketAddress::from_file_bytes(address_file)?;
        let slice = self.0.hand_over_statistics(&recipient.verifying_key, station, again, &access.into())?;
        let (part, now) = (slice.encode(), now());
        let part: &[u8] = &part;
        let keys = sender.keys()?;
        let writer = PacketWriter::new(keys.signer(), now)
            .to(&recipient.hybrid_key, now)
            .reply_to(&sender.address()?.hybrid_key)
            .part(ContentKind::STATISTICS, "", &part);
        let written = writer.write_file(Path::new(&out))?;
        Ok(StatisticsHandedOver { packet: written.manifest.packet.to_string(), rows: slice.rows.len() as u64 })
    }

    /// Holds a ceremony for the key of reversals of a unit (its record): with enough of its shares, and only then, a pseudonym
    /// leads back to a case. Put in force by `set_up_recovery`.
    ///
    /// # Errors
    /// As `begin_recovery`.
    #[uniffi::method(default(needed = None, shares = None))]
    pub fn begin_reversal_key(
        &self,
        unit: &str,
        needed: Option<u32>,
        shares: Option<u32>,
    ) -> Result<Arc<RecoveryCeremony>, SaferoomError> {
        let unit = unit.parse::<RecordId>()?.scope();
        self.ceremony(RecoveryScope::Reversal(unit), needed, shares)
    }

    /// Finds the case behind a pseudonym by enough shares of the key for reversals. `way_back` is the content of the file
    /// beside the extract. Needs a reason in words; a finding stays open until somebody else has reviewed it. Nothing of the
    /// case is opened.
    ///
    /// # Errors
    /// A share is wrong or there are too few, the pseudonym is of another release, the role does not allow it (logged).
    pub fn reverse_pseudonym(
        &self,
        pseudonym: &str,
        way_back: &[u8],
        shares: Vec<Arc<RecoveryShare>>,
        access: AccessInput,
    ) -> Result<String, SaferoomError> {
        desk::reverse_pseudonym(self, (pseudonym, way_back), &shares, access)
    }
}
