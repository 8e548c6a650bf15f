//! A referral leaves as a packet, and what the service answers moves it.
//!
//! What is told goes through the one door for telling somebody outside ([`Session::disclose`]); the share manifest lists
//! exactly that. The referral says what was told, and stands as sent, before there is a packet to give away.

mod answers;
mod overdue;
mod send;
mod ticket;

pub(super) use answers::Answered;
pub use answers::ReferralMoved;
pub use overdue::{OverdueReferral, OverdueReferrals};
pub use send::{SendReferral, SentReferral};

use super::{Error, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::{DeclineReason, Referral, ReferralStatus};
use crate::model::{FieldBuffer, RecordKind, Timestamp};
use crate::practice::referrals;
use crate::vault::act::Act;
use crate::vault::session::Batch;

impl Session {
    /// Moves a referral, as the station hears it: declined, withdrawn, done. The referral is logged as read and as amended.
    ///
    /// # Errors
    /// [`referrals::ReferralError`] if it does not go there from where it stands (logged); as [`amend`](Self::amend).
    pub fn move_referral(
        &self,
        referral: RecordId,
        to: &ReferralStatus,
        reason: Option<&DeclineReason>,
        access: &Access,
    ) -> Result<ReferralMoved, Error> {
        let opened = self.read::<Referral>(referral, access)?;
        let about = [(referral, RecordKind::REFERRAL.number())];
        self.act(access, Event::Update, &about, |act| {
            act.demand(Action::Refer)?;
            let after = referrals::moved(&opened.record, to, reason)?;
            act.amend_referral(referral, (opened.revision, &opened.record), &after)?;
            Ok(ReferralMoved::new(referral, &opened.record, &after))
        })
    }
}

impl Act<'_> {
    /// Gives a referral a new revision, if nobody else did since it was read. Findings about where it stood are settled, but
    /// for what still holds where it stands now: an answer that says only "received" helps no child.
    fn amend_referral(
        &mut self,
        id: RecordId,
        (revision, before): (u64, &Referral),
        after: &Referral,
    ) -> Result<(), Error> {
        let head = self.head(id)?;
        if self.verify_current(&head)?.row.number != revision {
            return Err(Error::ChangedElsewhere);
        }
        self.by_practice(|act| Batch { act, fields: FieldBuffer::with_capacity(1024) }.amend(id, after))?;
        if before.status != after.status || before.appointment_at != after.appointment_at {
            let now = i64::try_from(self.wall()).ok().and_then(|now| Timestamp::from_milliseconds(now).ok());
            let holds = now.and_then(|now| referrals::still_overdue(after, now));
            let still = holds.filter(|why| referrals::due_of(before, *why) == referrals::due_of(after, *why));
            self.settle_referral(id, before, still)?;
        }
        Ok(())
    }
}
