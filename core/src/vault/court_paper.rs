//! A statement or an interview on paper, for the court file: read for somebody outside, so through the one door of
//! disclosures ([`Session::disclose`]), with consent or on a ground that somebody answers for.
//!
//! What is on the paper is what the consent rules allow this kind of recipient, of the records that belong to it and of no
//! others. The paper names the digest of the closing and the places in the log, so that a court can ask for the proof.

use std::collections::{BTreeMap, BTreeSet};

use super::{Closing, Disclosed, Error, RecordInfo, Session};
use crate::access::Access;
use crate::id::RecordId;
use crate::model::records::{Lock, Officer};
use crate::model::{Record, RecordKind, Text, Value, catalogue};
use crate::practice::consent::{ConsentError, Disclosure, Override, consent_rules};
use crate::practice::statement::StatementError;

/// Of the records around a statement or an interview: what a reader needs to know whose it is and how it came about.
const AROUND: [&str; 12] = [
    "case.register_number",
    "child.family_name",
    "child.given_name",
    "child.family_name_latin",
    "child.given_name_latin",
    "child.code_name",
    "interview.started_at",
    "interview.ended_at",
    "interview.interviewer",
    "interview.language",
    "interview.protocol",
    "interview.recording",
];

/// For whom a paper is.
#[derive(Clone, PartialEq, Eq)]
pub struct PaperFor {
    /// Kind of recipient, of the consent rules: such as `court`.
    pub kind: String,
    /// Who it is, as the consents name them.
    pub name: String,
}

impl std::fmt::Debug for PaperFor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PaperFor(redacted)")
    }
}

/// What stands on the paper.
#[derive(Debug, Clone, PartialEq)]
pub struct CourtPaper {
    /// The statement or interview.
    pub record: RecordId,
    /// The child whose it is.
    pub child: RecordId,
    /// What was opened for it, and on what that rests.
    pub disclosed: Disclosed,
    /// The closing for changes; without one the paper is a draft.
    pub closing: Option<Closing>,
    /// The random part of the closing's digest, for who compares it.
    pub salt: Option<Text>,
    /// Names of the officers that the records name, as far as this member may read them.
    pub officers: BTreeMap<RecordId, String>,
}

impl Session {
    /// A statement or an interview for the court file. Logged as a disclosure; each record as read.
    ///
    /// # Errors
    /// [`Error::WrongKind`]; [`StatementError::WhichChild`]; as [`disclose`](Self::disclose).
    pub fn court_paper(
        &self,
        record: RecordId,
        whom: &PaperFor,
        without_consent: Option<&Override>,
        access: &Access,
    ) -> Result<CourtPaper, Error> {
        let (child, disclosure) = self.court_paper_disclosure(record, whom, access)?;
        let records = self.records_of(record, access)?;
        let only = belonging(record, child, &records);
        let disclosed =
            self.disclose_some(child, &disclosure, without_consent, access, |info| only.contains(&info.id))?;
        let closing = self.closing(record, access)?;
        let salt = match &closing {
            Some(closing) => self.read::<Lock>(closing.lock, access)?.record.salt,
            None => None,
        };
        let officers = self.officers_in(&disclosed, access)?;
        Ok(CourtPaper { record, child, disclosed, closing, salt, officers })
    }

    /// What a paper would tell to whom, and about which child: for a second person who signs it. Opens nothing.
    ///
    /// # Errors
    /// As [`court_paper`](Self::court_paper), but for what stands in the way of the disclosure.
    pub fn court_paper_disclosure(
        &self,
        record: RecordId,
        whom: &PaperFor,
        access: &Access,
    ) -> Result<(RecordId, Disclosure), Error> {
        let kind = self.info(record)?.kind;
        let kind = kind.filter(|kind| [RecordKind::STATEMENT, RecordKind::INTERVIEW].contains(kind));
        let kind = kind.ok_or(Error::WrongKind { expected: RecordKind::STATEMENT.name(), found: "record" })?;
        let child = whose(record, &self.records_of(record, access)?)?;
        let disclosure = Disclosure {
            purpose: "share".to_owned(),
            recipient_kind: whom.kind.clone(),
            recipient: whom.name.clone(),
            service: None,
            fields: fields_for(kind, &whom.kind)?,
        };
        Ok((child, disclosure))
    }

    fn officers_in(&self, disclosed: &Disclosed, access: &Access) -> Result<BTreeMap<RecordId, String>, Error> {
        let values = disclosed.records.iter().flat_map(|opened| opened.record.iter().map(|(_, value)| value));
        let ids: BTreeSet<_> =
            values.filter_map(|value| if let Value::Id(id) = value { Some(*id) } else { None }).collect();
        let is_officer = |id: &RecordId| self.info(*id).is_ok_and(|info| info.kind == Some(RecordKind::OFFICER));
        let named = ["name", "name_latin"].map(|name| Officer::spec().field_named(name).map(|field| field.number));
        let fields: Vec<_> = named.into_iter().flatten().collect();
        let mut names = BTreeMap::new();
        for id in ids.into_iter().filter(is_officer) {
            match self.read_fields(id, Some(&fields), access) {
                Err(Error::Access(_)) => {}
                opened => {
                    let record = opened?.record;
                    let name = record.get("name").or_else(|| record.get("name_latin"));
                    names.extend(name.map(|name| (id, name.to_plain_text())));
                }
            }
        }
        Ok(names)
    }
}

/// The child above a record; for one that stands right below a case, the only child of the case.
fn whose(record: RecordId, records: &[RecordInfo]) -> Result<RecordId, StatementError> {
    let by_id: BTreeMap<_, _> = records.iter().map(|info| (info.id, info)).collect();
    let mut at = by_id.get(&record);
    while let Some(info) = at {
        if info.kind == Some(RecordKind::CHILD) {
            return Ok(info.id);
        }
        at = info.parent.filter(|parent| *parent != info.id).and_then(|parent| by_id.get(&parent));
    }
    let mut children = records.iter().filter(|info| info.kind == Some(RecordKind::CHILD));
    match (children.next(), children.next()) {
        (Some(child), None) => Ok(child.id),
        _ => Err(StatementError::WhichChild),
    }
}

/// The records that are on the paper: the record, those above it, and its parts with the lock.
fn belonging(record: RecordId, child: RecordId, records: &[RecordInfo]) -> BTreeSet<RecordId> {
    let parent = |id: RecordId| records.iter().find(|info| info.id == id).and_then(|info| info.parent);
    let mut on_it = BTreeSet::from([record, child]);
    let mut at = Some(record);
    while let Some(above) = at.and_then(parent).filter(|above| Some(*above) != at) {
        on_it.insert(above);
        at = Some(above);
    }
    let is_statement = |info: &RecordInfo| info.kind == Some(RecordKind::STATEMENT);
    let below = records.iter().filter(|info| info.parent == Some(record) && !is_statement(info));
    on_it.extend(below.map(|info| info.id));
    on_it
}

/// All fields of the record and its parts that the consent rules let this kind of recipient know, and what is around.
fn fields_for(kind: RecordKind, recipient: &str) -> Result<Vec<String>, ConsentError> {
    let rule = consent_rules().recipient(recipient).ok_or(ConsentError::UnknownRecipient)?;
    let whole = if kind == RecordKind::STATEMENT {
        vec![kind, RecordKind::STATEMENT_SIGNATURE, RecordKind::LOCK]
    } else {
        let parts = [RecordKind::INTERVIEW_PHASE, RecordKind::INTERVIEW_BREAK, RecordKind::PARTICIPANT];
        [&[kind, RecordKind::LOCK][..], &parts].concat()
    };
    let mut fields: Vec<String> = Vec::new();
    for spec in whole.into_iter().filter_map(|kind| catalogue().by_kind(kind)) {
        let path = |name: &str| format!("{}.{name}", spec.name());
        let told = spec.fields.iter().filter(|field| rule.may_be_told(&path(field.name), field));
        fields.extend(told.map(|field| path(field.name)));
    }
    let around = AROUND.iter().filter(|path| {
        !fields.iter().any(|field| field == *path)
            && catalogue().field(path).is_some_and(|(_, field)| rule.may_be_told(path, field))
    });
    let around: Vec<_> = around.map(|path| (*path).to_owned()).collect();
    fields.extend(around);
    Ok(fields)
}
