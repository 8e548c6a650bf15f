//! The circle of a case: who works on it, with whom what was shared, how closely it is held.
//!
//! A numbered, hash-chained list of entries per case, each signed with the commit that wrote it. They lie beside the records
//! and not in the roster, so that nothing that a session does grows with the number of cases (docs/adr/0021). Whether an
//! entry counts is decided here, by whoever reads it: by the role that its author had, and by what the entries before say.

use minicbor::Decoder;
use minicbor::decode::Error as DecodeError;

use super::policy::{Action, FOUNDER, Reach, Sensitivity, is_of_cases};
use super::roster::codec::{encoded, expect_array, fixed};
use super::{AccessError, Compartments, Roster};
use crate::id::{MemberId, ScopeId, VaultId};
use crate::model::Compartment;
use crate::seal::{LabelledInput, sha256};

const VERSION: u64 = 1;

/// One change of the circle of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseChange {
    /// A member works on the case.
    Assign {
        /// Who.
        member: MemberId,
        /// In which compartments: those that their role reaches in assigned cases.
        compartments: Compartments,
    },
    /// Some compartments are shared with a member, whatever their role reaches.
    Share {
        /// With whom.
        member: MemberId,
        /// Which.
        compartments: Compartments,
        /// Until when: milliseconds since 1970, UTC.
        until: Option<u64>,
    },
    /// A member does not work on the case any more, and nothing is shared with them.
    Remove {
        /// Who.
        member: MemberId,
    },
    /// A second person agrees to a share that goes beyond what the role of its recipient reads.
    Approve {
        /// Number of the entry that shares.
        entry: u64,
    },
    /// A legal hold is placed, or lifted: while it stands, the case is not erased.
    LegalHold {
        /// Whether it stands from now on.
        on: bool,
    },
    /// The case is held more, or less, closely.
    Hold {
        /// How.
        sensitivity: Sensitivity,
    },
}

/// An entry of the circle of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseEntry {
    /// Its number, from 1.
    pub number: u64,
    /// Digest of the entry before; none for the first.
    pub previous: Option<[u8; 32]>,
    /// What changes.
    pub change: CaseChange,
}

/// Who wrote an entry, and when.
#[derive(Debug, Clone, Copy)]
pub struct Authorship {
    /// The member.
    pub member: MemberId,
    /// Position of the roster's head when it was written.
    pub position: u64,
    /// Number of the commit.
    pub commit: u64,
}

/// What one member may do with a case, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseGrant {
    /// Who.
    pub member: MemberId,
    /// In which compartments.
    pub compartments: Compartments,
    /// Whether it was shared beyond an assignment.
    pub shared: bool,
    /// Until when, if it ends by itself.
    pub until: Option<u64>,
    /// Number of the entry that gave it.
    pub entry: u64,
    /// Who gave it.
    pub by: MemberId,
    /// Whether it counts: a share beyond the role of its recipient does not until a second person has agreed.
    pub approved: bool,
    /// The commit that gave it.
    pub from: u64,
    /// The commit that took it back.
    pub to: Option<u64>,
}

/// The circle of a case, out of its verified entries.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseCircle {
    entries: u64,
    last: Option<[u8; 32]>,
    grants: Vec<CaseGrant>,
    held: Vec<(u64, Sensitivity)>,
    legal_hold: bool,
}

impl CaseEntry {
    /// The bytes to seal: of one length, so that nothing shows what changed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        encoded(|out| {
            out.array(7)?.u64(VERSION)?.u64(self.number)?;
            out.bytes(self.previous.as_ref().map_or(&[], |digest| &digest[..]))?;
            let (kind, member, bits, more) = self.parts();
            out.u64(kind)?.bytes(member.map_or([0; 16], |member| *member.as_bytes()).as_slice())?;
            out.u16(bits)?.u64(more)?;
            Ok(())
        })
    }

    fn parts(&self) -> (u64, Option<MemberId>, u16, u64) {
        match self.change {
            CaseChange::Assign { member, compartments } => (1, Some(member), compartments.bits(), 0),
            CaseChange::Share { member, compartments, until } => {
                (2, Some(member), compartments.bits(), until.unwrap_or(u64::MAX))
            }
            CaseChange::Remove { member } => (3, Some(member), 0, 0),
            CaseChange::Hold { sensitivity } => (4, None, 0, u64::from(sensitivity.number())),
            CaseChange::Approve { entry } => (6, None, 0, entry),
            CaseChange::LegalHold { on } => (5, None, 0, u64::from(on)),
        }
    }

    /// Reads an entry.
    ///
    /// # Errors
    /// [`AccessError::CaseCircle`] if it is malformed.
    pub fn decode(bytes: &[u8]) -> Result<Self, AccessError> {
        Self::read(&mut Decoder::new(bytes)).ok().filter(|entry| entry.encode() == bytes).ok_or(AccessError::CaseCircle)
    }

    fn read(input: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        expect_array(input, 7)?;
        if input.u64()? != VERSION {
            return Err(DecodeError::message("unknown version"));
        }
        let number = input.u64()?;
        let previous = match input.bytes()? {
            [] => None,
            digest => Some(digest.try_into().map_err(|_| DecodeError::message("wrong length"))?),
        };
        let (kind, member) = (input.u64()?, MemberId::from_bytes(fixed(input)?));
        let (bits, more) = (input.u16()?, input.u64()?);
        let compartments = Compartments::from_bits(bits).ok_or_else(|| DecodeError::message("no compartments"))?;
        let change = match kind {
            1 => CaseChange::Assign { member, compartments },
            2 => CaseChange::Share { member, compartments, until: Some(more).filter(|until| *until != u64::MAX) },
            3 => CaseChange::Remove { member },
            4 => {
                let sensitivity = u8::try_from(more).ok().and_then(Sensitivity::from_number);
                CaseChange::Hold { sensitivity: sensitivity.ok_or_else(|| DecodeError::message("no sensitivity"))? }
            }
            6 => CaseChange::Approve { entry: more },
            5 => CaseChange::LegalHold { on: more == 1 },
            _ => return Err(DecodeError::message("unknown kind")),
        };
        Ok(Self { number, previous, change })
    }

    /// Digest of an entry as it is sealed: what the commit signs, and the next entry names.
    #[must_use]
    pub fn digest(vault: VaultId, scope: ScopeId, number: u64, sealed: &[u8]) -> [u8; 32] {
        let input = LabelledInput::new("saferoom/case-circle")
            .part(vault.as_bytes())
            .part(scope.as_bytes())
            .number(number)
            .part(&sha256(sealed));
        sha256(input.as_bytes())
    }
}

impl CaseCircle {
    /// The entry that brings this change.
    #[must_use]
    pub fn next(&self, change: CaseChange) -> CaseEntry {
        CaseEntry { number: self.entries + 1, previous: self.last, change }
    }

    /// Takes in an entry, if its author was allowed to write it.
    ///
    /// `unit` is the unit of the case, `creator` the author of the case's first revision.
    ///
    /// # Errors
    /// [`AccessError::CaseCircle`] if it is out of its place, [`AccessError::NotAllowed`].
    pub fn take(
        &mut self,
        roster: &Roster,
        unit: ScopeId,
        creator: MemberId,
        author: &Authorship,
        (entry, digest): (&CaseEntry, [u8; 32]),
    ) -> Result<(), AccessError> {
        if (entry.number, entry.previous) != (self.entries + 1, self.last) {
            return Err(AccessError::CaseCircle);
        }
        self.allow(roster, unit, creator, author, entry)?;
        self.entries = entry.number;
        self.last = Some(digest);
        match entry.change {
            CaseChange::Assign { member, compartments } => {
                self.end(member, author.commit, |grant| !grant.shared);
                self.grants.push(CaseGrant {
                    member,
                    compartments,
                    shared: false,
                    until: None,
                    entry: entry.number,
                    by: author.member,
                    approved: true,
                    from: author.commit,
                    to: None,
                });
            }
            CaseChange::Share { member, compartments, until } => {
                self.grants.push(CaseGrant {
                    member,
                    compartments,
                    shared: true,
                    until,
                    entry: entry.number,
                    by: author.member,
                    approved: !needs_second_person(roster, member, compartments, author.position),
                    from: author.commit,
                    to: None,
                });
            }
            CaseChange::Remove { member } => self.end(member, author.commit, |_| true),
            CaseChange::Approve { entry: number } => {
                let waiting = self.grants.iter_mut().filter(|grant| grant.entry == number && !grant.approved);
                waiting.for_each(|grant| (grant.approved, grant.from) = (true, author.commit));
            }
            CaseChange::Hold { sensitivity } => self.held.push((author.commit, sensitivity)),
            CaseChange::LegalHold { on } => self.legal_hold = on,
        }
        Ok(())
    }

    fn end(&mut self, member: MemberId, commit: u64, which: impl Fn(&CaseGrant) -> bool) {
        let open = |grant: &&mut CaseGrant| grant.member == member && grant.to.is_none() && which(grant);
        self.grants.iter_mut().filter(open).for_each(|grant| grant.to = Some(commit));
    }

    fn allow(
        &self,
        roster: &Roster,
        unit: ScopeId,
        creator: MemberId,
        author: &Authorship,
        entry: &CaseEntry,
    ) -> Result<(), AccessError> {
        let Authorship { member, position, commit } = *author;
        let (stage, role) = roster.role_at(member, position).ok_or(AccessError::NotActive)?;
        let assigner = stage.unit == unit && role.may(Action::Assign);
        let allowed = match entry.change {
            CaseChange::Assign { member: other, compartments } => {
                // Who opens a case works on it: that is its first entry.
                let opener = entry.number == 1 && other == member && creator == member;
                let reached = assignable(roster, other, position);
                (assigner || opener) && compartments.is_within(reached) && !compartments.is_empty()
            }
            CaseChange::Share { member: other, compartments, until } => {
                // What rests on a share that ends by a date ends with it at the latest.
                let of_unit = |compartment| stage.unit == unit && role.reach(compartment) == Reach::Unit;
                let lasts = |compartment| {
                    if of_unit(compartment) { Some(u64::MAX) } else { self.lasts(roster, member, compartment, commit) }
                };
                let mine = |compartment| lasts(compartment).is_some_and(|lasts| until.unwrap_or(u64::MAX) <= lasts);
                let sharable = sharable(roster, other, position);
                role.may(Action::Share)
                    && compartments.is_within(sharable)
                    && !compartments.is_empty()
                    && compartments.iter().all(mine)
            }
            CaseChange::Remove { member: other } => assigner || other == member,
            CaseChange::Approve { entry: number } => {
                let listed = roster.policy_at(position).second_person(Action::Share).contains(&stage.role);
                let of_two = |grant: &CaseGrant| {
                    grant.entry == number
                        && !grant.approved
                        && grant.to.is_none()
                        && grant.by != member
                        && grant.member != member
                };
                (listed || stage.role.as_str() == FOUNDER) && self.grants.iter().any(of_two)
            }
            CaseChange::Hold { .. } => stage.unit == unit && role.may(Action::SetSensitivity),
            CaseChange::LegalHold { .. } => stage.unit == unit && role.may(Action::Hold),
        };
        if allowed { Ok(()) } else { Err(AccessError::NotAllowed) }
    }

    /// Whether a legal hold stands.
    #[must_use]
    pub const fn is_on_legal_hold(&self) -> bool {
        self.legal_hold
    }

    /// How many entries it has.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.entries
    }

    /// Whether nobody was ever assigned.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries == 0
    }

    /// All that was given, also what was taken back.
    #[must_use]
    pub fn grants(&self) -> &[CaseGrant] {
        &self.grants
    }

    /// What is given now.
    pub fn current(&self) -> impl Iterator<Item = &CaseGrant> {
        self.grants.iter().filter(|grant| grant.to.is_none())
    }

    /// What gave a member this compartment when the commit of this number was signed: an assignment counts as far as the role
    /// reaches in assigned cases, a share by itself.
    fn giving(
        &self,
        roster: &Roster,
        member: MemberId,
        compartment: Compartment,
        commit: u64,
    ) -> impl Iterator<Item = &CaseGrant> {
        let reads = roster.reach_at(member, roster.position_at(commit), compartment).reads();
        self.grants.iter().filter(move |grant| {
            grant.member == member
                && grant.compartments.contains(compartment)
                && grant.approved
                && grant.from <= commit
                && grant.to.is_none_or(|to| to > commit)
                && (grant.shared || reads)
        })
    }

    /// Until when lasts what gave a member this compartment: without end is the highest number.
    fn lasts(&self, roster: &Roster, member: MemberId, compartment: Compartment, commit: u64) -> Option<u64> {
        self.giving(roster, member, compartment, commit).map(|grant| grant.until.unwrap_or(u64::MAX)).max()
    }

    /// Whether a member may write this compartment of the case, when the commit of this number was signed. No commit says
    /// what time it was: that a share had not ended by its date is looked at when something is written
    /// ([`has_ended`](Self::has_ended)).
    #[must_use]
    pub fn lets_write(&self, roster: &Roster, member: MemberId, compartment: Compartment, commit: u64) -> bool {
        self.giving(roster, member, compartment, commit).next().is_some()
    }

    /// Whether a member had this compartment of the case, and all that gave it has ended by its date at this moment
    /// (milliseconds since 1970, UTC).
    #[must_use]
    pub fn has_ended(&self, member: MemberId, compartment: Compartment, now: u64) -> bool {
        let mine =
            |grant: &&CaseGrant| grant.member == member && grant.compartments.contains(compartment) && grant.approved;
        let mut mine = self.current().filter(mine).peekable();
        mine.peek().is_some() && mine.all(|grant| grant.until.is_some_and(|until| until <= now))
    }

    /// Those to whom the case gives a compartment at this moment (milliseconds since 1970, UTC).
    pub fn given<'c>(
        &'c self,
        roster: &'c Roster,
        compartment: Compartment,
        now: u64,
    ) -> impl Iterator<Item = &'c CaseGrant> {
        let position = roster.head().0;
        self.current().filter(move |grant| {
            grant.compartments.contains(compartment)
                && grant.approved
                && grant.until.is_none_or(|until| until > now)
                && (grant.shared || roster.reach_at(grant.member, position, compartment).reads())
        })
    }

    /// How closely the case was held when the commit of this number was signed.
    #[must_use]
    pub fn sensitivity_at(&self, commit: u64) -> Sensitivity {
        let held = self.held.iter().rev().find(|(from, _)| *from <= commit);
        held.map_or(Sensitivity::Standard, |(_, sensitivity)| *sensitivity)
    }

    /// How closely the case is held.
    #[must_use]
    pub fn sensitivity(&self) -> Sensitivity {
        self.sensitivity_at(u64::MAX)
    }

    /// The newest commit that took somebody's reach into a compartment away, or held the case more closely.
    #[must_use]
    pub fn narrowed_at(&self, compartment: Compartment) -> Option<u64> {
        let ended = self.grants.iter().filter(|grant| grant.compartments.contains(compartment));
        let held = self.held.iter().map(|(from, _)| *from);
        ended.filter_map(|grant| grant.to).chain(held).max()
    }
}

/// Whether a share goes beyond what the role of its recipient reads anywhere, and the access-policy then asks for a second
/// person.
fn needs_second_person(roster: &Roster, member: MemberId, compartments: Compartments, position: u64) -> bool {
    let beyond = |compartment| !roster.reach_at(member, position, compartment).reads();
    !roster.policy_at(position).second_person(Action::Share).is_empty() && compartments.iter().any(beyond)
}

/// The compartments in which a member can be assigned to a case: those of cases that their role reads. What it reads of the
/// whole unit is among them: once the case is held closely, it reads that by assignment only.
#[must_use]
pub fn assignable(roster: &Roster, member: MemberId, position: u64) -> Compartments {
    let Some((_, role)) = roster.role_at(member, position) else { return Compartments::NONE };
    let assigned = |compartment: &Compartment| is_of_cases(*compartment) && role.reach(*compartment).reads();
    Compartments::of(Compartment::ALL.iter().copied().filter(assigned))
}

/// The compartments that can be shared with a member: those that hold what cases say. Whoever reads the log reads no
/// child's data, however it is given.
#[must_use]
pub fn sharable(roster: &Roster, member: MemberId, position: u64) -> Compartments {
    let never =
        [Compartment::Roster, Compartment::Oversight, Compartment::Search, Compartment::Statistics, Compartment::Rooms];
    match roster.role_at(member, position) {
        Some((_, role)) if !role.reach(Compartment::Oversight).reads() => {
            Compartments::of(Compartment::ALL.iter().copied().filter(|compartment| !never.contains(compartment)))
        }
        _ => Compartments::NONE,
    }
}
