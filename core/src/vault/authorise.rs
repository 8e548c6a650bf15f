//! A second person's signature in the vault: written in their own session, presented by whoever acts, used up in the
//! transaction of the act.

use super::act::Act;
use super::session::Batch;
use super::write::new_id;
use super::{Error, Session};
use crate::access::policy::Action;
use crate::access::{Access, FindingKind};
use crate::id::{MemberId, RecordId};
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::{Authorisation, EvidenceItem};
use crate::model::{FieldBuffer, Narrative, Record, RecordKind, Timestamp};
use crate::practice::authorise::{AuthorisationError, AuthorisationRefused, Authorised, Signed, check};

/// An authorisation as it stands, its signature checked.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedAuthorisation {
    /// Its record.
    pub id: RecordId,
    /// The child, the case or the exhibit.
    pub subject: RecordId,
    /// Who signed it.
    pub signed_by: MemberId,
    /// What it allows.
    pub act: Authorised,
    /// Until when.
    pub valid_until: Timestamp,
    /// When it was used.
    pub used_at: Option<Timestamp>,
    /// For what: the child, the interview or the copy.
    pub used_for: Option<RecordId>,
    /// Who used it.
    pub used_by: Option<MemberId>,
}

/// An authorisation that holds for an act, before it is used up.
pub(super) struct Presented {
    id: RecordId,
    /// Who signed it.
    pub(super) signer: MemberId,
    record: Authorisation,
    now: Timestamp,
}

impl Session {
    /// Signs, as the second person, that somebody else does exactly this about a child, a case or an exhibit, once, until
    /// a moment at most seven days away. Returns the record that whoever acts has to present.
    ///
    /// # Errors
    /// [`crate::access::AccessError::NotAllowed`] if the role does not allow to authorise this, [`AuthorisationError`]; both logged as
    /// denied. As [`create`](Self::create).
    pub fn authorise(
        &self,
        subject: RecordId,
        act: &Authorised,
        reason: Narrative,
        valid_until: Timestamp,
        access: &Access,
    ) -> Result<RecordId, Error> {
        let now = self.now()?;
        self.act(access, Event::Create, &[(subject, 0)], |work| {
            work.demand(act.action())?;
            let head = work.head(subject)?;
            let fits = RecordKind::from_number(head.kind).is_some_and(|kind| act.is_about(kind));
            if !fits {
                return Err(AuthorisationError::Subject.into());
            }
            let id = new_id(Authorisation::spec(), head.scope, &mut work.draw);
            let (vault, member) = (work.keys.file.vault, work.keys.member.member);
            let record = act.record(&Signed { vault, id, member, subject, valid_until }, reason, now)?;
            let mut fields = FieldBuffer::with_capacity(512);
            record.encode(&mut fields)?;
            work.by_practice(|work| work.create_as(id, Authorisation::spec(), subject, &fields))?;
            Ok(id)
        })
    }

    /// An authorisation with its signature checked: who allowed what, and whether it was used. Logged as read.
    ///
    /// # Errors
    /// [`AuthorisationError::NotThere`], [`AuthorisationError::NotAsSigned`]; as [`read`](Self::read).
    pub fn authorisation(&self, id: RecordId, access: &Access) -> Result<SignedAuthorisation, Error> {
        let opened = self.read::<Authorisation>(id, access)?;
        let subject = opened.parent.ok_or(AuthorisationError::NotThere)?;
        let first = self.read_revision::<Authorisation>(id, 1, access)?;
        let (record, vault) = (first.record, self.look(|act| Ok(act.keys.file.vault))?);
        let valid_until = record.valid_until.ok_or(AuthorisationError::NotAsSigned)?;
        let act = Authorised::of(&record).ok_or(AuthorisationError::NotAsSigned)?;
        let signed = Signed { vault, id, member: first.author, subject, valid_until };
        // At the last moment: whether it has expired since says nothing about the signature.
        check(&record, &act, &signed, valid_until)?;
        let used = (opened.revision > 1).then_some(&opened);
        Ok(SignedAuthorisation {
            id,
            subject,
            signed_by: first.author,
            act,
            valid_until,
            used_at: used.and_then(|used| used.record.used_at),
            used_for: used.and_then(|used| used.record.used_for),
            used_by: used.map(|used| used.author),
        })
    }

    /// Records a copy of an exhibit, of a class that a second person authorised. It stands beside the exhibit and names it.
    ///
    /// # Errors
    /// [`AuthorisationError`], [`crate::access::AccessError::NotAllowed`]; both logged as denied. As [`create`](Self::create).
    pub fn record_copy(
        &self,
        of: RecordId,
        copy: EvidenceItem,
        authorisation: RecordId,
        access: &Access,
    ) -> Result<RecordId, Error> {
        self.act(access, Event::Create, &[(of, RecordKind::EVIDENCE_ITEM.number())], |act| {
            act.demand(Action::TakeCustody)?;
            act.make_copy(of, copy, authorisation)
        })
    }
}

impl Act<'_> {
    /// Records a copy beside its exhibit, and uses up what a second person signed for it.
    pub(super) fn make_copy(
        &mut self,
        of: RecordId,
        mut copy: EvidenceItem,
        authorisation: RecordId,
    ) -> Result<RecordId, Error> {
        const NO_COPY: [&str; 2] = ["master", "destroyed_marker"];
        let class = copy.copy_class.clone().filter(|class| !NO_COPY.contains(&class.code().as_str()));
        let class = class.ok_or(AuthorisationError::NoCopy)?;
        let head = self.head(of)?;
        if head.kind != RecordKind::EVIDENCE_ITEM.number() {
            return Err(AuthorisationError::Subject.into());
        }
        if !copy.derived_from.contains(&of) {
            copy.derived_from.push(of);
        }
        copy.copy_authorisation = Some(authorisation);
        let made = self.by_practice(|act| {
            Batch { act, fields: FieldBuffer::with_capacity(512) }.create(Some(head.parent), &copy)
        })?;
        self.use_authorisation(authorisation, of, &Authorised::Copy { class }, made.record)?;
        Ok(made.record)
    }

    /// Checks an authorisation against the act that it is presented for, and uses it up.
    pub(super) fn use_authorisation(
        &mut self,
        id: RecordId,
        subject: RecordId,
        asked: &Authorised,
        used_for: RecordId,
    ) -> Result<(), Error> {
        let presented = self.check_authorisation(id, subject, asked)?;
        self.spend_authorisation(presented, used_for)
    }

    /// Uses up an authorisation that was checked in this act.
    pub(super) fn spend_authorisation(&mut self, presented: Presented, used_for: RecordId) -> Result<(), Error> {
        let Presented { id, mut record, now, .. } = presented;
        (record.used_at, record.used_for) = (Some(now), Some(used_for));
        self.by_practice(|act| {
            Batch { act, fields: FieldBuffer::with_capacity(512) }.amend(id, &record)?;
            Ok(())
        })
    }

    /// Checks an authorisation against the act that it is presented for.
    pub(super) fn check_authorisation(
        &mut self,
        id: RecordId,
        subject: RecordId,
        asked: &Authorised,
    ) -> Result<Presented, Error> {
        let not_there = Error::from(AuthorisationError::NotThere);
        let head =
            self.head(id).map_err(|error| if error == Error::NoSuchRecord { not_there.clone() } else { error })?;
        if head.kind != RecordKind::AUTHORISATION.number() || head.parent != subject {
            return Err(not_there);
        }
        let revision = self.verify_current(&head)?;
        if revision.row.number != 1 {
            return Err(AuthorisationError::Used.into());
        }
        let (member, commit) = (revision.author.member, revision.row.commit);
        if member == self.keys.member.member {
            return Err(AuthorisationError::SignedByActor.into());
        }
        let roster = &self.keys.roster;
        let then = roster.role_at(member, roster.position_at(commit)).map(|(_, role)| role);
        let both = [then, roster.role(member)];
        if !both.iter().all(|role| role.is_some_and(|role| role.may(asked.action()))) {
            return Err(AuthorisationError::SignerMayNot.into());
        }
        let record = Authorisation::decode(&self.open_compared(&head)?)?;
        let now = i64::try_from(self.wall()).ok().and_then(|wall| Timestamp::from_milliseconds(wall).ok());
        let now = now.ok_or(AuthorisationError::Time)?;
        let valid_until = record.valid_until.ok_or(AuthorisationError::NotAsSigned)?;
        let vault = self.keys.file.vault;
        check(&record, asked, &Signed { vault, id, member, subject, valid_until }, now)?;
        Ok(Presented { id, signer: member, record, now })
    }

    /// An interview that could not wait began without the second person: open until one has looked.
    pub(super) fn open_unsigned_repeat(&mut self, interview: RecordId, number: u64) -> Result<(), Error> {
        let finding = self.open_finding(FindingKind::UnsignedRepeat { interview })?;
        let head = self.head(interview)?;
        let detail = Detail::of(DetailKey::UNSIGNED_REPEAT, number).with(DetailKey::FINDING, &finding.as_bytes()[..]);
        self.log_about(Event::Unusual, &head, detail)
    }
}

impl From<AuthorisationRefused> for Error {
    fn from(refused: AuthorisationRefused) -> Self {
        match refused {
            AuthorisationRefused::Authorisation(error) => error.into(),
            AuthorisationRefused::Model(error) => error.into(),
        }
    }
}
