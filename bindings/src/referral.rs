//! Referrals: sent as packets, read and answered by services without a vault, moved by what they answer, overdue ones found.

use std::path::Path;
use std::sync::Arc;

use saferoom::access::packet::{
    ContentKind, MemoryReplayGuard, Outcome, PacketError, PacketWriter, Receipt, ReferralAnswer,
};
use saferoom::keys::PacketAddress;
use saferoom::model::{Coded, LabelLanguage, ModelError};
use saferoom::practice::case_uco::FIELDS;
use saferoom::practice::consent::Disclosure;
use saferoom::practice::referrals::ToldReferral;
use saferoom::vault;

use crate::error::SaferoomError;
use crate::identity::Identity;
use crate::packet::{Correspondent, KnownSenders, OpenedPacket, now};
use crate::practice::{ConsentOverride, DisclosureRequest};
use crate::session::Session;
use crate::types::AccessInput;

/// More than any referral or share manifest takes.
const LONGEST: usize = 16 << 20;

/// A referral that was sent.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct SentReferral {
    /// The packet.
    pub packet: String,
    /// Its bytes: to be given to the service.
    pub bytes: Vec<u8>,
    /// The fields that the service is told, and no other, such as `child.given_name`.
    pub told: Vec<String>,
    /// The ground on which it is told without consent.
    pub ground: Option<String>,
}

/// A referral that went from one state to another.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ReferralMoved {
    /// The referral.
    pub referral: String,
    /// Where it stood.
    pub before: String,
    /// Where it stands.
    pub now: String,
}

impl From<vault::ReferralMoved> for ReferralMoved {
    fn from(moved: vault::ReferralMoved) -> Self {
        Self { referral: moved.referral.to_string(), before: moved.from, now: moved.to }
    }
}

/// What looking for overdue referrals found.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OverdueReferrals {
    /// How many referrals were looked at.
    pub looked_at: u64,
    /// How many cases this member cannot look into.
    pub closed_cases: u64,
    /// What is overdue.
    pub overdue: Vec<OverdueReferral>,
    /// How many findings have settled themselves.
    pub settled: u64,
}

/// A referral that is overdue.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct OverdueReferral {
    /// The referral.
    pub referral: String,
    /// The service, of the list `service_type`.
    pub service: String,
    /// Why: as in `ReferralStanding`.
    pub why: String,
    /// The finding about it.
    pub finding: String,
    /// Whether it was opened now.
    pub is_new: bool,
}

#[uniffi::export]
impl Session {
    /// Makes the packet by which a referral goes to a service: consent is asked, and exactly the named fields are told.
    /// `address` is the bytes of the service's address file, `identity` whose signature the packet bears.
    ///
    /// # Errors
    /// Why the service may not be told; what is missing in the referral; nothing was sent then.
    #[allow(clippy::too_many_arguments)]
    #[uniffi::method(default(expires_at = None, without_consent = None))]
    pub fn send_referral(
        &self,
        referral: &str,
        address: &[u8],
        recipient_kind: String,
        fields: Vec<String>,
        identity: &Identity,
        access: AccessInput,
        expires_at: Option<u64>,
        without_consent: Option<ConsentOverride>,
    ) -> Result<SentReferral, SaferoomError> {
        let to = PacketAddress::from_file_bytes(address)?;
        let without_consent = without_consent.map(ConsentOverride::into_core).transpose()?;
        let sending = vault::SendReferral { to, recipient_kind, fields, without_consent, expires_at };
        let sent = self.0.send_referral(referral.parse()?, &sending, &*identity.keys()?, &access.into())?;
        let packet = sent.packet.to_string();
        Ok(SentReferral { packet, bytes: sent.bytes, told: sent.told, ground: sent.manifest.ground })
    }

    /// Moves a referral, as the station hears it: declined, withdrawn, done.
    ///
    /// # Errors
    /// It does not go there from where it stands; no right; no such record.
    #[uniffi::method(default(decline_reason = None))]
    pub fn move_referral(
        &self,
        referral: &str,
        state: &str,
        access: AccessInput,
        decline_reason: Option<String>,
    ) -> Result<ReferralMoved, SaferoomError> {
        let state = Coded::new(state).map_err(ModelError::Value)?;
        let reason = decline_reason.as_deref().map(Coded::new).transpose().map_err(ModelError::Value)?;
        Ok(self.0.move_referral(referral.parse()?, &state, reason.as_ref(), &access.into())?.into())
    }

    /// Looks at all referrals that this member can read and opens a finding for each that is overdue and has none.
    ///
    /// # Errors
    /// No right; the file was changed from outside.
    pub fn overdue_referrals(&self, access: AccessInput) -> Result<OverdueReferrals, SaferoomError> {
        let report = self.0.overdue_referrals(&access.into())?;
        let one = |one: vault::OverdueReferral| OverdueReferral {
            referral: one.referral.to_string(),
            service: one.service,
            why: one.why.name().to_owned(),
            finding: one.finding.to_string(),
            is_new: one.new,
        };
        Ok(OverdueReferrals {
            looked_at: report.looked_at as u64,
            closed_cases: report.closed_cases as u64,
            overdue: report.overdue.into_iter().map(one).collect(),
            settled: report.settled as u64,
        })
    }
}

/// Exhibits with their custody as a CASE/UCO document. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct CaseUco {
    /// The document, JSON-LD.
    pub document: String,
    /// The share manifest, JSON: digest of the document, and each record by kind with the numbers of the fields that it tells.
    pub manifest: String,
    /// How many exhibits are in it.
    pub exhibits: u64,
}

redacted! { CaseUco }

#[uniffi::export]
impl Session {
    /// Reads the exhibits of a child's case for somebody outside, as a CASE/UCO document: a disclosure as any other. Without
    /// fields in the request, all that the document has a place for.
    ///
    /// # Errors
    /// As `disclose`.
    pub fn case_uco(
        &self,
        child: &str,
        request: DisclosureRequest,
        without_consent: Option<ConsentOverride>,
        access: AccessInput,
    ) -> Result<CaseUco, SaferoomError> {
        let stated = without_consent.map(ConsentOverride::into_core).transpose()?;
        let mut disclosure = Disclosure::from(request);
        if disclosure.fields.is_empty() {
            disclosure.fields = FIELDS.iter().map(|field| (*field).to_owned()).collect();
        }
        let told = self.0.case_uco(child.parse()?, &disclosure, stated.as_ref(), &access.into())?;
        let manifest = told.manifest.to_string();
        Ok(CaseUco { document: told.document, manifest, exhibits: told.exhibits as u64 })
    }
}

/// One field that a service was told. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct ToldField {
    /// What the record is.
    pub record: String,
    /// What the field is called.
    pub label: String,
    /// What it says: codes by their labels.
    pub value: String,
}

redacted! { ToldField }

#[uniffi::export]
impl OpenedPacket {
    /// The referral in it, if there is one, compared with its share manifest: as JSON for programs.
    ///
    /// # Errors
    /// It does not tell exactly what its manifest lists; it is malformed, or of a newer version.
    pub fn referral_json(&self) -> Result<Option<String>, SaferoomError> {
        Ok(self.told()?.map(|told| told.json().to_string()))
    }

    /// The same for people, in English (`en`) or Khmer (`km`).
    ///
    /// # Errors
    /// As `referral_json`.
    pub fn referral_fields(&self, language: &str) -> Result<Option<Vec<ToldField>>, SaferoomError> {
        let language = LabelLanguage::from_code(language).unwrap_or_default();
        let Some(told) = self.told()? else { return Ok(None) };
        let records = told.in_language(language).into_iter();
        let fields = records.flat_map(|(record, fields)| {
            fields.into_iter().map(move |field| ToldField {
                record: record.clone(),
                label: field.label,
                value: field.value,
            })
        });
        Ok(Some(fields.collect()))
    }
}

impl OpenedPacket {
    fn told(&self) -> Result<Option<ToldReferral>, SaferoomError> {
        self.with(|packet, _seen| told_in(packet))
    }
}

/// What a service answers to a referral. Prints nothing of it.
#[derive(Clone, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct ReferralAnswerInput {
    /// Where the referral stands now, of the list `referral_status`.
    pub state: String,
    /// What came of it, of the list `service_outcome`.
    #[uniffi(default = None)]
    pub outcome: Option<String>,
    /// Why it was declined, of the list `decline_reason`.
    #[uniffi(default = None)]
    pub decline_reason: Option<String>,
    /// When the child is expected: milliseconds since 1970, UTC.
    #[uniffi(default = None)]
    pub appointment_at: Option<u64>,
    /// Who answers: name and function.
    #[uniffi(default = "")]
    pub by: String,
    /// What the service reports, up to 8192 bytes.
    #[uniffi(default = "")]
    pub feedback: String,
}

redacted! { ReferralAnswerInput }

#[uniffi::export]
impl Correspondent {
    /// Answers the referral in a packet of a known sender, in a new packet file.
    ///
    /// # Errors
    /// As `open`; the packet brings no referral; a state or a text that cannot be sent.
    pub fn answer_referral(
        self: Arc<Self>,
        path: String,
        known: &KnownSenders,
        answer: ReferralAnswerInput,
        out: String,
    ) -> Result<String, SaferoomError> {
        let now = now();
        let folder = Path::new(&out).parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let packet = self.read(&path)?;
        let mut packet = packet.accept(&known.lock(), &MemoryReplayGuard::new(), now, folder)?;
        let malformed = PacketError::Content { kind: ContentKind::REFERRAL_ANSWER };
        let told = told_in(&mut packet)?.ok_or(PacketError::Content { kind: ContentKind::REFERRAL })?;
        let answer = ReferralAnswer {
            ticket: told.ticket().to_vec(),
            state: answer.state,
            outcome: answer.outcome,
            decline_reason: answer.decline_reason,
            appointment_at: answer.appointment_at,
            by: answer.by,
            at: now,
            feedback: answer.feedback,
        };
        if !answer.is_valid() {
            return Err(malformed.into());
        }
        let answered = packet.manifest();
        let outcome = outcome_of(&answer.state);
        let receipt = Receipt { packet: answered.packet, outcome, note: String::new(), parts: Vec::new() };
        let (receipt, answer) = (receipt.encode(), answer.encode());
        let keys = self.keys()?;
        let writer = PacketWriter::new(keys.signer(), now)
            .to(answered.reply_key(), now)
            .in_reply_to(answered.packet)
            .part(ContentKind::RECEIPT, "", &receipt)
            .part(ContentKind::REFERRAL_ANSWER, "", &answer);
        Ok(writer.write_file(Path::new(&out))?.manifest.packet.to_string())
    }
}

/// What a state says of the packet.
fn outcome_of(state: &str) -> Outcome {
    match state {
        "accepted" | "in_service" => Outcome::ACCEPTED,
        "rejected" | "unavailable" => Outcome::REFUSED,
        "completed" => Outcome::COMPLETED,
        _ => Outcome::RECEIVED,
    }
}

fn told_in(packet: &mut saferoom::access::packet::AcceptedPacket) -> Result<Option<ToldReferral>, SaferoomError> {
    let parts = &packet.manifest().parts;
    let place = |kind| parts.iter().position(|part| part.kind == kind);
    let (Some(part), manifest) = (place(ContentKind::REFERRAL), place(ContentKind::SHARE_MANIFEST)) else {
        return Ok(None);
    };
    let manifest = manifest.ok_or(PacketError::ShareManifest)?;
    let (part, manifest) = (packet.part_bytes(part, LONGEST)?, packet.part_bytes(manifest, LONGEST)?);
    Ok(Some(ToldReferral::read(&part, &manifest)?))
}
