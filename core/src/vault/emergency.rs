//! Break-glass: one case, opened in an emergency with a member's identity and a second secret together.
//!
//! The entry and an open finding are durable before anything opens. What opens then are the data keys of this one case, in
//! the compartments that the access-policy names; the circles' secrets are let go at once. Needs nobody else and no network.
//! See docs/adr/0032.

use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::act::Act;
use super::open_keys::Lent;
use super::read::Granted;
use super::{Error, IntegrityError, Opened, RecordInfo, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError, Compartments, FindingKind, Member};
use crate::id::{FindingId, MemberId, RecordId, ScopeId};
use crate::keys::{
    CircleKeys, CircleName, Commitment, DataKey, EmergencySecret, Envelope, EnvelopeKey, KeyError, WrapPlace,
};
use crate::log::{Detail, DetailKey, Event};
use crate::model::{Compartment, DynamicRecord, FieldBuffer, Record, RecordKind};
use crate::store::{HeadRow, KeyRow};

const HOUR: u64 = 3_600_000;

/// The keys of the case that is open in an emergency.
#[derive(Clone)]
pub(super) struct EmergencyKeys {
    pub(super) scope: ScopeId,
    keys: Vec<(u16, Commitment, Compartment, u32, DataKey)>,
    /// When it began, by both clocks, and for how long it stays open, in milliseconds.
    began: (u64, u64),
    lasts: u64,
}

impl EmergencyKeys {
    /// The key of this ordinal, if the emergency opens it.
    pub(super) fn by_ordinal(&self, ordinal: u16, commitment: &Commitment) -> Option<(Compartment, u32, DataKey)> {
        let mut keys = self.keys.iter();
        let (.., compartment, generation, key) =
            keys.find(|(number, of, ..)| *number == ordinal && of == commitment)?;
        Some((*compartment, *generation, key.clone()))
    }
}

/// A case that is open in an emergency: only its records can be read, for a limited time, each read with its entry.
///
/// `S` holds on to the session: a reference, or what a host shares it by.
pub struct EmergencyAccess<S: Deref<Target = Session>> {
    session: S,
    case: RecordId,
    finding: FindingId,
    lent: Arc<Lending>,
}

/// The keys of an emergency and why it was begun. They go with the session too, whoever holds on to the emergency.
struct Lending(Mutex<State>);

struct State {
    /// Without the reason in words once the session has ended.
    access: Access,
    phase: Phase,
}

enum Phase {
    Open(Box<EmergencyKeys>),
    /// By whoever held it.
    Ended {
        is_logged: bool,
    },
    /// By the end of the session.
    TakenBack,
}

impl Lent for Lending {
    fn take_back(&self) {
        let mut state = self.state();
        state.access = state.access.without_reason();
        if matches!(state.phase, Phase::Open(_)) {
            state.phase = Phase::TakenBack;
        }
    }
}

impl Lending {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn access(&self) -> Access {
        self.state().access.clone()
    }

    fn keys(&self) -> Result<EmergencyKeys, Error> {
        match &self.state().phase {
            Phase::Open(keys) => Ok((**keys).clone()),
            Phase::Ended { .. } => Err(AccessError::EmergencyEnded.into()),
            Phase::TakenBack => Err(Error::Locked),
        }
    }

    /// Lets the keys go. Answers whether its end may still have to be logged; nothing if the session has ended it.
    fn end(&self) -> Option<bool> {
        let mut state = self.state();
        let is_logged = match state.phase {
            Phase::Open(_) => false,
            Phase::Ended { is_logged } => is_logged,
            Phase::TakenBack => return None,
        };
        state.phase = Phase::Ended { is_logged };
        Some(!is_logged)
    }

    fn was_logged(&self) {
        let mut state = self.state();
        if matches!(state.phase, Phase::Ended { .. }) {
            state.phase = Phase::Ended { is_logged: true };
        }
    }
}

/// The emergencies of a session that have begun and whose end is not in the log. What an act adds or takes away counts once it
/// is durable. The session logs the end of what is left when it ends itself.
#[derive(Default)]
pub(super) struct Emergencies {
    begun: Vec<BegunEmergency>,
    staged: Vec<Staged>,
}

/// An emergency that has begun.
pub(super) struct BegunEmergency {
    pub(super) case: RecordId,
    pub(super) finding: FindingId,
    /// Why, in words too.
    pub(super) access: Access,
}

enum Staged {
    Begun(BegunEmergency),
    Ended(FindingId),
}

impl Emergencies {
    fn is_begun(&self, finding: FindingId) -> bool {
        self.begun.iter().any(|begun| begun.finding == finding)
    }

    /// The act is durable.
    pub(super) fn confirm(&mut self) {
        for staged in std::mem::take(&mut self.staged) {
            match staged {
                Staged::Begun(emergency) => self.begun.push(emergency),
                Staged::Ended(finding) => self.begun.retain(|begun| begun.finding != finding),
            }
        }
    }

    /// The act has failed.
    pub(super) fn forget(&mut self) {
        self.staged.clear();
    }

    /// All of them, at the end of the session.
    pub(super) fn take(&mut self) -> Vec<BegunEmergency> {
        std::mem::take(&mut self.begun)
    }
}

/// What was granted: the wraps that the member's identity and the second secret open together.
struct Begun {
    head: HeadRow,
    finding: FindingId,
    wraps: Vec<(CircleName, Vec<u8>)>,
    began: (u64, u64),
    lasts: u64,
}

impl Session {
    /// The members who have a second secret for emergencies.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn second_secrets(&self) -> Result<Vec<MemberId>, Error> {
        self.look(|act| {
            let roster = &act.keys.roster;
            Ok(roster.members().map(Member::id).filter(|member| roster.second_secret(*member).is_some()).collect())
        })
    }

    /// Opens one case in an emergency. `access` states the purpose `BTG`, with the reason in words; the second secret is
    /// the one that the roster lists for this member. The entry is durable before anything opens, and a finding is open
    /// until a second person has reviewed it.
    ///
    /// # Errors
    /// [`AccessError::NotAnEmergency`], [`AccessError::SecondSecret`], [`AccessError::NotOpenInEmergency`],
    /// [`AccessError::EmergencyNotPrepared`], [`AccessError::NotAllowed`]; all logged as denied.
    pub fn break_glass(
        &self,
        case: RecordId,
        second: &EmergencySecret,
        access: &Access,
    ) -> Result<EmergencyAccess<&Self>, Error> {
        EmergencyAccess::begin(self, case, second, access)
    }
}

impl<S: Deref<Target = Session>> EmergencyAccess<S> {
    /// As [`Session::break_glass`], for whoever shares a session.
    ///
    /// # Errors
    /// As [`Session::break_glass`].
    pub fn begin(session: S, case: RecordId, second: &EmergencySecret, access: &Access) -> Result<Self, Error> {
        let about = [(case, RecordKind::CASE.number())];
        let begun =
            session.act(access, Event::BreakGlassStart, &about, |act| act.begin_emergency(case, second, access))?;
        let (finding, keys) = (begun.finding, session.look(|act| act.emergency_keys(&begun, second))?);
        let state = State { access: access.clone(), phase: Phase::Open(Box::new(keys)) };
        let lent = Arc::new(Lending(Mutex::new(state)));
        session.open.lend(&lent);
        Ok(Self { session, case, finding, lent })
    }

    /// The case.
    #[must_use]
    pub fn case(&self) -> RecordId {
        self.case
    }

    /// The finding that a second person has to review.
    #[must_use]
    pub fn finding(&self) -> FindingId {
        self.finding
    }

    /// The records of the case. Logged as a query.
    ///
    /// # Errors
    /// As [`Session::records_of`], and [`AccessError::EmergencyEnded`].
    pub fn records(&self) -> Result<Vec<RecordInfo>, Error> {
        let (access, about) = (self.lent.access(), [(self.case, RecordKind::CASE.number())]);
        let open = self.session.look(|act| act.demand_open(&self.lent.keys()?));
        open.map_err(|error| self.session.refused(&access, Event::Query, &about, error))?;
        self.session.records_of(self.case, &access)
    }

    /// Reads a record of the case, as far as the emergency reaches.
    ///
    /// # Errors
    /// As [`Session::read`]; [`AccessError::EmergencyEnded`], and [`AccessError::NotOpenInEmergency`] for a record of
    /// another case.
    pub fn read<R: Record>(&self, id: RecordId) -> Result<Opened<R>, Error> {
        let access = self.lent.access();
        let granted = self.grant(id, Some(R::spec()), &access)?;
        self.session.open(granted, &access, &mut FieldBuffer::with_capacity(1024), R::decode)
    }

    /// As [`read`](Self::read), for a record of any kind.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_fields(&self, id: RecordId) -> Result<Opened<DynamicRecord>, Error> {
        let access = self.lent.access();
        let granted = self.grant(id, None, &access)?;
        self.session.open_dynamic(granted, &access, &mut FieldBuffer::with_capacity(1024))
    }

    fn grant(
        &self,
        id: RecordId,
        kind: Option<&'static crate::model::RecordSpec>,
        access: &Access,
    ) -> Result<Granted, Error> {
        let about = [(id, kind.map_or(0, |spec| spec.kind.number()))];
        self.session.act(access, Event::Read, &about, |act| {
            // Within the act: what has ended opens nothing that comes after, and that is logged.
            let keys = self.lent.keys()?;
            act.demand_open(&keys)?;
            if act.head(id)?.scope != keys.scope {
                return Err(AccessError::NotOpenInEmergency.into());
            }
            act.keys.begin_emergency(&keys);
            let granted = act.grant(id, kind, None);
            act.keys.end_emergency();
            granted
        })
    }

    /// Ends it, with an entry. Ending again does nothing, but tries to log it once more if that has failed. If its end is not in
    /// the log when the session is locked, the session logs it.
    ///
    /// # Errors
    /// [`Error::Locked`], [`Error::LockedIdle`]; what the disk says. The keys are gone all the same.
    pub fn end(&self) -> Result<(), Error> {
        match self.lent.end() {
            None => return Err(self.session.open.ending.error()),
            Some(false) => return Ok(()),
            Some(true) => (),
        }
        let (case, finding) = (self.case, self.finding);
        let about = [(case, RecordKind::CASE.number())];
        self.session.act(&self.lent.access(), Event::BreakGlassStop, &about, |act| {
            // Somebody else who holds it may have been faster.
            if act.keys.emergencies.is_begun(finding) {
                let head = act.head(case)?;
                act.log_about(Event::BreakGlassStop, &head, Detail::of(DetailKey::FINDING, &finding.as_bytes()[..]))?;
                act.keys.emergencies.staged.push(Staged::Ended(finding));
            }
            Ok(())
        })?;
        self.lent.was_logged();
        Ok(())
    }

    #[cfg(test)]
    pub(super) fn holds_keys(&self) -> bool {
        matches!(self.lent.state().phase, Phase::Open(_))
    }
}

impl<S: Deref<Target = Session>> Drop for EmergencyAccess<S> {
    fn drop(&mut self) {
        let _ = self.end();
    }
}

impl<S: Deref<Target = Session>> std::fmt::Debug for EmergencyAccess<S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EmergencyAccess({}, redacted)", self.case)
    }
}

impl Act<'_> {
    /// Decides about an emergency, and logs it with its finding.
    fn begin_emergency(&mut self, case: RecordId, second: &EmergencySecret, access: &Access) -> Result<Begun, Error> {
        if access.decide()?.hl7() != "BTG" {
            return Err(AccessError::NotAnEmergency.into());
        }
        self.demand(Action::BreakGlass)?;
        let head = self.head(case)?;
        if head.kind != RecordKind::CASE.number() {
            return Err(Error::NoSuchRecord);
        }
        self.refuse_erased(head.scope)?;
        if self.keys.roster.second_secret(self.keys.member.member) != Some(&second.public()) {
            return Err(AccessError::SecondSecret.into());
        }
        let unit = self.unit_of(&head)?;
        if unit != self.keys.unit() || !self.opens_in_emergency(head.scope)? {
            return Err(AccessError::NotOpenInEmergency.into());
        }
        let wraps = self.emergency_wraps(second)?;
        self.demand_prepared(head.scope, &wraps)?;
        let finding = self.open_finding(FindingKind::Emergency { case })?;
        let lasts = u64::from(self.keys.roster.policy().emergency().open_for_hours) * HOUR;
        let until = self.wall().saturating_add(lasts);
        let detail = Detail::of(DetailKey::UNTIL, until).with(DetailKey::FINDING, &finding.as_bytes()[..]);
        self.log_about(Event::BreakGlassStart, &head, detail)?;
        let begun = BegunEmergency { case, finding, access: access.clone() };
        self.keys.emergencies.staged.push(Staged::Begun(begun));
        Ok(Begun { head, finding, wraps, began: (self.wall(), self.monotonic()), lasts })
    }

    /// Whether the access-policy lets a case of this sensitivity be opened in an emergency.
    fn opens_in_emergency(&mut self, scope: ScopeId) -> Result<bool, Error> {
        let sensitivity = self.case_circle(scope)?.sensitivity();
        Ok(self.keys.roster.policy().sensitivity(sensitivity).break_glass)
    }

    /// What is wrapped for this member's identity and their second secret.
    fn emergency_wraps(&mut self, second: &EmergencySecret) -> Result<Vec<(CircleName, Vec<u8>)>, Error> {
        let (vault, public) = (self.keys.file.vault, second.public());
        let me = self.keys.circles.own().public.clone();
        let names: Vec<_> = self.keys.roster.circles().iter().map(|circle| circle.listing.name).collect();
        let mut wraps = Vec::new();
        for name in names {
            let mut holders = self.keys.roster.emergency_holders(&name);
            if !holders.any(|(identity, _)| *identity == me) {
                continue;
            }
            drop(holders);
            let slot = me.slot_key.emergency(vault, name, &public);
            self.keys.state.verify_bucket(self.rows, &slot)?;
            wraps.extend(self.rows.slot(&slot)?.map(|row| (name, row.sealed)));
        }
        Ok(wraps)
    }

    /// Refuses an emergency that would open nothing of this case: it leaves no finding, and says who can help.
    fn demand_prepared(&mut self, scope: ScopeId, wraps: &[(CircleName, Vec<u8>)]) -> Result<(), Error> {
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let (vault, rows, me) = (self.keys.file.vault, self.rows.keys(scope)?, self.keys.circles.own().public.clone());
        let mut lacks = false;
        for listing in self.keys.roster.circles().iter().map(|circle| &circle.listing) {
            let of_case = |row: &KeyRow| listing.slot_key.data_key(vault, scope, row.ordinal) == row.tag;
            if !rows.iter().any(of_case) {
                continue;
            }
            if wraps.iter().any(|(name, _)| *name == listing.name) {
                return Ok(());
            }
            lacks |= self.keys.roster.emergency_holders(&listing.name).any(|(identity, _)| *identity == me);
        }
        Err(if lacks { AccessError::EmergencyNotPrepared } else { AccessError::NotOpenInEmergency }.into())
    }

    /// Opens the data keys of the case. Called once the entry is durable.
    fn emergency_keys(&mut self, begun: &Begun, second: &EmergencySecret) -> Result<EmergencyKeys, Error> {
        let (vault, scope) = (self.keys.file.vault, begun.head.scope);
        let mut circles = Vec::new();
        for (name, sealed) in &begun.wraps {
            let secret = self.keys.circles.own().open_emergency(vault, *name, sealed, second)?;
            let listed = self.keys.roster.circles().iter().find(|circle| circle.listing.name == *name);
            let listed = listed.ok_or(AccessError::Roster)?;
            if secret.commitment(vault, *name) != listed.listing.commitment {
                return Err(KeyError::Commitment.into());
            }
            circles.push(secret.keys(vault, *name));
        }
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let mut keys = Vec::new();
        for row in self.rows.keys(scope)? {
            let at = WrapPlace { vault, scope, ordinal: row.ordinal };
            let of = |circle: &&CircleKeys| circle.slot_key().data_key(vault, scope, row.ordinal) == row.tag;
            let Some(circle) = circles.iter().find(of) else { continue };
            let (place, key) = match row.session {
                None => circle.wrap_key().unwrap(&at, &row.commitment, &row.sealed)?,
                Some(session) => {
                    self.envelope_of(circle, session)?.wrap_key().unwrap(&at, &row.commitment, &row.sealed)?
                }
            };
            let compartment = Compartment::from_number(place.compartment).ok_or(AccessError::Roster)?;
            if circle.name().compartment != place.compartment {
                return Err(IntegrityError::Head.into());
            }
            keys.push((row.ordinal, row.commitment, compartment, place.generation, key));
        }
        Ok(EmergencyKeys { scope, keys, began: begun.began, lasts: begun.lasts })
    }

    fn envelope_of(&self, circle: &CircleKeys, session: u64) -> Result<EnvelopeKey, Error> {
        let vault = self.keys.file.vault;
        let slot = self.rows.slot(&circle.slot_key().envelope(vault, session))?.ok_or(IntegrityError::Bucket)?;
        let binding = self.rows.session(session)?.ok_or(IntegrityError::Certificate)?.public_key;
        Ok(Envelope::from_bytes(slot.sealed).open(circle, vault, &binding)?)
    }

    /// Refuses what comes after the time of an emergency, or what is not open in one any more.
    fn demand_open(&mut self, keys: &EmergencyKeys) -> Result<(), Error> {
        // The longer of both clocks' times counts.
        let (wall, monotonic) = (self.wall(), self.monotonic());
        let open_for = wall.saturating_sub(keys.began.0).max(monotonic.saturating_sub(keys.began.1));
        if open_for >= keys.lasts || keys.keys.is_empty() {
            return Err(AccessError::EmergencyEnded.into());
        }
        self.demand(Action::BreakGlass)?;
        if self.opens_in_emergency(keys.scope)? { Ok(()) } else { Err(AccessError::NotOpenInEmergency.into()) }
    }

    /// The compartments that are open in an emergency in this scope now.
    pub(super) fn open_compartments(&self, scope: ScopeId) -> Compartments {
        match &self.keys.emergency {
            Some(emergency) if emergency.scope == scope => {
                Compartments::of(self.keys.roster.policy().emergency().compartments.iter().copied())
            }
            _ => Compartments::NONE,
        }
    }
}

impl super::unlocked::Unlocked {
    /// Opens the keys of an emergency for one act.
    fn begin_emergency(&mut self, keys: &EmergencyKeys) {
        self.emergency = Some(keys.clone());
        self.forget_scope(keys.scope);
    }

    /// Lets them go.
    pub(super) fn end_emergency(&mut self) {
        if let Some(keys) = self.emergency.take() {
            self.forget_scope(keys.scope);
        }
    }
}
