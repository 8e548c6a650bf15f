//! Disclosure: the one door by which fields about a child are read for somebody outside, checked against consent.
//!
//! What is asked for is decided by the consent rules ([`crate::practice::consent`]) from the consent and guardian records of
//! the case. The decision and its reason stand in the log before anything opens; a refusal does as well. The manifest lists
//! the fields that were opened, no more and no fewer.

use std::collections::BTreeMap;

use super::act::Act;
use super::by_child::{About, ByChild};
use super::write::prefix_bounds;
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

/// The field that says whether a guardian may be involved.
const IS_SUSPECT: &str = "guardian.is_suspect";

/// Kinds that decide what may be told.
const DECIDE: [RecordKind; 3] = [RecordKind::CHILD, RecordKind::GUARDIAN, RecordKind::CONSENT];

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
    /// The answers as they stood when it was decided.
    pub(super) stood: Answered,
}

/// The heads of everything in a case that decides what may be told: answers, guardians, children.
pub(super) type Answered = Vec<(RecordId, [u8; 32])>;

/// What a disclosure rests on.
struct Rests {
    basis: Basis,
    /// Guardians who may be involved.
    suspects: Vec<RecordId>,
}

impl Session {
    /// Reads fields about a child for somebody outside, if child and guardian agreed to it, or on a ground that is stated.
    ///
    /// Records of the case that are about another child are left out, and in a case of several children those that do not say
    /// whose they are. Guardians who may be involved are told only with `guardian.is_suspect`. The disclosure is logged as an
    /// export with the reason of `without_consent` and whoever signed it, every record as read. On a ground it takes an
    /// authorisation of a second person for exactly this ([`authorise`](Self::authorise)), which is used up when the
    /// disclosure is logged.
    ///
    /// # Errors
    /// [`crate::practice::authorise::AuthorisationError`], [`crate::practice::consent::ConsentError`] and
    /// [`AccessError::NotAllowed`], all logged as denied; [`Error::ChangedElsewhere`] if an answer or a guardian changed meanwhile; as [`read`](Self::read).
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
        let stood = self.look(|act| act.answered(child))?;
        let (mut records, by_child) = self.about_child(child, access)?;
        let rests = self.rests_on(&records, &by_child, disclosure, without_consent, access);
        let about = [(child, RecordKind::CHILD.number())];
        let Rests { basis, suspects } = rests.map_err(|error| self.refused(access, Event::Export, &about, error))?;
        let why = match (&basis, without_consent) {
            (Basis::Ground { ground, .. }, Some(stated)) => {
                access.clone().because(format!("{ground}: {}", stated.reason.as_str()))
            }
            _ => access.clone(),
        };
        let log_index = self.act(&why, Event::Export, &about, |act| {
            act.demand(action_for(disclosure))?;
            act.demand_answered(child, &stood)?;
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
        // Nobody is given a guardian who may be involved without being told so.
        let marked = disclosure.fields.iter().any(|path| path == IS_SUSPECT);
        records.retain(|info| by_child.about(info.id) != About::Unsaid && (marked || !suspects.contains(&info.id)));
        records.retain(keep);
        let (records, manifest) = self.open_disclosed(&records, disclosure, access)?;
        Ok(Disclosed { basis, edition: consent_rules().edition().to_owned(), records, manifest, log_index, stood })
    }

    /// The referrals of a child: where each stands, and which are overdue, these first. Each is logged as read.
    ///
    /// # Errors
    /// As [`read`](Self::read); [`Error::NoSuchRecord`] if it is no child.
    pub fn referrals_of_child(&self, child: RecordId, access: &Access) -> Result<Vec<ReferralGlance>, Error> {
        let (records, _) = self.about_child(child, access)?;
        let of_kind = records.iter().filter(|info| info.kind == Some(RecordKind::REFERRAL));
        let ids: Vec<_> = of_kind.map(|info| info.id).collect();
        let opened = self.read_some::<Referral>(&ids, access)?;
        let referrals: Vec<_> = opened.into_iter().map(|opened| (opened.id, opened.record)).collect();
        Ok(glance(&referrals, self.now()?))
    }

    fn rests_on(
        &self,
        records: &[RecordInfo],
        by_child: &ByChild,
        disclosure: &Disclosure,
        without_consent: Option<&Override>,
        access: &Access,
    ) -> Result<Rests, Error> {
        let of_kind =
            |kind| records.iter().filter(move |info: &&RecordInfo| info.kind == Some(kind)).map(|info| info.id);
        let consents: Vec<_> = of_kind(RecordKind::CONSENT).collect();
        let mut answers = Vec::with_capacity(consents.len());
        let tells_of_guardians = disclosure.fields.iter().any(|path| path.starts_with("guardian."));
        for opened in self.read_some::<Consent>(&consents, access)? {
            // Whom the child does not want to know stands there: who cannot see it cannot keep it.
            if opened.withheld.contains(&Compartment::Identity) {
                return Err(AccessError::NoKey { compartment: Compartment::Identity.name() }.into());
            }
            // So does whom a court calls colluding.
            if tells_of_guardians && opened.withheld.contains(&Compartment::Offence) {
                return Err(AccessError::NoKey { compartment: Compartment::Offence.name() }.into());
            }
            answers.push((opened.id, opened.record));
        }
        let guardians: Vec<_> = of_kind(RecordKind::GUARDIAN).collect();
        let guardians = self.read_some::<Guardian>(&guardians, access)?;
        if tells_of_guardians && guardians.iter().any(|opened| opened.withheld.contains(&Compartment::Offence)) {
            return Err(AccessError::NoKey { compartment: Compartment::Offence.name() }.into());
        }
        let of_several: Vec<_> = consents.into_iter().filter(|id| by_child.about(*id) == About::Unsaid).collect();
        let barred = recorded_as(&guardians, &["yes"]);
        let known = Answers { consents: &answers, suspects: &barred, of_several: &of_several };
        let basis = decide(disclosure, &known, without_consent, consent_rules(), self.now()?)?;
        let mut suspects = recorded_as(&guardians, &["yes", "unknown"]);
        suspects.extend(named_in_conflict(&answers));
        Ok(Rests { basis, suspects })
    }

    fn read_some<R: Record>(&self, ids: &[RecordId], access: &Access) -> Result<Vec<Opened<R>>, Error> {
        if ids.is_empty() { Ok(Vec::new()) } else { self.read_many(ids, access) }
    }

    /// The records of the case of a child, without those below another child.
    fn about_child(&self, child: RecordId, access: &Access) -> Result<(Vec<RecordInfo>, ByChild), Error> {
        let mut records = self.records_of(child, access)?;
        let by_child = ByChild::of(&records);
        if !by_child.is_child(child) {
            return Err(Error::NoSuchRecord);
        }
        records.retain(|info| !matches!(by_child.about(info.id), About::Child(other) if other != child));
        Ok((records, by_child))
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

impl Act<'_> {
    /// What stands in the case of a child that decides what may be told.
    fn answered(&mut self, child: RecordId) -> Result<Answered, Error> {
        let scope = self.head(child)?.scope;
        let (first, last) = prefix_bounds(scope);
        let decides = DECIDE.map(RecordKind::number);
        let mut found = Vec::new();
        self.rows.each_head(first, last, |row| {
            if row.scope == scope && decides.contains(&row.kind) {
                found.push((row.record, row.digest));
            }
        })?;
        found.sort_unstable();
        Ok(found)
    }

    /// That nobody took an answer back, gave another or joined the case since it was decided.
    pub(super) fn demand_answered(&mut self, child: RecordId, stood: &Answered) -> Result<(), Error> {
        if self.answered(child)? == *stood { Ok(()) } else { Err(Error::ChangedElsewhere) }
    }
}

/// Guardians of whom a code is recorded that says whether they may be involved.
fn recorded_as(guardians: &[Opened<Guardian>], codes: &[&str]) -> Vec<RecordId> {
    let of = |opened: &&Opened<Guardian>| {
        opened.record.is_suspect.as_ref().is_some_and(|suspect| codes.contains(&suspect.code().as_str()))
    };
    guardians.iter().filter(of).map(|opened| opened.id).collect()
}

/// Guardians of whom an answer says that they may be involved, or stand by somebody who is.
fn named_in_conflict(answers: &[(RecordId, Consent)]) -> Vec<RecordId> {
    let conflict = |consent: &Consent| {
        consent.guardian_conflict.as_ref().is_some_and(|of| ["suspect", "colluding"].contains(&of.code().as_str()))
    };
    answers.iter().filter(|(_, consent)| conflict(consent)).filter_map(|(_, consent)| consent.guardian).collect()
}

/// What a role has to allow for a disclosure.
fn action_for(disclosure: &Disclosure) -> Action {
    match disclosure.purpose.as_str() {
        "referral" | "medical_exam" | "contact_later" => Action::Refer,
        _ => Action::Disclose,
    }
}
