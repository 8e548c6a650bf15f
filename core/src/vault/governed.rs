//! What no host writes by hand: refused here is every raw write that would state what follows from an act of this library,
//! such as sending a referral. Which fields are governed is data (`[[governed]]` in `data/rules.toml`).
//!
//! An interview that was held is a fact, and a fact is not refused: a repeat that a host records after it was held presents
//! the authorisation of a second person, or is a finding, as one that was begun here.

use super::Error;
use super::act::Act;
use super::closing::Way;
use super::read::VerifiedRevision;
use super::session::{Batch, Session};
use crate::access::policy::Action;
use crate::access::{Access, Compartments};
use crate::id::RecordId;
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::records::Interview;
use crate::model::{FieldBuffer, Record, RecordKind, RecordSpec, rules};
use crate::practice::PracticeError;
use crate::store::HeadRow;

/// What of a write the rules about hands concern.
pub(super) struct ByHand {
    /// A repeat that was held, and that nobody has signed yet.
    repeat: bool,
}

impl Session {
    /// Writes what happened elsewhere before, such as a register on paper, in one transaction: as
    /// [`write_batch`](Self::write_batch), but new records may state what no host writes by hand otherwise, such as that a
    /// referral was completed. The log says that they were brought in, and how many entries that made.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed), logged as denied, unless the role may `import`; as
    /// [`write_batch`](Self::write_batch).
    pub fn write_history<T>(
        &self,
        access: &Access,
        write: impl FnOnce(&mut Batch<'_, '_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.act(access, Event::Import, &[], |act| {
            act.demand(Action::Import)?;
            act.way = Way::History;
            let before = act.keys.frontier.size();
            let done = write(&mut Batch { act, fields: FieldBuffer::with_capacity(1024) })?;
            let count = act.keys.frontier.size() - before;
            act.log(Event::Import, Outcome::Success, None, Some(Detail::of(DetailKey::COUNT, count)))?;
            Ok(done)
        })
    }
}

impl Act<'_> {
    /// Does what a call of this library does: its own rules stand for those about hands.
    pub(super) fn by_practice<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Error>) -> Result<T, Error> {
        let before = std::mem::replace(&mut self.way, Way::Practice);
        let done = work(self);
        self.way = before;
        done
    }

    /// Refuses a raw write that states by hand what an act states.
    pub(super) fn refuse_by_hand(
        &mut self,
        spec: &'static RecordSpec,
        stands: Option<(&HeadRow, &VerifiedRevision)>,
        fields: &FieldBuffer,
    ) -> Result<ByHand, Error> {
        #[cfg(test)]
        if self.keys.lawless {
            return Ok(ByHand { repeat: false });
        }
        let watched = match self.way {
            Way::Record => true,
            Way::History => stands.is_some(),
            Way::Import | Way::Practice | Way::Besides => false,
        };
        if !watched || rules().governed(spec.kind).next().is_none() {
            return Ok(ByHand { repeat: false });
        }
        let stood = stands.map(|(head, current)| self.open_before(head, current)).transpose()?;
        let hidden = stands.map_or(Ok(Compartments::NONE), |(head, _)| self.hidden(spec, head))?;
        let kept = |field: &crate::model::FieldSpec| hidden.contains(field.compartment);
        match rules().governed(spec.kind).find_map(|rule| rule.broken(stood.as_ref(), fields, kept)) {
            Some(governed) => Err(PracticeError::ByHand(governed).into()),
            None => Ok(ByHand { repeat: is_held_again(spec, Some(fields))? && !is_held_again(spec, stood.as_ref())? }),
        }
    }

    /// After the write: the authorisation of a repeat is used up, or its absence is a finding.
    pub(super) fn settle_by_hand(
        &mut self,
        by_hand: &ByHand,
        (record, parent): (RecordId, RecordId),
        fields: &FieldBuffer,
    ) -> Result<(), Error> {
        if !by_hand.repeat {
            return Ok(());
        }
        let interview = Interview::decode(fields)?;
        self.by_practice(|act| act.sign_repeat(record, parent, &interview))
    }
}

/// Whether this is an interview that has started, of a child who was interviewed before.
fn is_held_again(spec: &RecordSpec, fields: Option<&FieldBuffer>) -> Result<bool, Error> {
    let Some(fields) = fields.filter(|_| spec.kind == RecordKind::INTERVIEW) else { return Ok(false) };
    let interview = Interview::decode(fields)?;
    Ok(interview.started_at.is_some() && interview.sequence_number > Some(1))
}
