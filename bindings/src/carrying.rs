//! Packets and a vault: what comes in is taken in once, in one act; a case that goes to another unit; what is handed in.

use std::collections::HashMap;
use std::path::Path;

use saferoom::access::packet::{ContentKind, HandInRecord, PacketWriter};
use saferoom::id::RecordId;
use saferoom::keys::PacketAddress;
use saferoom::vault::PacketReport;

use crate::error::SaferoomError;
use crate::packet::{Correspondent, KnownSenders, now};
use crate::referral::ReferralMoved;
use crate::session::Session;
use crate::types::AccessInput;
use crate::value::{FieldValue, record_of};

/// What became of a packet that came in.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PacketTaken {
    /// The packet.
    pub packet: String,
    /// Whether it was taken in before: nothing of it was taken in again.
    pub again: bool,
    /// The records that it brought: by the id in the packet, the id here.
    pub records: HashMap<String, String>,
    /// Checkpoints of other logs that came with it, as signed notes.
    pub checkpoints: Vec<String>,
    /// Referrals that a service answered, and where they stand now.
    pub referrals: Vec<ReferralMoved>,
    /// Rows of statistics that were new or had changed.
    pub statistics: u64,
    /// What to answer the sender: name of the outcome.
    pub outcome: String,
    /// How many parts were not taken in.
    pub parts_left: u64,
}

/// A case that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct CaseHandedOver {
    /// The packet that was written.
    pub packet: String,
    /// How many records are in it.
    pub records: u64,
    /// Compartments that are not in it, because this member cannot open them: another has to hand them over.
    pub withheld: Vec<String>,
    /// Kinds of the records that are not in it, one for each record, because each needs a record that stays here: a link to
    /// another case, a review by an officer of this unit.
    pub left_out: Vec<String>,
}

/// A record that is handed in. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct HandedIn {
    /// A random id that is good for this call only; others may name it as their parent.
    pub id: String,
    /// Name of its kind.
    pub kind: String,
    /// The record that it stands below: one of this call, or one of the vault.
    pub parent: Option<String>,
    /// Its values, by name of the field.
    pub fields: HashMap<String, FieldValue>,
}

redacted! { HandedIn }

#[uniffi::export]
impl Session {
    /// Takes a packet in: verifies all of it, then writes what it brings, remembers the packet and logs it, in one act. Once
    /// more changes nothing. `folder` is where a large one waits, sealed.
    ///
    /// # Errors
    /// A sender who is not known, a packet for somebody else, altered, stale or expired; the errors of the records that it
    /// brings; nothing was taken in then. The role does not allow it (logged).
    pub fn take_in(
        &self,
        path: String,
        receiver: &Correspondent,
        known: &KnownSenders,
        folder: String,
        access: AccessInput,
    ) -> Result<PacketTaken, SaferoomError> {
        let packet = receiver.read(&path)?;
        // A copy, so that no lock is held while the vault works.
        let known = known.lock().clone();
        Ok(self.0.take_in(packet, &known, Path::new(&folder), &access.into())?.into())
    }

    /// Reads a case and writes it into a new packet file, for the owner of an address (the bytes of its file) in another unit.
    /// Each record is logged as read, and the hand-over as an export. The case stays here as it is.
    ///
    /// # Errors
    /// The role does not allow it (logged), no such case, a malformed address, a file that exists; a record that whoever takes
    /// the case over would refuse, mostly because this member cannot open all of it (logged).
    pub fn hand_over(
        &self,
        case_id: String,
        unit: String,
        sender: &Correspondent,
        address_file: &[u8],
        out: String,
        access: AccessInput,
    ) -> Result<CaseHandedOver, SaferoomError> {
        let recipient = PacketAddress::from_file_bytes(address_file)?;
        let unit = unit.parse::<RecordId>()?.scope();
        let keys = sender.keys()?;
        let over = self.0.hand_over(case_id.parse()?, unit, keys.signer(), &access.into())?;
        let (part, now) = (over.records.to_bytes(), now());
        let part: &[u8] = &part;
        let writer = PacketWriter::new(keys.signer(), now)
            .to(&recipient.hybrid_key, now)
            .reply_to(&sender.address()?.hybrid_key)
            .part(ContentKind::CASE_HANDOVER, "", &part);
        let written = writer.write_file(Path::new(&out))?;
        Ok(CaseHandedOver {
            packet: written.manifest.packet.to_string(),
            records: over.records.hand_in().records.len() as u64,
            withheld: over.withheld.iter().map(|compartment| compartment.name().to_owned()).collect(),
            left_out: over.left_out.iter().map(|(_, kind)| kind.name().to_owned()).collect(),
        })
    }

    /// Hands records in, as a member whose role writes and does not read back. Answers the ids that they have got, by those
    /// that were given.
    ///
    /// # Errors
    /// The role does not allow it (logged), and what is wrong with the records.
    pub fn hand_in(
        &self,
        records: Vec<HandedIn>,
        access: AccessInput,
    ) -> Result<HashMap<String, String>, SaferoomError> {
        let catalogue = self.0.catalogue()?;
        let record = |given: HandedIn| {
            let parent = given.parent.map(|id| id.parse()).transpose()?;
            let record = record_of(catalogue, &given.kind, given.fields)?;
            Ok(HandInRecord::of(given.id.parse()?, parent, &record)?)
        };
        let records = records.into_iter().map(record).collect::<Result<Vec<_>, SaferoomError>>()?;
        Ok(by_id(&self.0.hand_in(&records, &access.into())?))
    }
}

fn by_id(records: &[(RecordId, RecordId)]) -> HashMap<String, String> {
    records.iter().map(|(there, here)| (there.to_string(), here.to_string())).collect()
}

impl From<PacketReport> for PacketTaken {
    fn from(report: PacketReport) -> Self {
        let notes = report.checkpoints.map(|checkpoints| checkpoints.notes).unwrap_or_default();
        Self {
            packet: report.packet.to_string(),
            again: report.again,
            records: by_id(&report.records),
            checkpoints: notes.iter().map(ToString::to_string).collect(),
            referrals: report.referrals.into_iter().map(ReferralMoved::from).collect(),
            statistics: report.statistics,
            outcome: report.receipt.outcome.name().unwrap_or_default().to_owned(),
            parts_left: report.receipt.parts.len() as u64,
        }
    }
}
