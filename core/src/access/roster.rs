//! The roster: the numbered, hash-chained, signed list of who is a member and which circles there are.
//!
//! Entries are deterministic CBOR (docs/formats.md, "Roster"). Entry 0 founds the vault: it names the founder, who signs
//! as custodian, and lists every circle with commitment, public key and members. Later entries carry their position and
//! the digest of the entry before; kind 2 says that another device keeps the vault from there on.

use minicbor::decode::Error as DecodeError;
use minicbor::{Decoder, Encoder};

use super::AccessError;
use super::FormEntry;
use super::device::{DeviceEntry, LogLine};
use crate::id::{DeviceId, MemberId, ScopeId, VaultId};
use crate::keys::{CircleName, Commitment, Identity, PublicIdentity, Signature, VerifyingKey};
use crate::model::{Catalogue, FormDocument, catalogue, extended_catalogue};
use crate::seal::{HybridPublicKey, LabelledInput, sha256};

pub(super) const VERSION: u64 = 1;
/// Kinds of entries. Numbers are for ever.
const FOUNDING: u64 = 1;
pub(super) const DEVICE: u64 = 2;
pub(super) const FORM: u64 = 3;

/// The verified roster of a vault.
#[derive(Debug, Clone)]
pub struct Roster {
    founding: FoundingEntry,
    logs: Vec<LogLine>,
    digests: Vec<[u8; 32]>,
    forms: Vec<FormDocument>,
    catalogue: &'static Catalogue,
}

/// Entry 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundingEntry {
    /// The vault.
    pub vault: VaultId,
    /// The device that founded it.
    pub device: DeviceId,
    /// When, by that device's clock: milliseconds since 1970, UTC.
    pub founded_at: u64,
    /// Origin of the device's log, such as `police.example.org/audit/0f3a`.
    pub origin: String,
    /// Verifies the log's checkpoints.
    pub log_key: VerifyingKey,
    /// The unit whose circles are listed.
    pub unit: ScopeId,
    /// The founder: first member and custodian.
    pub founder: PublicIdentity,
    /// The circles.
    pub circles: Vec<CircleListing>,
}

/// A circle generation, as the roster lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CircleListing {
    /// Which circle.
    pub name: CircleName,
    /// Fixes its secret.
    pub commitment: Commitment,
    /// Seals into it.
    pub public_key: HybridPublicKey,
    /// Who holds its secret.
    pub members: Vec<MemberId>,
}

/// A roster entry with its signature, as it is sealed and stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RosterEntry {
    body: Vec<u8>,
    signature: Signature,
}

impl RosterEntry {
    /// Signs the founding entry.
    #[must_use]
    pub fn found(entry: &FoundingEntry, founder: &Identity) -> Self {
        let body = entry.encode();
        let signature = founder.sign(&signed_bytes(&body));
        Self { body, signature }
    }

    /// Signs an entry that lists a new device.
    #[must_use]
    pub fn add_device(entry: &DeviceEntry, custodian: &Identity) -> Self {
        let body = entry.encode();
        let signature = custodian.sign(&signed_bytes(&body));
        Self { body, signature }
    }

    /// Signs an entry that adds a form.
    #[must_use]
    pub fn add_form(entry: &FormEntry, custodian: &Identity) -> Self {
        let body = entry.encode();
        let signature = custodian.sign(&signed_bytes(&body));
        Self { body, signature }
    }

    /// The bytes to seal and store.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        [&self.signature[..], &self.body].concat()
    }

    /// Reads stored bytes.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if they are too short.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, AccessError> {
        let (signature, body) = bytes.split_first_chunk().ok_or(AccessError::Roster)?;
        Ok(Self { signature: *signature, body: body.to_vec() })
    }

    /// The number of its kind.
    fn kind(&self) -> Option<u64> {
        let mut input = Decoder::new(&self.body);
        input.array().ok()??;
        (input.u64().ok()? == VERSION).then(|| input.u64().ok())?
    }

    fn digest(&self) -> [u8; 32] {
        sha256(LabelledInput::new("saferoom/roster-entry").part(&self.body).part(&self.signature).as_bytes())
    }
}

impl Roster {
    /// Verifies all entries of a vault's roster.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if an entry is malformed, not signed by whom it has to be, or of another vault.
    pub fn verify(vault: VaultId, entries: &[RosterEntry]) -> Result<Self, AccessError> {
        let (first, later) = entries.split_first().ok_or(AccessError::Roster)?;
        let mut roster = Self::found(vault, first)?;
        later.iter().try_for_each(|entry| roster.append(entry))?;
        Ok(roster)
    }

    fn found(vault: VaultId, entry: &RosterEntry) -> Result<Self, AccessError> {
        let founding = FoundingEntry::decode(&entry.body).map_err(|_| AccessError::Roster)?;
        let signed = founding.founder.verifying_key.verifies(&signed_bytes(&entry.body), &entry.signature);
        if !signed || founding.vault != vault {
            return Err(AccessError::Roster);
        }
        let log = LogLine {
            device: founding.device,
            origin: founding.origin.clone(),
            log_key: founding.log_key,
            listed_at: 0,
            ended: None,
        };
        Ok(Self { founding, logs: vec![log], digests: vec![entry.digest()], forms: Vec::new(), catalogue: catalogue() })
    }

    /// Verifies one more entry and takes it in.
    ///
    /// # Errors
    /// [`AccessError::Roster`] if it is malformed, out of place, or not signed by whom it has to be; nothing is taken in.
    pub fn append(&mut self, entry: &RosterEntry) -> Result<(), AccessError> {
        match entry.kind() {
            Some(DEVICE) => self.append_device(entry)?,
            Some(FORM) => self.append_form(entry)?,
            _ => return Err(AccessError::Roster),
        }
        self.digests.push(entry.digest());
        Ok(())
    }

    fn append_device(&mut self, entry: &RosterEntry) -> Result<(), AccessError> {
        let listed = DeviceEntry::decode(&entry.body).map_err(|_| AccessError::Roster)?;
        let follows = (listed.position, listed.previous) == (self.digests.len() as u64, self.head().1);
        let custodian = self.custodian(listed.custodian).ok_or(AccessError::Roster)?;
        let signed = custodian.verifying_key.verifies(&signed_bytes(&entry.body), &entry.signature);
        let taken = self.logs.iter().any(|log| log.device == listed.device || log.origin == listed.origin);
        if !follows || !signed || taken || listed.vault != self.founding.vault {
            return Err(AccessError::Roster);
        }
        if let Some(log) = self.logs.last_mut() {
            log.ended = Some(listed.ended);
        }
        self.logs.push(LogLine {
            device: listed.device,
            origin: listed.origin,
            log_key: listed.log_key,
            listed_at: listed.position,
            ended: None,
        });
        Ok(())
    }

    fn append_form(&mut self, entry: &RosterEntry) -> Result<(), AccessError> {
        let listed = FormEntry::decode(&entry.body).map_err(|_| AccessError::Roster)?;
        let follows = (listed.position, listed.previous) == (self.digests.len() as u64, self.head().1);
        let custodian = self.custodian(listed.custodian).ok_or(AccessError::Roster)?;
        let signed = custodian.verifying_key.verifies(&signed_bytes(&entry.body), &entry.signature);
        if !follows || !signed || listed.vault != self.founding.vault {
            return Err(AccessError::Roster);
        }
        let forms = [&self.forms[..], &[listed.form]].concat();
        self.catalogue = extended_catalogue(&forms).map_err(|_| AccessError::Roster)?;
        self.forms = forms;
        Ok(())
    }

    /// The forms that custodians have added, oldest first.
    #[must_use]
    pub fn forms(&self) -> &[FormDocument] {
        &self.forms
    }

    /// The catalogue of this release with the fields of the forms.
    #[must_use]
    pub const fn catalogue(&self) -> &'static Catalogue {
        self.catalogue
    }

    /// All logs of the vault, in the order in which the devices kept it; the last one is being kept.
    #[must_use]
    pub fn logs(&self) -> &[LogLine] {
        &self.logs
    }

    /// The log that is being kept.
    #[must_use]
    pub fn log(&self) -> &LogLine {
        &self.logs[self.logs.len() - 1]
    }

    /// The device that kept the vault when the roster's head was at this position.
    #[must_use]
    pub fn device_at(&self, position: u64) -> Option<DeviceId> {
        self.logs.iter().rev().find(|log| log.listed_at <= position).map(|log| log.device)
    }

    /// The public identity of a custodian, if they are one.
    #[must_use]
    pub fn custodian(&self, member: MemberId) -> Option<&PublicIdentity> {
        Some(&self.founding.founder).filter(|founder| founder.member == member)
    }

    /// The founding entry.
    #[must_use]
    pub fn founding(&self) -> &FoundingEntry {
        &self.founding
    }

    /// Position and digest of the newest entry.
    #[must_use]
    pub fn head(&self) -> (u64, [u8; 32]) {
        let last = self.digests.len().saturating_sub(1);
        (last as u64, self.digests[last])
    }

    /// Digest of the entry at this position.
    #[must_use]
    pub fn digest_at(&self, position: u64) -> Option<[u8; 32]> {
        self.digests.get(usize::try_from(position).ok()?).copied()
    }

    /// Digest of entry 0.
    #[must_use]
    pub fn genesis(&self) -> [u8; 32] {
        self.digests[0]
    }

    /// The public identity of a member, if they are one.
    #[must_use]
    pub fn member(&self, member: MemberId) -> Option<&PublicIdentity> {
        Some(&self.founding.founder).filter(|founder| founder.member == member)
    }

    /// The circles that list this member.
    pub fn circles_of(&self, member: MemberId) -> impl Iterator<Item = &CircleListing> {
        self.founding.circles.iter().filter(move |circle| circle.members.contains(&member))
    }

    /// The circle of a unit and compartment, in its newest generation.
    #[must_use]
    pub fn circle(&self, scope: ScopeId, compartment: u8) -> Option<&CircleListing> {
        let matching = |circle: &&CircleListing| circle.name.scope == scope && circle.name.compartment == compartment;
        self.founding.circles.iter().filter(matching).max_by_key(|circle| circle.name.generation)
    }
}

impl FoundingEntry {
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::new());
        let _infallible = self.encode_into(&mut out);
        out.into_writer()
    }

    fn encode_into(&self, out: &mut Encoder<Vec<u8>>) -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
        out.array(11)?.u64(VERSION)?.u64(FOUNDING)?.u64(0)?;
        out.bytes(self.vault.as_bytes())?.bytes(self.device.as_bytes())?.u64(self.founded_at)?;
        out.str(&self.origin)?.bytes(self.log_key.as_bytes())?.bytes(self.unit.as_bytes())?;
        out.array(3)?.bytes(self.founder.member.as_bytes())?;
        out.bytes(self.founder.verifying_key.as_bytes())?.bytes(&self.founder.hybrid_key.to_bytes())?;
        out.array(self.circles.len() as u64)?;
        for circle in &self.circles {
            out.array(6)?.bytes(circle.name.scope.as_bytes())?.u8(circle.name.compartment)?;
            out.u32(circle.name.generation)?.bytes(&circle.commitment)?.bytes(&circle.public_key.to_bytes())?;
            out.array(circle.members.len() as u64)?;
            for member in &circle.members {
                out.bytes(member.as_bytes())?;
            }
        }
        Ok(())
    }

    pub(crate) fn decode(body: &[u8]) -> Result<Self, DecodeError> {
        let mut input = Decoder::new(body);
        expect_array(&mut input, 11)?;
        if (input.u64()?, input.u64()?, input.u64()?) != (VERSION, FOUNDING, 0) {
            return Err(DecodeError::message("unknown version"));
        }
        let (vault, device) = (VaultId::from_bytes(fixed(&mut input)?), DeviceId::from_bytes(fixed(&mut input)?));
        let founded_at = input.u64()?;
        let origin = input.str()?.to_owned();
        let log_key = VerifyingKey::from_bytes(fixed(&mut input)?);
        let unit = ScopeId::from_bytes(fixed(&mut input)?);
        expect_array(&mut input, 3)?;
        let founder = PublicIdentity {
            member: MemberId::from_bytes(fixed(&mut input)?),
            verifying_key: VerifyingKey::from_bytes(fixed(&mut input)?),
            hybrid_key: public_key(&mut input)?,
        };
        let circles = list(&mut input, decode_circle)?;
        let entry = Self { vault, device, founded_at, origin, log_key, unit, founder, circles };
        // One encoding only: whatever else decodes to the same entry is refused.
        if entry.encode() == body { Ok(entry) } else { Err(DecodeError::message("not canonical")) }
    }
}

fn decode_circle(input: &mut Decoder<'_>) -> Result<CircleListing, DecodeError> {
    expect_array(input, 6)?;
    let name =
        CircleName { scope: ScopeId::from_bytes(fixed(input)?), compartment: input.u8()?, generation: input.u32()? };
    let (commitment, public_key) = (fixed(input)?, public_key(input)?);
    let members = list(input, |input| Ok(MemberId::from_bytes(fixed(input)?)))?;
    Ok(CircleListing { name, commitment, public_key, members })
}

fn list<T>(
    input: &mut Decoder<'_>,
    mut item: impl FnMut(&mut Decoder<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let length = input.array()?.ok_or_else(|| DecodeError::message("indefinite length"))?;
    (0..length).map(|_| item(input)).collect()
}

pub(super) fn expect_array(input: &mut Decoder<'_>, length: u64) -> Result<(), DecodeError> {
    if input.array()? == Some(length) { Ok(()) } else { Err(DecodeError::message("wrong number of parts")) }
}

pub(super) fn fixed<const N: usize>(input: &mut Decoder<'_>) -> Result<[u8; N], DecodeError> {
    input.bytes()?.try_into().map_err(|_| DecodeError::message("wrong length"))
}

fn public_key(input: &mut Decoder<'_>) -> Result<HybridPublicKey, DecodeError> {
    HybridPublicKey::from_bytes(input.bytes()?).map_err(|_| DecodeError::message("no public key"))
}

fn signed_bytes(body: &[u8]) -> Vec<u8> {
    LabelledInput::new("saferoom/roster").part(body).as_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::LogEnd;
    use crate::keys::{CircleSecret, SigningKey};
    use crate::log::Hash;

    fn founding(founder: &Identity) -> FoundingEntry {
        let (vault, unit) = (VaultId::random(), ScopeId::random());
        let name = CircleName { scope: unit, compartment: 1, generation: 1 };
        let secret = CircleSecret::generate();
        FoundingEntry {
            vault,
            device: DeviceId::random(),
            founded_at: 1_700_000_000_000,
            origin: "police.example.org/audit/1".into(),
            log_key: SigningKey::generate().verifying_key(),
            unit,
            founder: founder.public(),
            circles: vec![CircleListing {
                name,
                commitment: secret.commitment(vault, name),
                public_key: secret.keys(vault, name).hybrid().public_key(),
                members: vec![founder.member()],
            }],
        }
    }

    #[test]
    fn only_what_the_founder_signed_is_a_roster() {
        let founder = Identity::generate();
        let entry = founding(&founder);
        let signed = RosterEntry::found(&entry, &founder);
        let roster = Roster::verify(entry.vault, &[RosterEntry::from_bytes(&signed.to_bytes()).unwrap()]).unwrap();
        assert_eq!(roster.founding(), &entry);
        assert_eq!(roster.circles_of(founder.member()).count(), 1);
        assert_eq!(roster.circles_of(MemberId::random()).count(), 0);
        assert!(roster.circle(entry.unit, 1).is_some() && roster.circle(entry.unit, 2).is_none());

        assert_eq!(Roster::verify(VaultId::random(), std::slice::from_ref(&signed)).err(), Some(AccessError::Roster));
        assert_eq!(Roster::verify(entry.vault, &[]).err(), Some(AccessError::Roster));
        let stranger = RosterEntry::found(&entry, &Identity::generate());
        assert_eq!(Roster::verify(entry.vault, &[stranger]).err(), Some(AccessError::Roster));
        let bytes = signed.to_bytes();
        for index in (0..bytes.len()).step_by(7) {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let read = RosterEntry::from_bytes(&changed).unwrap();
            assert_eq!(Roster::verify(entry.vault, &[read]).err(), Some(AccessError::Roster), "byte {index}");
        }
    }

    fn takeover(roster: &Roster, custodian: MemberId) -> DeviceEntry {
        let (position, previous) = roster.head();
        DeviceEntry {
            position: position + 1,
            previous,
            vault: roster.founding().vault,
            custodian,
            device: DeviceId::random(),
            since: 1_800_000_000_000,
            origin: format!("police.example.org/audit/{}", position + 2),
            log_key: SigningKey::generate().verifying_key(),
            ended: LogEnd { commit: 7, size: 9, root: Hash::from_bytes([5; 32]) },
        }
    }

    #[test]
    fn a_new_device_is_listed_by_a_custodian_only() {
        let founder = Identity::generate();
        let first = RosterEntry::found(&founding(&founder), &founder);
        let vault = FoundingEntry::decode(&first.body).unwrap().vault;
        let founded = Roster::verify(vault, std::slice::from_ref(&first)).unwrap();
        let listed = takeover(&founded, founder.member());
        let second = RosterEntry::add_device(&listed, &founder);
        let entries = [first, RosterEntry::from_bytes(&second.to_bytes()).unwrap()];
        let roster = Roster::verify(vault, &entries).unwrap();
        assert_eq!((roster.log().device, roster.logs().len()), (listed.device, 2));
        assert_eq!(roster.logs()[0].ended, Some(listed.ended));
        let devices = (roster.device_at(0), roster.device_at(1));
        assert_eq!(devices, (Some(founded.log().device), Some(listed.device)));
        assert_eq!(roster.genesis(), founded.genesis());

        let refused = |entry: DeviceEntry, signer: &Identity| {
            let mut roster = founded.clone();
            let refused = roster.append(&RosterEntry::add_device(&entry, signer));
            assert_eq!((refused, roster.head()), (Err(AccessError::Roster), founded.head()));
        };
        let stranger = Identity::generate();
        refused(listed.clone(), &stranger);
        refused(DeviceEntry { custodian: stranger.member(), ..listed.clone() }, &stranger);
        refused(DeviceEntry { position: 2, ..listed.clone() }, &founder);
        refused(DeviceEntry { previous: [0; 32], ..listed.clone() }, &founder);
        refused(DeviceEntry { vault: VaultId::random(), ..listed.clone() }, &founder);
        refused(DeviceEntry { device: founded.log().device, ..listed.clone() }, &founder);
        refused(DeviceEntry { origin: founded.log().origin.clone(), ..listed }, &founder);
    }

    #[test]
    fn entries_of_an_unknown_kind_are_refused() {
        let founder = Identity::generate();
        let first = RosterEntry::found(&founding(&founder), &founder);
        let vault = FoundingEntry::decode(&first.body).unwrap().vault;
        let mut body = first.body.clone();
        body[2] = 0x17;
        let unknown = RosterEntry { signature: founder.sign(&signed_bytes(&body)), body };
        assert_eq!(Roster::verify(vault, &[first, unknown]).err(), Some(AccessError::Roster));
    }

    #[test]
    fn a_form_is_taken_from_a_custodian_only_and_in_its_place() {
        let founder = Identity::generate();
        let first = RosterEntry::found(&founding(&founder), &founder);
        let vault = FoundingEntry::decode(&first.body).unwrap().vault;
        let founded = Roster::verify(vault, std::slice::from_ref(&first)).unwrap();
        let form = FormDocument::parse("version = 1\nname = \"Empty\"").unwrap();
        let (position, previous) = (1, founded.head().1);
        let listed = FormEntry { position, previous, vault, custodian: founder.member(), form };
        let second = RosterEntry::add_form(&listed, &founder);
        let roster = Roster::verify(vault, &[first.clone(), second.clone()]).unwrap();
        assert_eq!((roster.forms(), roster.head().0), (&[listed.form.clone()][..], 1));

        let refused = |entry: &RosterEntry| {
            let mut roster = founded.clone();
            assert_eq!((roster.append(entry), roster.head()), (Err(AccessError::Roster), founded.head()));
        };
        let stranger = Identity::generate();
        refused(&RosterEntry::add_form(&listed, &stranger));
        refused(&RosterEntry::add_form(&FormEntry { custodian: stranger.member(), ..listed.clone() }, &stranger));
        refused(&RosterEntry::add_form(&FormEntry { position: 2, ..listed.clone() }, &founder));
        refused(&RosterEntry::add_form(&FormEntry { previous: [0; 32], ..listed.clone() }, &founder));
        refused(&RosterEntry::add_form(&FormEntry { vault: VaultId::random(), ..listed }, &founder));
        let bytes = second.to_bytes();
        for index in (0..bytes.len()).step_by(5) {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            refused(&RosterEntry::from_bytes(&changed).unwrap());
        }
        assert_eq!(Roster::verify(vault, &[first, second.clone(), second]).err(), Some(AccessError::Roster));
    }
}
