//! Answers of services, in packets that are taken in: the referral is read under log, then moved in the act that takes
//! the packet in.

use super::ticket::Ticket;
use crate::access::packet::{AcceptedPacket, ContentKind, Novelty, ReferralAnswer};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::log::Event;
use crate::model::RecordKind;
use crate::model::records::Referral;
use crate::practice::referrals::{ReferralError, answered, status};
use crate::vault::act::Act;
use crate::vault::{Error, IntegrityError, Session};

/// More than any answer takes.
const LONGEST: usize = 64 << 10;

/// A referral that went from one state to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralMoved {
    /// The referral.
    pub referral: RecordId,
    /// Where it stood.
    pub from: String,
    /// Where it stands.
    pub to: String,
}

impl ReferralMoved {
    pub(super) fn new(referral: RecordId, before: &Referral, after: &Referral) -> Self {
        Self { referral, from: status(before).to_owned(), to: status(after).to_owned() }
    }
}

/// What an answer makes of a referral.
pub(in crate::vault) struct Answered {
    /// Index of the part.
    part: usize,
    /// Number of the packet.
    number: u64,
    ticket: Ticket,
    /// The revision that was read.
    revision: u64,
    before: Referral,
    after: Referral,
    moved: ReferralMoved,
}

impl Session {
    /// Reads the referrals that a packet answers. Nothing is changed yet.
    pub(in crate::vault) fn read_answered(
        &self,
        packet: &mut AcceptedPacket,
        access: &Access,
    ) -> Result<Vec<Answered>, Error> {
        if packet.novelty() == Novelty::Again {
            return Ok(Vec::new());
        }
        let kinds = packet.manifest().parts.iter().map(|part| part.kind);
        let parts: Vec<_> = (0..).zip(kinds).filter(|(_, kind)| *kind == ContentKind::REFERRAL_ANSWER).collect();
        parts.into_iter().map(|(part, _)| self.read_answer(packet, part, access)).collect()
    }

    fn read_answer(&self, packet: &mut AcceptedPacket, part: usize, access: &Access) -> Result<Answered, Error> {
        let answer = ReferralAnswer::decode(&packet.part_bytes(part, LONGEST)?)?;
        let ticket = self.look(|act| Ok(Ticket::open(&answer.ticket, act)?));
        let ticket = ticket.map_err(|error| self.refused(access, Event::Import, &[], error))?;
        let about = [(ticket.referral, RecordKind::REFERRAL.number())];
        let refused = |error| self.refused(access, Event::Import, &about, error);
        belongs(&ticket, packet).map_err(|error| refused(error.into()))?;
        let number = packet.mark().sequence;
        if self.look(|act| act.last_answer(&ticket))?.is_some_and(|last| number < last) {
            return Err(refused(ReferralError::OlderAnswer.into()));
        }
        let opened = self.read::<Referral>(ticket.referral, access)?;
        let after = answered(&opened.record, &answer, self.now()?).map_err(|error| refused(error.into()))?;
        let moved = ReferralMoved::new(ticket.referral, &opened.record, &after);
        Ok(Answered { part, number, ticket, revision: opened.revision, before: opened.record, after, moved })
    }
}

/// Whether the packet is the answer of whom the referral was sent to, to the packet that brought it.
fn belongs(ticket: &Ticket, packet: &AcceptedPacket) -> Result<(), ReferralError> {
    let manifest = packet.manifest();
    if manifest.sender.digest() != ticket.provider {
        return Err(ReferralError::OtherProvider);
    }
    if manifest.in_reply_to != Some(ticket.packet) {
        return Err(ReferralError::OtherPacket);
    }
    Ok(())
}

impl Act<'_> {
    /// Moves the referral that a part answers.
    pub(in crate::vault) fn take_answer(&mut self, answers: &[Answered], part: usize) -> Result<ReferralMoved, Error> {
        self.demand(Action::Refer)?;
        let answer = answers.iter().find(|answer| answer.part == part).ok_or(Error::ChangedElsewhere)?;
        self.amend_referral(answer.moved.referral, (answer.revision, &answer.before), &answer.after)?;
        let name = self.name_of_answers(&answer.ticket)?;
        self.remember(name, &answer.number.to_be_bytes())?;
        Ok(answer.moved.clone())
    }

    /// Number of the packet whose answer of this service to this referral was taken in last.
    fn last_answer(&mut self, ticket: &Ticket) -> Result<Option<u64>, Error> {
        let name = self.name_of_answers(ticket)?;
        let Some(plain) = self.remembered(&name)? else { return Ok(None) };
        Ok(Some(u64::from_be_bytes(plain.try_into().map_err(|_| IntegrityError::Entry)?)))
    }

    fn name_of_answers(&self, ticket: &Ticket) -> Result<[u8; 16], AccessError> {
        let of = [&ticket.referral.as_bytes()[..], &ticket.provider].concat();
        Ok(self.lasting_names("saferoom/referral/answered")?.of(&of))
    }
}
