//! Sending a referral: read, decided, told, written down, sealed. In this order, so that nothing leaves unrecorded.

use std::collections::BTreeSet;

use super::ticket::Ticket;
use crate::access::Access;
use crate::access::packet::{
    ContentKind, PacketError, PacketSigner, PacketWriter, ReferralPart, ShareManifest, ToldRecord,
};
use crate::access::policy::Action;
use crate::id::{PacketId, RecordId};
use crate::keys::PacketAddress;
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::Referral;
use crate::model::{Coded, FieldNumber, RecordKind, Text, Timestamp, ValueType, catalogue};
use crate::practice::consent::{Basis, Disclosure, Override};
use crate::practice::referrals::{Mover, ReferralError, day, referral_rules, status};
use crate::seal::sha256;
use crate::vault::act::Act;
use crate::vault::disclose::Disclosed;
use crate::vault::{Error, Opened, Session};

/// How a referral is sent. Never prints what is told.
#[derive(Clone)]
pub struct SendReferral {
    /// The service's address: compare its fingerprint with them before.
    pub to: PacketAddress,
    /// Kind of recipient, of the consent rules: `service_provider`, or another.
    pub recipient_kind: String,
    /// The fields that the service is told, such as `child.given_name`. Only what it needs.
    pub fields: Vec<String>,
    /// On which ground it is told without consent.
    pub without_consent: Option<Override>,
    /// Until when the service may use what it was told: milliseconds since 1970, UTC. The packet opens no later.
    pub expires_at: Option<u64>,
}

impl std::fmt::Debug for SendReferral {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SendReferral(to a {:?}, redacted)", self.recipient_kind)
    }
}

/// A referral that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentReferral {
    /// The packet.
    pub packet: PacketId,
    /// Its bytes: to be given to the service.
    pub bytes: Vec<u8>,
    /// On what the disclosure rests.
    pub basis: Basis,
    /// What the service is told, as the packet lists it.
    pub manifest: ShareManifest,
    /// The same by name, such as `child.given_name`.
    pub told: Vec<String>,
}

/// What is made before the packet: what it tells, and how.
struct Telling<'a> {
    id: RecordId,
    opened: &'a Opened<Referral>,
    disclosed: &'a Disclosed,
    purpose: &'a str,
    told: &'a [String],
    sending: &'a SendReferral,
    signer: &'a dyn PacketSigner,
    now: Timestamp,
}

impl Session {
    /// Makes the packet by which a referral goes to a service. Consent is asked as for any [`disclosure`](Self::disclose);
    /// only the fields that are named and filled in are told, of this referral and of no other.
    ///
    /// When this answers, the referral stands as sent, says what was told, and the log says that it went out. If the bytes
    /// are lost before they reach the service, send it again: it is another packet then.
    ///
    /// # Errors
    /// [`ReferralError`]: what is missing in the referral, or cannot be told (logged as failed). As
    /// [`disclose`](Self::disclose) and [`amend`](Self::amend). Nothing was sent then.
    pub fn send_referral(
        &self,
        referral: RecordId,
        sending: &SendReferral,
        signer: &dyn PacketSigner,
        access: &Access,
    ) -> Result<SentReferral, Error> {
        let about = [(referral, RecordKind::REFERRAL.number())];
        let opened = self.read::<Referral>(referral, access)?;
        let child = self.child_of(&opened);
        let ready = child.and_then(|child| Ok((child, disclosure(&opened.record, sending)?)));
        let (child, wanted) = ready.map_err(|error| self.refused(access, Event::Export, &about, error))?;
        let disclosed = self.disclose_some(child, &wanted, sending.without_consent.as_ref(), access, |info| {
            info.kind != Some(RecordKind::REFERRAL) || info.id == referral
        })?;
        let told = told(&disclosed);
        let now = self.now()?;
        self.act(access, Event::Export, &about, |act| {
            act.demand(Action::Refer)?;
            act.demand_answered(child, &disclosed.stood)?;
            let purpose = &wanted.purpose;
            let opened = &opened;
            let disclosed = &disclosed;
            act.send(&Telling { id: referral, opened, disclosed, purpose, told: &told, sending, signer, now })
        })
    }

    /// The child whom a referral is for.
    fn child_of(&self, referral: &Opened<Referral>) -> Result<RecordId, Error> {
        let parent = referral.parent.ok_or(ReferralError::NoChild)?;
        let child = self.info(parent)?.kind == Some(RecordKind::CHILD);
        if child { Ok(parent) } else { Err(ReferralError::NoChild.into()) }
    }
}

/// What is to be told, and to whom, by what the referral says.
fn disclosure(referral: &Referral, sending: &SendReferral) -> Result<Disclosure, Error> {
    referral_rules().transition(status(referral), "sent", Mover::Station)?;
    let service = referral.service_type.as_ref().ok_or(ReferralError::Missing("service"))?.code().as_str();
    let agency = referral.to_agency.as_ref().ok_or(ReferralError::Missing("organisation"))?;
    let fields: BTreeSet<_> = sending.fields.iter().cloned().collect();
    for path in &fields {
        if catalogue().field(path).is_some_and(|(_, field)| field.value_type == ValueType::Id) {
            return Err(ReferralError::Reference(path.clone()).into());
        }
    }
    Ok(Disclosure {
        purpose: "referral".to_owned(),
        recipient_kind: sending.recipient_kind.clone(),
        recipient: agency.as_str().to_owned(),
        service: Some(service.to_owned()),
        fields: fields.into_iter().collect(),
    })
}

/// The fields that were opened, by name.
fn told(disclosed: &Disclosed) -> Vec<String> {
    let of = |opened: &Opened<crate::model::DynamicRecord>| {
        let kind = opened.record.spec().name();
        opened.record.iter().map(|(field, _)| format!("{kind}.{}", field.name)).collect::<Vec<_>>()
    };
    let told: BTreeSet<_> = disclosed.records.iter().flat_map(of).collect();
    told.into_iter().collect()
}

impl Act<'_> {
    fn send(&mut self, telling: &Telling<'_>) -> Result<SentReferral, Error> {
        let sending = telling.sending;
        let head = self.head(telling.id)?;
        let mut writer = PacketWriter::new(telling.signer, self.wall()).to(&sending.to.hybrid_key, self.wall());
        let packet = writer.packet();
        let ticket = Ticket::new(telling.id, packet, &sending.to).seal(self)?;
        let (part, manifest) = parts(telling, ticket)?;
        let (part, listed) = (part.encode(), manifest.encode());
        if let Some(end) = sending.expires_at {
            writer = writer.expires_at(end);
        }
        let writer = writer.part(ContentKind::REFERRAL, "", &part).part(ContentKind::SHARE_MANIFEST, "", &listed);
        let mut bytes = Vec::new();
        writer.write(&mut bytes)?;
        let recipient = sha256(sending.to.verifying_key.as_bytes());
        let digest = sha256(&listed);
        let count: usize = manifest.records.iter().map(|(_, numbers)| numbers.len()).sum();
        let detail = Detail::of(DetailKey::MANIFEST_DIGEST, &digest[..])
            .with(DetailKey::COUNT, count as u64)
            .with(DetailKey::PACKET, &packet.as_bytes()[..])
            .with(DetailKey::RECIPIENT, &recipient[..]);
        self.log_about(Event::Export, &head, detail)?;
        let opened = telling.opened;
        self.amend_referral(telling.id, (opened.revision, &opened.record), &sent(telling)?)?;
        let (basis, told) = (telling.disclosed.basis.clone(), telling.told.to_vec());
        Ok(SentReferral { packet, bytes, basis, manifest, told })
    }
}

/// The two parts. That the manifest is what was opened is compared here once more: nothing leaves otherwise.
fn parts(telling: &Telling<'_>, ticket: Vec<u8>) -> Result<(ReferralPart, ShareManifest), Error> {
    let disclosed = telling.disclosed;
    // By kind, so that the order says nothing of ids.
    let mut opened: Vec<_> = disclosed.records.iter().zip(&disclosed.manifest).collect();
    opened.sort_by_key(|(opened, _)| opened.record.spec().kind);
    let records: Vec<_> = opened.iter().map(|(opened, _)| ToldRecord::of(&opened.record)).collect::<Result<_, _>>()?;
    if records.is_empty() {
        return Err(ReferralError::NothingToTell.into());
    }
    let part = ReferralPart { ticket, records };
    let manifest = ShareManifest {
        referral: sha256(&part.encode()),
        purpose: telling.purpose.to_owned(),
        recipient_kind: telling.sending.recipient_kind.clone(),
        edition: disclosed.edition.clone(),
        ground: match &disclosed.basis {
            Basis::Consent(_) => None,
            Basis::Ground { ground, .. } => Some(ground.clone()),
        },
        records: ShareManifest::fields_of(&part),
    };
    let listed = |numbers: &[FieldNumber]| numbers.iter().map(|number| number.get()).collect::<Vec<_>>();
    let opened = opened.iter().map(|(_, (_, numbers))| listed(numbers));
    if !manifest.records.iter().map(|(_, numbers)| numbers.clone()).eq(opened) {
        return Err(PacketError::ShareManifest.into());
    }
    Ok((part, manifest))
}

/// The referral once it is sent.
fn sent(telling: &Telling<'_>) -> Result<Referral, Error> {
    let mut after = telling.opened.record.clone();
    after.status = Some(Coded::new("sent").map_err(crate::model::ModelError::Value)?);
    after.made_at = after.made_at.or(Some(telling.now));
    after.shared_fields = telling.told.iter().filter_map(|path| Text::new(path).ok()).collect();
    (after.override_ground, after.override_reason, after.override_by) = (None, None, None);
    match (&telling.disclosed.basis, &telling.sending.without_consent) {
        (Basis::Consent(answers), _) => after.consent = answers.first().copied(),
        (Basis::Ground { .. }, stated) => {
            after.consent = None;
            if let Some(stated) = stated {
                after.override_ground = Some(stated.ground.clone());
                after.override_reason = Some(stated.reason.clone());
                after.override_by = Some(stated.authorisation);
            }
        }
    }
    if let Some(end) = telling.sending.expires_at {
        let end = i64::try_from(end).ok().and_then(|end| Timestamp::from_milliseconds(end).ok());
        after.expires_at = Some(day(end.ok_or(ReferralError::Time)?)?);
    }
    Ok(after)
}
