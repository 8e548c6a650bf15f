//! What the extract desk reads: rows under random ids, with what was told of each case. One entry says how many.

use super::super::act::Act;
use super::super::{Error, Session};
use super::note::StatisticsNote;
use super::row::{StoredLinks, unpadded_section};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::VaultId;
use crate::keys::{CircleName, Envelope};
use crate::log::{Detail, DetailKey, Event, Outcome};
use crate::model::Compartment;
use crate::model::statistics::{STATISTICS_RULES, StatisticsError};
use crate::store::StatisticsRow;

/// What the statistics say of one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseStatistics {
    /// The row's random id. It leads to no case.
    pub id: [u8; 16],
    /// The vault that the row came from, if not this one.
    pub source: Option<VaultId>,
    /// What each compartment says, by number of the compartment.
    pub sections: Vec<crate::model::statistics::StatisticsSection>,
}

/// A station whose rows are in this vault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatisticsStation {
    /// Its vault.
    pub vault: VaultId,
    /// What it is called, as it says.
    pub name: String,
    /// Until when everything that it knew is told, in milliseconds since 1970, UTC.
    pub until: u64,
}

/// The statistics that this member can open.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatisticsRead {
    /// One for each case.
    pub cases: Vec<CaseStatistics>,
    /// How many rows, or parts of them, are sealed to circles that this member does not hold.
    pub closed: u64,
    /// How many cases have something made by older rules.
    pub older_rules: u64,
    /// Of how many cases something is not told yet, because nobody with the key has opened them since.
    pub pending: u64,
    /// The other vaults whose rows are here.
    pub stations: Vec<StatisticsStation>,
    pub(super) notes: Vec<StatisticsNote>,
    #[cfg(feature = "extract")]
    pub(super) left_out: std::collections::BTreeSet<crate::release::series::ChildId>,
}

impl Session {
    /// Reads the statistics, each row once. One entry in the log says how many there were.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] unless the role makes extracts, [`AccessError::NoKey`] without the statistics circle; both
    /// logged as denied. [`StatisticsError`], [`IntegrityError`](crate::vault::IntegrityError) if a row was changed.
    pub fn statistics(&self, access: &Access) -> Result<StatisticsRead, Error> {
        self.act(access, Event::Query, &[], |act| {
            act.demand(Action::Extract)?;
            let read = act.read_statistics()?;
            let detail = Detail::of(DetailKey::COUNT, read.cases.len() as u64);
            act.log(Event::Query, Outcome::Success, None, Some(detail))?;
            Ok(read)
        })
    }
}

impl StatisticsRead {
    fn take_note(&mut self, note: StatisticsNote) {
        if let StatisticsNote::Station(station) = &note {
            self.stations.push(station.clone());
        }
        self.notes.push(note);
    }
}

impl Act<'_> {
    /// All rows that this member can open, in the order of their random ids.
    pub(in crate::vault) fn read_statistics(&mut self) -> Result<StatisticsRead, Error> {
        let unit = self.keys.unit();
        if self.keys.circles.get(unit, Compartment::Statistics)?.is_none() {
            return Err(AccessError::NoKey { compartment: Compartment::Statistics.name() }.into());
        }
        self.keys.state.verify_all(self.rows)?;
        let mut rows = Vec::new();
        self.rows.each_statistics([0; 16], [0xFF; 16], |row| rows.push(row))?;
        let mut read = StatisticsRead::default();
        for row in &rows {
            self.read_row(row, &mut read)?;
        }
        let mut links = Vec::new();
        self.rows.each_statistics_link([0; 16], [0xFF; 16], |row| links.push(row.clone()))?;
        for row in &links {
            let links: StoredLinks = self.open_links(row)?;
            read.pending += u64::from(!links.pending.is_empty());
        }
        Ok(read)
    }

    pub(super) fn read_row(&self, stored: &StatisticsRow, read: &mut StatisticsRead) -> Result<(), Error> {
        let (vault, row) = (self.keys.file.vault, self.open_row(stored)?);
        let scope = self.keys.roster.circle_scope(row.unit, Compartment::Statistics);
        let mut case = CaseStatistics { id: stored.id, source: row.source, sections: Vec::new() };
        let mut closed = false;
        for block in &row.blocks {
            let compartment = Compartment::Statistics.number();
            let name = CircleName { scope, compartment, generation: block.generation };
            let Some(keys) = self.keys.circles.named(&name)? else {
                closed = true;
                continue;
            };
            let envelope = Envelope::from_bytes(block.envelope.clone());
            let key = envelope.open(keys, vault, &stored.id).map_err(|_| StatisticsError::Row)?;
            for (number, sealed) in &block.sections {
                let plain = key.section_key(*number).open(vault, &stored.id, *number, sealed);
                let plain = plain.map_err(|_| StatisticsError::Row)?;
                if *number == compartment {
                    read.take_note(StatisticsNote::unpadded(&plain)?);
                    continue;
                }
                let section = unpadded_section(&plain)?;
                if section.compartment.number() != *number {
                    return Err(StatisticsError::Row.into());
                }
                case.sections.push(section);
            }
        }
        read.closed += u64::from(closed);
        read.older_rules += u64::from(case.sections.iter().any(|section| section.rules < STATISTICS_RULES));
        case.sections.sort_by_key(|section| section.compartment.number());
        if !case.sections.is_empty() {
            read.cases.push(case);
        }
        Ok(())
    }
}
