//! Disclosure: the one door by which fields about a child are read for somebody outside, checked against consent.
//!
//! What is asked for is decided by the consent rules ([`crate::practice::consent`]) from the consent and guardian records of
//! the case. The decision and its reason stand in the log before anything opens; a refusal does as well. The manifest lists
//! the fields that were opened, no more and no fewer.

use std::collections::BTreeMap;

use super::{Error, Opened, RecordInfo, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::{Consent, Guardian, Referral};
use crate::model::{Compartment, DynamicRecord, FieldNumber, Record, RecordKind, catalogue};
use crate::practice::authorise::Authorised;
use crate::practice::consent::{Answers, Basis, Disclosure, Override, consent_rules, decide};
use crate::practice::referrals::{ReferralGlance, glance};

/// What was disclosed.
#[derive(Debug, Clone, PartialEq)]
pub struct Disclosed {
    /// On what it rests.
    pub basis: Basis,
    /// The consent rules by which it was decided.
    pub edition: String,
    /// The records, with the fields that were asked for and have a value.
    pub records: Vec<Opened<DynamicRecord>>,
    /// The share manifest: each record with the numbers of the fields that were opened.
    pub manifest: Vec<(RecordId, Vec<FieldNumber>)>,
    /// Index of the disclosure's entry in the log of this device.
    pub log_index: Option<u64>,
}

impl Session {
    /// Reads fields about a child for somebody outside, if child and guardian agreed to it, or on a ground that is stated.
    ///
    /// Records of the case that are about another child are left out. The disclosure is logged as an export with the
    /// reason of `without_consent` and whoever signed it, every record as read. On a ground it takes an authorisation of a
    /// second person for exactly this ([`authorise`](Self::authorise)), which is used up when the disclosure is logged.
    ///
    /// # Errors
    /// [`crate::practice::authorise::AuthorisationError`], [`crate::practice::consent::ConsentError`] and [`AccessError::NotAllowed`], all logged as denied; as
    /// [`read`](Self::read).
    pub fn disclose(
        &self,
        child: RecordId,
        disclosure: &Disclosure,
        without_consent: Option<&Override>,
        access: &Access,
    ) -> Result<Disclosed, Error> {
        self.disclose_some(child, disclosure, without_consent, access, |_| true)
    }

    /// As [`disclose`](Self::disclose), of the records that `keep` chooses.
    pub(super) fn disclose_some(
        &self,
        child: RecordId,
        disclosure: &Disclosure,
        without_consent: Option<&Override>,
        access: &Access,
        keep: impl Fn(&RecordInfo) -> bool,
    ) -> Result<Disclosed, Error> {
        let mut records = self.about_child(child, access)?;
        let basis = self.basis(&records, disclosure, without_consent, access);
        let about = [(child, RecordKind::CHILD.number())];
        let basis = basis.map_err(|error| self.refused(access, Event::Export, &about, error))?;
        let why = match (&basis, without_consent) {
            (Basis::Ground { ground, .. }, Some(stated)) => {
                access.clone().because(format!("{ground}: {}", stated.reason.as_str()))
            }
            _ => access.clone(),
        };
        let log_index = self.act(&why, Event::Export, &about, |act| {
            act.demand(action_for(disclosure))?;
            let presented = match (&basis, without_consent) {
                (Basis::Ground { .. }, Some(stated)) => {
                    let asked = Authorised::Override { disclosure: disclosure.clone(), ground: stated.ground.clone() };
                    Some(act.check_authorisation(stated.authorisation, child, &asked)?)
                }
                _ => None,
            };
            let head = act.head(child)?;
            let detail = Detail::of(DetailKey::COUNT, disclosure.fields.len() as u64);
            let detail = match &presented {
                Some(presented) => detail.with(DetailKey::MEMBER, &presented.signer.as_bytes()[..]),
                None => detail,
            };
            // The export comes first: the first entry of an act has the reason.
            act.log_about(Event::Export, &head, detail)?;
            if let Some(presented) = presented {
                act.spend_authorisation(presented, child)?;
            }
            let head = act.head(child)?;
            Ok(act.own_index(act.keys.state.last_entry(&head)))
        })?;
        records.retain(keep);
        let (records, manifest) = self.open_disclosed(&records, disclosure, access)?;
        Ok(Disclosed { basis, edition: consent_rules().edition().to_owned(), records, manifest, log_index })
    }

    /// The referrals of a child: where each stands, and which are overdue, these first. Each is logged as read.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`Error::NoSuchRecord`] if it is no child.
    pub fn referrals_of_child(&self, child: RecordId, access: &Access) -> Result<Vec<ReferralGlance>, Error> {
        let records = self.about_child(child, access)?;
        let of_kind = records.iter().filter(|info| info.kind == Some(RecordKind::REFERRAL));
        let ids: Vec<_> = of_kind.map(|info| info.id).collect();
        let opened = self.read_some::<Referral>(&ids, access)?;
        let referrals: Vec<_> = opened.into_iter().map(|opened| (opened.id, opened.record)).collect();
        Ok(glance(&referrals, self.now()?))
    }

    fn basis(
        &self,
        records: &[RecordInfo],
        disclosure: &Disclosure,
        without_consent: Option<&Override>,
        access: &Access,
    ) -> Result<Basis, Error> {
        let of_kind =
            |kind| records.iter().filter(move |info: &&RecordInfo| info.kind == Some(kind)).map(|info| info.id);
        let consents: Vec<_> = of_kind(RecordKind::CONSENT).collect();
        let mut answers = Vec::with_capacity(consents.len());
        for opened in self.read_some::<Consent>(&consents, access)? {
            // Whom the child does not want to know stands there: who cannot see it cannot keep it.
            if opened.withheld.contains(&Compartment::Identity) {
                return Err(AccessError::NoKey { compartment: Compartment::Identity.name() }.into());
            }
            answers.push((opened.id, opened.record));
        }
        let guardians: Vec<_> = of_kind(RecordKind::GUARDIAN).collect();
        let suspects: Vec<_> = self
            .read_some::<Guardian>(&guardians, access)?
            .into_iter()
            .filter(|opened| opened.record.is_suspect.as_ref().is_some_and(|suspect| suspect.code().as_str() == "yes"))
            .map(|opened| opened.id)
            .collect();
        let now = self.now()?;
        let answers = Answers { consents: &answers, suspects: &suspects };
        Ok(decide(disclosure, &answers, without_consent, consent_rules(), now)?)
    }

    fn read_some<R: Record>(&self, ids: &[RecordId], access: &Access) -> Result<Vec<Opened<R>>, Error> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.read_many(ids, access) }
    }

    /// The records of the case of a child, without those below another child.
    fn about_child(&self, child: RecordId, access: &Access) -> Result<Vec<RecordInfo>, Error> {
        let records = self.records_of(child, access)?;
        let by_id: BTreeMap<_, _> = records.iter().map(|info| (info.id, *info)).collect();
        if by_id.get(&child).and_then(|info| info.kind) != Some(RecordKind::CHILD) {
            return Err(Error::NoSuchRecord);
        }
        let of_another = |info: &RecordInfo| {
            let mut at = Some(*info);
            while let Some(info) = at {
                if info.kind == Some(RecordKind::CHILD) && info.id != child {
                    return true;
                }
                at = info.parent.filter(|parent| *parent != info.id).and_then(|parent| by_id.get(&parent).copied());
            }
            false
        };
        Ok(records.iter().filter(|info| !of_another(info)).copied().collect())
    }

    #[allow(clippy::type_complexity)]
    fn open_disclosed(
        &self,
        records: &[RecordInfo],
        disclosure: &Disclosure,
        access: &Access,
    ) -> Result<(Vec<Opened<DynamicRecord>>, Vec<(RecordId, Vec<FieldNumber>)>), Error> {
        let mut wanted: BTreeMap<RecordKind, Vec<FieldNumber>> = BTreeMap::new();
        for (spec, field) in disclosure.fields.iter().filter_map(|path| catalogue().field(path)) {
            wanted.entry(spec.kind).or_default().push(field.number);
        }
        let (mut opened, mut manifest) = (Vec::new(), Vec::new());
        for info in records {
            let Some(fields) = info.kind.and_then(|kind| wanted.get(&kind)) else { continue };
            let record = self.read_fields(info.id, Some(fields), access)?;
            let mut numbers: Vec<_> = record.record.iter().map(|(field, _)| field.number).collect();
            numbers.sort_unstable();
            if !numbers.is_empty() {
                manifest.push((info.id, numbers));
                opened.push(record);
            }
        }
        Ok((opened, manifest))
    }
}

/// What a role has to allow for a disclosure.
fn action_for(disclosure: &Disclosure) -> Action {
    match disclosure.purpose.as_str() {
        "referral" | "medical_exam" | "contact_later" => Action::Refer,
        _ => Action::Disclose,
    }
}
