//! Extra fields of a vault: forms that a custodian signed into the roster, and the specs that hold them.

use super::act::Act;
use super::circles::Circles;
use super::unlocked::Unlocked;
use super::{Error, IntegrityError, Session, roster_context};
use crate::access::{Access, AccessError, Proposal, Roster, RosterChange, RosterEntry};
use crate::id::{RecordId, VaultId};
use crate::keys::Identity;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::{
    Catalogue, FIRST_EXTRA_NUMBER, FieldBuffer, FormDocument, ModelError, RecordKind, RecordSpec, extended_catalogue,
};
use crate::store::{HeadRow, Rows};

impl Session {
    /// Adds a form: from now on its fields belong to the kinds of this vault, in every session. An act of a custodian, who
    /// signs the form with the identity; logged.
    ///
    /// # Errors
    /// [`AccessError::NotACustodian`] (logged as denied), [`crate::model::FormError`] with the field and the rule that it
    /// breaks; the vault is unchanged then.
    pub fn add_form(&self, form: &FormDocument, custodian: &Identity, access: &Access) -> Result<(), Error> {
        self.act(access, Event::PermissionChange, &[], |act| {
            act.demand_custodian(custodian)?;
            // Refused here by name; the roster itself says only that it is none.
            extended_catalogue(&[act.keys.roster.forms(), std::slice::from_ref(form)].concat())?;
            let proposal = Proposal::new(&act.keys.roster, RosterChange::Form(form.clone())).signed_by(custodian);
            act.append_to_roster(proposal)?;
            let fields = form.fields().len() + form.retired().len();
            let detail = Detail::of(DetailKey::COUNT, fields as u64);
            act.log(Event::PermissionChange, Outcome::Success, None, Some(detail))?;
            Ok(())
        })
    }

    /// The forms of this vault, oldest first.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn forms(&self) -> Result<Vec<FormDocument>, Error> {
        self.look(|act| Ok(act.keys.roster.forms().to_vec()))
    }

    /// The catalogue of this vault: that of this release, with the extra fields.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn catalogue(&self) -> Result<&'static Catalogue, Error> {
        self.look(|act| Ok(act.keys.roster.catalogue()))
    }
}

impl Unlocked {
    /// This vault's nature of a kind, if a form has added to it; otherwise what the caller's record says of itself.
    pub(super) fn spec_in_use(&self, spec: &'static RecordSpec) -> &'static RecordSpec {
        if self.roster.forms().is_empty() {
            return spec;
        }
        self.roster.catalogue().by_kind(spec.kind).filter(|in_use| has_extra(in_use)).unwrap_or(spec)
    }

    /// This vault's nature of a head's kind.
    pub(super) fn spec_of(&self, head: &HeadRow) -> Result<&'static RecordSpec, Error> {
        let kind = RecordKind::from_number(head.kind).ok_or(ModelError::NoSuchKind)?;
        Ok(self.roster.catalogue().by_kind(kind).ok_or(ModelError::NoSuchKind)?)
    }

    /// Reads the roster again, after another process added to it, or after an addition that was rolled back.
    pub(super) fn reload_roster(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        self.circles.open_roster_generations(rows)?;
        let roster = open_roster(rows, self.file.vault, &self.circles)?;
        if roster.genesis() != self.roster.genesis() {
            return Err(IntegrityError::Statement.into());
        }
        self.circles.follow(rows, &roster)?;
        self.roster = roster;
        self.forget_keys();
        self.forget_swept(rows)
    }
}

impl Act<'_> {
    /// Adds the stored extra fields to those of a typed record, which has no place for them: they are kept.
    pub(super) fn keep_extra(
        &mut self,
        spec: &'static RecordSpec,
        record: RecordId,
        fields: &mut FieldBuffer,
    ) -> Result<(), Error> {
        if !has_extra(self.keys.spec_in_use(spec)) {
            return Ok(());
        }
        let head = self.head(record)?;
        let current = self.verify_current(&head)?;
        let before = self.open_before(&head, &current)?;
        for (number, value) in before.iter().filter(|(number, _)| number.get() >= FIRST_EXTRA_NUMBER) {
            fields.push(number, value)?;
        }
        Ok(())
    }
}

pub(super) fn has_extra(spec: &RecordSpec) -> bool {
    spec.fields.last().is_some_and(|field| field.number.get() >= FIRST_EXTRA_NUMBER)
}

/// The roster, opened and verified.
///
/// Who has left does not open what came after; what they do open says that they have left.
pub(super) fn open_roster(rows: &Rows<'_>, vault: VaultId, circles: &Circles) -> Result<Roster, Error> {
    let sealed = rows.roster()?;
    let mut entries = Vec::with_capacity(sealed.len());
    for (position, sealed) in sealed.iter().enumerate() {
        let context = roster_context(vault, position as u64);
        let Some(plain) = circles.open_for_all(&context, sealed) else { break };
        entries.push(RosterEntry::from_bytes(&plain)?);
    }
    let roster = Roster::verify(vault, &entries)?;
    if entries.len() == sealed.len() {
        return Ok(roster);
    }
    let me = &circles.own().public;
    let listed = roster.member(me.member).into_iter().flat_map(|member| member.active_identities());
    let active = listed.into_iter().any(|identity| identity == me);
    Err(if active { AccessError::Roster } else { AccessError::Suspended }.into())
}
