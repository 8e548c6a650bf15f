//! Statistics on their way from a station to a desk: what is new or has changed since they were last handed over, and what
//! comes in from other vaults. Both sides remember in rows of the same table, sealed to the statistics circle.

use std::collections::BTreeMap;

use super::super::act::Act;
use super::super::{Error, Session};
use super::desk::{StatisticsRead, StatisticsStation};
use super::note::StatisticsNote;
use super::row::{Block, StoredStatistics};
use crate::access::packet::{StatisticsSlice, StatisticsSliceRow};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::{ScopeId, VaultId};
use crate::keys::{EnvelopeKey, VerifyingKey};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::model::statistics::{StatisticsError, StatisticsSection};
use crate::seal::{LabelledInput, derive_secret, hmac_key, sha256};

impl Session {
    /// The rows of this vault's own cases that a desk has not got yet, or not as they are now; all of them if `again`.
    /// `desk` is the key with which the desk signs, `station` what it is called there. Seal them to the desk in a packet, as
    /// a part of kind [`STATISTICS`](crate::access::packet::ContentKind::STATISTICS). Logged as an export.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`], [`AccessError::NoKey`] (logged as denied), [`StatisticsError::Station`].
    pub fn hand_over_statistics(
        &self,
        desk: &VerifyingKey,
        station: &str,
        again: bool,
        access: &Access,
    ) -> Result<StatisticsSlice, Error> {
        self.act(access, Event::Export, &[], |act| {
            act.demand(Action::Extract)?;
            let slice = act.slice_for(desk, station, again)?;
            let desk = sha256(desk.as_bytes());
            let detail = Detail::of(DetailKey::COUNT, slice.rows.len() as u64).with(DetailKey::SENDER, &desk[..]);
            act.log(Event::Export, Outcome::Success, None, Some(detail))?;
            Ok(slice)
        })
    }
}

impl Act<'_> {
    fn slice_for(&mut self, desk: &VerifyingKey, station: &str, again: bool) -> Result<StatisticsSlice, Error> {
        let read = self.read_statistics()?;
        let name = self.note_name("sent", desk.as_bytes())?;
        let mut sent = match self.read_note(&name)? {
            Some(StatisticsNote::Sent { rows }) if !again => rows,
            _ => BTreeMap::new(),
        };
        let mut rows = Vec::new();
        for case in read.cases.iter().filter(|case| case.source.is_none()) {
            let sections: Vec<Vec<u8>> = case.sections.iter().map(|section| section.encode().to_vec()).collect();
            let digest = digest_of(&sections);
            if sent.insert(case.id, digest) != Some(digest) {
                rows.push(StatisticsSliceRow { id: case.id, sections });
            }
        }
        let (vault, until) = (self.keys.file.vault, self.wall());
        let slice = StatisticsSlice { vault, station: station.to_owned(), until, rows };
        if !slice.is_named() {
            return Err(StatisticsError::Station.into());
        }
        self.put_note(name, &StatisticsNote::Sent { rows: sent })?;
        Ok(slice)
    }

    /// Takes rows in that come from another vault; returns how many were new or had changed. A sender sends of one vault.
    pub(in crate::vault) fn take_statistics(
        &mut self,
        slice: &StatisticsSlice,
        sender: &VerifyingKey,
    ) -> Result<u64, Error> {
        self.demand(Action::Extract)?;
        if slice.vault == self.keys.file.vault {
            return Err(StatisticsError::OwnRows.into());
        }
        self.bind_sender(sender, slice.vault)?;
        let read = self.read_statistics()?;
        let known: BTreeMap<[u8; 16], &super::CaseStatistics> = read.cases.iter().map(|case| (case.id, case)).collect();
        let mut taken = 0;
        for row in &slice.rows {
            let sections =
                row.sections.iter().map(|bytes| StatisticsSection::decode(bytes)).collect::<Result<Vec<_>, _>>()?;
            match known.get(&row.id) {
                Some(case) if case.source != Some(slice.vault) => return Err(StatisticsError::OtherSource.into()),
                Some(case) if case.sections == sections => continue,
                _ => {}
            }
            self.place_row(row.id, Some(slice.vault), &sections)?;
            taken += 1;
        }
        let name = self.note_name("station", slice.vault.as_bytes())?;
        let station = StatisticsStation { vault: slice.vault, name: slice.station.clone(), until: slice.until };
        self.put_note(name, &StatisticsNote::Station(station))?;
        Ok(taken)
    }

    /// Remembers of which vault a sender sends rows; refuses another one.
    fn bind_sender(&mut self, sender: &VerifyingKey, vault: VaultId) -> Result<(), Error> {
        let name = self.note_name("sender", sender.as_bytes())?;
        match (self.read_note(&name)?, self.statistics_row(&name)?) {
            (Some(StatisticsNote::Sender { vault: bound }), _) if bound == vault => Ok(()),
            (Some(_), _) => Err(StatisticsError::OtherVault.into()),
            (None, None) => self.put_note(name, &StatisticsNote::Sender { vault }),
            // It is sealed to a circle that this member does not hold.
            (None, Some(_)) => Err(AccessError::NoKey { compartment: Compartment::Statistics.name() }.into()),
        }
    }

    /// Seals a whole row anew.
    fn place_row(
        &mut self,
        id: [u8; 16],
        source: Option<VaultId>,
        sections: &[StatisticsSection],
    ) -> Result<(), Error> {
        let plain: Vec<_> = sections
            .iter()
            .map(|section| (section.compartment.number(), super::row::padded_section(section)))
            .collect();
        let mut row = self.new_row(source)?;
        self.seal_block(&id, &mut row, plain.iter().map(|(number, plain)| (*number, plain.as_slice())))?;
        let old = self.statistics_row(&id)?;
        self.store_row(id, old.as_ref(), &row)
    }

    fn new_row(&self, source: Option<VaultId>) -> Result<StoredStatistics, Error> {
        let unit: ScopeId = self.keys.unit();
        Ok(StoredStatistics { source, ..StoredStatistics::new(unit) })
    }

    fn seal_block<'p>(
        &self,
        id: &[u8; 16],
        row: &mut StoredStatistics,
        plain: impl Iterator<Item = (u8, &'p [u8])>,
    ) -> Result<(), Error> {
        let circle = self.keys.roster.circle(row.unit, Compartment::Statistics).ok_or(AccessError::Roster)?;
        if circle.closed_at.is_some() {
            return Err(AccessError::CircleClosed { compartment: Compartment::Statistics.name() }.into());
        }
        let (vault, listing) = (self.keys.file.vault, &circle.listing);
        let (key, envelope) = EnvelopeKey::generate(vault, listing.name, &listing.public_key, id)?;
        let sections =
            plain.map(|(number, plain)| Ok((number, key.section_key(number).seal(vault, id, number, plain)?)));
        let mut sections = sections.collect::<Result<Vec<_>, Error>>()?;
        sections.sort_unstable();
        let envelope = envelope.as_bytes().to_vec();
        row.blocks.push(Block { generation: listing.name.generation, envelope, sections });
        Ok(())
    }

    pub(super) fn put_note(&mut self, name: [u8; 16], note: &StatisticsNote) -> Result<(), Error> {
        let mut row = self.new_row(None)?;
        let plain = note.padded();
        self.seal_block(&name, &mut row, [(Compartment::Statistics.number(), plain.as_slice())].into_iter())?;
        let old = self.statistics_row(&name)?;
        self.store_row(name, old.as_ref(), &row)
    }

    pub(super) fn read_note(&mut self, name: &[u8; 16]) -> Result<Option<StatisticsNote>, Error> {
        let Some(row) = self.statistics_row(name)? else { return Ok(None) };
        let mut read = StatisticsRead::default();
        self.read_row(&row, &mut read)?;
        Ok(read.notes.pop())
    }

    /// Under which id something is remembered of somebody: random to who is no member, and not a row of a case.
    pub(super) fn note_name(&self, what: &str, about: &[u8]) -> Result<[u8; 16], Error> {
        let input = LabelledInput::new("saferoom/statistics/note-name-key").part(self.keys.file.vault.as_bytes());
        let key = hmac_key(&derive_secret(self.keys.circles.first_roster()?.value_key(), &input));
        let message = LabelledInput::new("saferoom/statistics/note-name").part(what.as_bytes()).part(about);
        let tag = ring::hmac::sign(&key, message.as_bytes());
        let mut name = [0; 16];
        name.copy_from_slice(&tag.as_ref()[..16]);
        Ok(name)
    }
}

fn digest_of(sections: &[Vec<u8>]) -> [u8; 16] {
    let input =
        sections.iter().fold(LabelledInput::new("saferoom/statistics/sent"), |input, section| input.part(section));
    let mut digest = [0; 16];
    digest.copy_from_slice(&sha256(input.as_bytes())[..16]);
    digest
}
