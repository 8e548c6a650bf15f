//! Moving on: after somebody has left, what the others go on reading is wrapped anew, and what was wrapped for those who may
//! not open it any more is taken away.
//!
//! That they open nothing written later is so at once, by keys of a new generation (docs/adr/0021). This serves those who
//! stay: whoever joins later needs the newest generation of each circle only, and a stolen copy of the file holds nothing
//! for the keys of those who left. It runs in bounded transactions, can be broken off anywhere, and done again it changes
//! nothing. Each member does it for what they can open.

use std::collections::{HashMap, HashSet};

use super::act::Act;
use super::keyring::{OpenedKey, Recipient};
use super::unlocked::Unlocked;
use super::{Error, IntegrityError, Session};
use crate::access::{Access, AccessError, CircleListing};
use crate::id::ScopeId;
use crate::keys::{CircleName, DataKeyPlace, PublicIdentity, Slot};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::store::{KeyRow, Rows};

/// Cases of one transaction.
const CASES_PER_ACT: usize = if cfg!(test) { 2 } else { 500 };

/// What moving on did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MovedOn {
    /// Cases and units that were gone through.
    pub cases: u64,
    /// Wraps that were made: under newer generations, or directly in place of a session's envelope.
    pub wrapped: u64,
    /// Wraps that were taken away, of data keys and of circle secrets.
    pub removed: u64,
    /// Data keys that this member cannot open: somebody who can has to move them on.
    pub closed: u64,
    /// Data keys that nobody who is active could open without what should be taken away: it stays.
    pub kept: u64,
}

impl MovedOn {
    fn add(&mut self, other: &Self) {
        self.cases += other.cases;
        self.wrapped += other.wrapped;
        self.removed += other.removed;
        self.closed += other.closed;
        self.kept += other.kept;
    }
}

impl Session {
    /// Wraps the data keys that this member can open for those who may open them now, and takes all other wraps of them
    /// away; then the wraps of circle secrets that nobody is to use any more. `progress` is told how many cases of how many
    /// are done. If the search circle has moved on as well, the index is made anew at the end.
    ///
    /// In transactions of 500 cases, each with its entry: other calls get their turn in between, and what was done stays
    /// done if it is broken off.
    ///
    /// # Errors
    /// [`AccessError`] (logged as denied), [`IntegrityError`].
    pub fn move_on(&self, access: &Access, mut progress: impl FnMut(u64, u64)) -> Result<MovedOn, Error> {
        let total = self.look(|act| Ok(act.rows.count_scopes()?))?;
        let (mut moved, mut after) = (MovedOn::default(), None);
        loop {
            let (last, step) = self.act(access, Event::KeyRotation, &[], |act| act.move_cases(after))?;
            moved.add(&step);
            progress(moved.cases, total.max(moved.cases));
            match last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
        let swept = self.act(access, Event::KeyRotation, &[], |act| act.sweep_slots())?;
        moved.add(&swept);
        if self.look(|act| act.searches_in_vain())? {
            self.rebuild_search_index(access, |_, _| ())?;
        }
        Ok(moved)
    }
}

impl Act<'_> {
    /// Moves the next cases on; returns the last one, if there may be more.
    fn move_cases(&mut self, after: Option<ScopeId>) -> Result<(Option<ScopeId>, MovedOn), Error> {
        let scopes = self.rows.scopes_after(after, CASES_PER_ACT)?;
        let mut mover = Mover { dead: self.keys.dead_identities(), held: HashMap::new(), moved: MovedOn::default() };
        for scope in &scopes {
            self.move_case(*scope, &mut mover)?;
        }
        self.log_moved(&mover.moved)?;
        let last = scopes.last().copied().filter(|_| scopes.len() == CASES_PER_ACT);
        Ok((last, mover.moved))
    }

    fn log_moved(&mut self, moved: &MovedOn) -> Result<(), Error> {
        if moved.wrapped + moved.removed > 0 {
            let detail = Detail::of(DetailKey::COUNT, moved.wrapped).with(DetailKey::REMOVED, moved.removed);
            self.log(Event::KeyRotation, Outcome::Success, None, Some(detail))?;
        }
        Ok(())
    }

    fn move_case(&mut self, scope: ScopeId, mover: &mut Mover) -> Result<(), Error> {
        let unit = self.unit_of_scope(scope)?;
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let rows = self.rows.keys(scope)?;
        let before = (mover.moved.wrapped, mover.moved.removed);
        for key in &keys.keys {
            let wraps: Vec<&KeyRow> = rows.iter().filter(|row| row.ordinal == key.ordinal).collect();
            if wraps.iter().all(|row| row.is_husk()) {
                // Erased: there is nothing to pass on.
                continue;
            }
            if key.opened.is_some() {
                self.move_key((scope, unit), key, &wraps, mover)?;
            } else {
                mover.moved.closed += 1;
                self.drop_dead_wraps(&wraps, mover)?;
            }
        }
        mover.moved.cases += 1;
        if before != (mover.moved.wrapped, mover.moved.removed) {
            self.keys.forget_scope(scope);
        }
        Ok(())
    }

    /// Wraps a key for all who may open it, and takes its other wraps away.
    fn move_key(
        &mut self,
        (scope, unit): (ScopeId, ScopeId),
        key: &OpenedKey,
        wraps: &[&KeyRow],
        mover: &mut Mover,
    ) -> Result<(), Error> {
        let Some((compartment, generation, data_key)) = &key.opened else { return Ok(()) };
        let recipients = match self.recipients(scope, unit, *compartment) {
            Err(Error::Access(AccessError::CircleClosed { .. } | AccessError::NobodyAssigned { .. })) => {
                return Ok(());
            }
            recipients => recipients?,
        };
        let place = DataKeyPlace { scope, compartment: compartment.number(), generation: *generation };
        let (mut wanted, mut reached) = (HashSet::new(), false);
        for recipient in &recipients {
            let tag = recipient.slot_key().data_key(self.keys.file.vault, scope, key.ordinal);
            wanted.insert(tag);
            reached |= mover.reaches_somebody(&self.keys.roster, recipient);
            let present = wraps.iter().find(|row| row.tag == tag);
            if present.is_some_and(|row| row.session.is_none() || !self.keys.holds_key_of(recipient)) {
                continue;
            }
            if let Some(row) = present {
                self.remove_wrap(row)?;
            }
            self.keys.wrap(self.rows, recipient, (key.ordinal, key.origin), (&place, data_key))?;
            mover.moved.wrapped += 1;
        }
        if !reached {
            mover.moved.kept += 1;
            return Ok(());
        }
        wanted.extend(self.wraps_of_ended(scope, *compartment, key)?);
        for row in wraps.iter().filter(|row| !wanted.contains(&row.tag)) {
            self.remove_wrap(row)?;
            mover.moved.removed += 1;
        }
        Ok(())
    }

    /// Takes away the wraps for devices that are not active, of a key that this member cannot open; not the last one that
    /// somebody can use.
    fn drop_dead_wraps(&mut self, wraps: &[&KeyRow], mover: &mut Mover) -> Result<(), Error> {
        let Some(first) = wraps.first() else { return Ok(()) };
        let (vault, scope, ordinal) = (self.keys.file.vault, first.scope, first.ordinal);
        let tags: Vec<Slot> =
            mover.dead.iter().map(|identity| identity.slot_key.data_key(vault, scope, ordinal)).collect();
        let (dead, live): (Vec<&KeyRow>, Vec<&KeyRow>) = wraps.iter().partition(|row| tags.contains(&row.tag));
        if dead.is_empty() {
            return Ok(());
        }
        let mut usable = self.keys.usable_tags(scope, ordinal);
        if !usable.any(|tag| live.iter().any(|row| row.tag == tag)) {
            mover.moved.kept += 1;
            return Ok(());
        }
        drop(usable);
        for row in dead {
            self.remove_wrap(row)?;
            mover.moved.removed += 1;
        }
        Ok(())
    }

    pub(super) fn remove_wrap(&mut self, row: &KeyRow) -> Result<(), Error> {
        self.rows.remove_key(row)?;
        self.keys.state.remove_key(row);
        Ok(())
    }

    /// Empties the slots of devices that are not active, of circles that their member does not hold any more, and of
    /// generations that nothing is wrapped for any more.
    fn sweep_slots(&mut self) -> Result<MovedOn, Error> {
        let vault = self.keys.file.vault;
        let dead = self.keys.dead_identities();
        let old = self.keys.older_generations();
        let (in_use, needed) = self.circles_in_use(&old, &dead)?;
        let unused = |name: &CircleName| old.iter().any(|old| old.name == *name) && !in_use.contains(name);
        let mut gone = Vec::new();
        for member in self.keys.roster.members() {
            for listed in member.identities() {
                let active = member.active_identities().any(|active| *active == listed.identity);
                for circle in self.keys.roster.circles() {
                    let name = &circle.listing.name;
                    if !active || !self.keys.roster.holds(member, name) || unused(name) {
                        gone.push(listed.identity.slot_key.circle(vault, *name));
                    }
                }
            }
        }
        for listed in self.keys.roster.recoveries() {
            let of_unused = old.iter().map(|listing| listing.name).filter(unused);
            gone.extend(of_unused.map(|name| listed.set.public_key().slot_key().circle(vault, name)));
        }
        gone.extend(self.emergency_slots(unused));
        for (slot, session) in self.envelopes()? {
            let of_dead = dead.iter().any(|identity| identity.slot_key.envelope(vault, session) == slot);
            let of_unused = || {
                let mut unused = old.iter().filter(|listing| !in_use.contains(&listing.name));
                unused.any(|listing| listing.slot_key.envelope(vault, session) == slot)
            };
            if (of_dead && !needed.contains(&slot)) || of_unused() {
                gone.push(slot);
            }
        }
        let mut moved = MovedOn::default();
        for slot in gone {
            moved.removed += u64::from(self.empty_slot(&slot)?);
        }
        self.log_moved(&moved)?;
        Ok(moved)
    }

    /// The slots of wraps for emergencies that nobody is to use any more.
    fn emergency_slots(&self, unused: impl Fn(&CircleName) -> bool) -> Vec<Slot> {
        let (vault, roster) = (self.keys.file.vault, &self.keys.roster);
        let mut gone = Vec::new();
        for (member, second) in roster.second_secrets() {
            let identities = roster.member(member).into_iter().flat_map(|member| member.identities());
            for identity in identities.map(|listed| &listed.identity) {
                for name in roster.circles().iter().map(|circle| &circle.listing.name) {
                    let mut holders = roster.emergency_holders(name);
                    if unused(name) || !holders.any(|(holder, of)| holder == identity && of == second) {
                        gone.push(identity.slot_key.emergency(vault, *name, second));
                    }
                }
            }
        }
        gone
    }

    /// The slots in which sessions left keys.
    fn envelopes(&self) -> Result<Vec<(Slot, u64)>, Error> {
        let mut found = Vec::new();
        self.rows.each_slot([0; 16], [0xFF; 16], |row| found.extend(row.session.map(|session| (row.slot, session))))?;
        Ok(found)
    }

    pub(super) fn empty_slot(&mut self, slot: &Slot) -> Result<bool, Error> {
        self.keys.state.verify_bucket(self.rows, slot).map_err(|_| IntegrityError::Bucket)?;
        let Some(row) = self.rows.slot(slot)? else { return Ok(false) };
        self.rows.remove_slot(slot)?;
        self.keys.state.remove_slot(&row);
        self.keys.outgoing.remove(slot);
        Ok(true)
    }

    /// Which of these earlier generations something is still wrapped for, and in which slots of these devices lies what is
    /// still needed. Whoever adds another kind of thing that is sealed to a unit's circle adds it here.
    pub(super) fn circles_in_use(
        &self,
        old: &[CircleListing],
        dead: &[PublicIdentity],
    ) -> Result<(HashSet<CircleName>, HashSet<Slot>), Error> {
        let vault = self.keys.file.vault;
        let (mut in_use, mut needed) = (HashSet::new(), HashSet::new());
        self.rows.each_key([0; 16], [0xFF; 16], |row| {
            let of = |listing: &&CircleListing| listing.slot_key.data_key(vault, row.scope, row.ordinal) == row.tag;
            in_use.extend(old.iter().find(of).map(|listing| listing.name));
            if let Some(session) = row.session {
                let of =
                    |identity: &&PublicIdentity| identity.slot_key.data_key(vault, row.scope, row.ordinal) == row.tag;
                needed.extend(dead.iter().find(of).map(|identity| identity.slot_key.envelope(vault, session)));
            }
        })?;
        let mut sessions = HashSet::new();
        self.rows.each_finding([0; 16], [0xFF; 16], |row| sessions.extend([row.session]))?;
        for listing in old.iter().filter(|old| old.name.compartment == Compartment::Operations.number()) {
            for session in &sessions {
                if self.rows.slot(&listing.slot_key.envelope(vault, *session))?.is_some() {
                    in_use.insert(listing.name);
                }
            }
        }
        Ok((in_use, needed))
    }

    /// Whether an earlier generation was swept: nobody is to be given it any more.
    pub(super) fn is_swept(&self, name: &CircleName) -> Result<bool, Error> {
        if !self.keys.older_generations().iter().any(|older| older.name == *name) {
            return Ok(false);
        }
        let slot = self.keys.circles.own().public.slot_key.circle(self.keys.file.vault, *name);
        Ok(self.rows.slot(&slot)?.is_none())
    }
}

/// What a transaction remembers.
struct Mover {
    dead: Vec<PublicIdentity>,
    /// Whether anybody holds a circle.
    held: HashMap<CircleName, bool>,
    moved: MovedOn,
}

impl Mover {
    fn reaches_somebody(&mut self, roster: &crate::access::Roster, recipient: &Recipient) -> bool {
        match recipient {
            Recipient::Member(_) => true,
            // What only shares bring back, nobody reads today.
            Recipient::Recovery(_) => false,
            Recipient::Circle(listing) => {
                *self.held.entry(listing.name).or_insert_with(|| roster.holders(&listing.name).next().is_some())
            }
        }
    }
}

impl Unlocked {
    /// The devices that members had and may not work with now.
    fn dead_identities(&self) -> Vec<PublicIdentity> {
        let listed = self.roster.members().flat_map(|member| {
            let dead = member.identities().iter().map(|listed| &listed.identity);
            dead.filter(|identity| !member.active_identities().any(|active| active == *identity))
        });
        listed.cloned().collect()
    }

    /// The generations before the newest of the circles that seal records. The log, the roster and the statistics are read
    /// in all: a row of the statistics stays as it was sealed.
    pub(super) fn older_generations(&self) -> Vec<CircleListing> {
        let kept = [Compartment::Roster, Compartment::Oversight, Compartment::Statistics].map(Compartment::number);
        let circles = self.roster.circles();
        let newer = |one: &CircleName| {
            circles.iter().map(|other| &other.listing.name).any(|other| {
                (other.scope, other.compartment) == (one.scope, one.compartment) && other.generation > one.generation
            })
        };
        let older = circles.iter().map(|circle| &circle.listing);
        older.filter(|one| !kept.contains(&one.name.compartment) && newer(&one.name)).cloned().collect()
    }

    /// Where a key lies that somebody who is active can open.
    fn usable_tags(&self, scope: ScopeId, ordinal: u16) -> impl Iterator<Item = Slot> {
        let vault = self.file.vault;
        let members = self.roster.members().flat_map(|member| member.active_identities());
        let members = members.map(move |identity| identity.slot_key.data_key(vault, scope, ordinal));
        let circles = self.roster.circles().iter().map(|circle| &circle.listing);
        let circles = circles.filter(|listing| self.roster.holders(&listing.name).next().is_some());
        members.chain(circles.map(move |listing| listing.slot_key.data_key(vault, scope, ordinal)))
    }

    /// Whether this session can wrap for a recipient without an envelope.
    fn holds_key_of(&self, recipient: &Recipient) -> bool {
        match recipient {
            Recipient::Circle(listing) => self.circles.names().any(|name| name == listing.name),
            Recipient::Member(identity) => *identity == self.circles.own().public,
            Recipient::Recovery(_) => false,
        }
    }

    /// Forgets the keys whose slots somebody has emptied.
    pub(super) fn forget_swept(&mut self, rows: &Rows<'_>) -> Result<(), Error> {
        let mut swept = Vec::new();
        for slot in self.outgoing.keys() {
            if rows.slot(slot)?.is_none() {
                swept.push(*slot);
            }
        }
        swept.iter().for_each(|slot| drop(self.outgoing.remove(slot)));
        Ok(())
    }
}
