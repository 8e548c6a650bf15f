//! Telling: one case's changes go into its row.

use super::super::act::Act;
use super::super::keyring::ScopeKeys;
use super::super::{Error, IntegrityError};
use super::row::{
    Block, Reversal, StoredLinks, StoredStatistics, links_context, padded_links, padded_row, padded_section,
    reversal_context, row_context, unpadded_links, unpadded_row, unpadded_section,
};
use super::whole::{Reported, slot_of};
use super::{OwnBlock, StatisticsChange, told_compartments};
use crate::access::Compartments;
use crate::id::{RecordId, ScopeId};
use crate::keys::{EnvelopeKey, RecoveryScope, RowSlots, SectionKey, StatisticsLink};
use crate::model::statistics::{
    STATISTICS_RULES, StatisticsError, StatisticsRecord, StatisticsSection, report_day, statistics_of,
};
use crate::model::{Compartment, RecordKind};
use crate::store::{StatisticsLinkRow, StatisticsRow};

/// A row that is being told more.
struct Telling {
    scope: ScopeId,
    unit: ScopeId,
    /// What is in the file, if the row is not new.
    stored: Option<StatisticsRow>,
    id: [u8; 16],
    slots: RowSlots,
    row: StoredStatistics,
    links: StoredLinks,
    /// The links that this session can open: number and compartment of the data key, and what they lead to.
    open: Vec<(u16, Compartment, StatisticsLink)>,
    reported: Option<Reported>,
}

impl Act<'_> {
    /// Tells what these changes say of a case, and what is pending of it, as far as this session has the keys.
    pub(super) fn tell(&mut self, scope: ScopeId, unit: ScopeId, changes: &[StatisticsChange]) -> Result<(), Error> {
        self.keys.state.verify_bucket(self.rows, scope.as_bytes())?;
        let stored = self.rows.statistics_link(scope)?;
        let links = match &stored {
            Some(row) => self.open_links(row)?,
            None => unknown(scope, changes),
        };
        let nothing_left =
            links.pending.is_empty() && links.rules >= STATISTICS_RULES && links.reversal == self.reversal_key(unit);
        if changes.is_empty() && stored.is_some() && nothing_left {
            self.keys.remember_told(scope);
            return Ok(());
        }
        let before = links.clone();
        let links = match self.may_tell(unit)? {
            true => self.tell_all(scope, unit, links, changes)?,
            false => {
                let keys = self.keys.scope_keys(self.rows, scope)?;
                left_to_others(links, changes, &keys)
            }
        };
        if stored.is_none() || links != before {
            self.put_links(scope, stored.as_ref(), &links)?;
        }
        self.keys.remember_told(scope);
        Ok(())
    }

    /// Whether this member's role writes statistics, and there is a circle to seal them to.
    fn may_tell(&self, unit: ScopeId) -> Result<bool, Error> {
        let circle = self.keys.roster.circle(unit, Compartment::Statistics);
        let open = circle.is_some_and(|circle| circle.closed_at.is_none());
        Ok(open && self.keys.emergency.is_none() && self.keys.role()?.reach(Compartment::Statistics).writes())
    }

    fn tell_all(
        &mut self,
        scope: ScopeId,
        unit: ScopeId,
        mut links: StoredLinks,
        changes: &[StatisticsChange],
    ) -> Result<StoredLinks, Error> {
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let open = self.links_of(scope, &keys, &links)?;
        if open.is_empty() && !links.links.is_empty() {
            // There is a row, and nothing that this session can open leads to it.
            return Ok(left_to_others(links, changes, &keys));
        }
        let rules = std::mem::replace(&mut links.rules, STATISTICS_RULES);
        let mut telling = self.telling((scope, unit), links, open)?;
        if rules < STATISTICS_RULES {
            let all: Vec<u8> = telling.row.compartments().collect();
            all.into_iter().for_each(|compartment| telling.links.wait_for(compartment));
        }
        telling.expect_ages(changes, &keys);
        if keys.keys.iter().all(|key| key.opened.is_some()) {
            // Every data key is known: where none is of a compartment, there is nothing of it that could wait.
            telling.links.pending.retain(|number| {
                told_compartments().any(|compartment| compartment.number() == *number && keys.reaches(compartment))
            });
        }
        let readable = self.readable(scope, unit)?;
        for compartment in told_compartments() {
            let number = compartment.number();
            let there = telling.row.section(number).is_some();
            let concerns = |change: &&StatisticsChange| {
                change.written.contains(compartment) || (there && change.took_away(compartment, &keys))
            };
            let of_it: Vec<_> = changes.iter().filter(concerns).collect();
            let pending = telling.links.pending.binary_search(&number).is_ok();
            if of_it.is_empty() && !(pending && readable.contains(compartment)) {
                continue;
            }
            telling.links.pending.retain(|waiting| *waiting != number);
            if !self.tell_section(&mut telling, compartment, &keys, (&of_it, changes), pending, readable)? {
                telling.links.wait_for(number);
            }
        }
        self.seal_reversal(&mut telling)?;
        self.put_row(telling)
    }

    /// The key in force for reversals in a unit.
    fn reversal_key(&self, unit: ScopeId) -> Option<[u8; 16]> {
        let listed = self.keys.roster.recovery(RecoveryScope::Reversal(unit))?;
        Some(*listed.set.public_key().id().as_bytes())
    }

    /// Seals the case to the key in force for reversals, once.
    fn seal_reversal(&self, telling: &mut Telling) -> Result<(), Error> {
        let key = self.reversal_key(telling.unit);
        let there = telling.row.reversal.as_ref().map(|reversal| reversal.key);
        telling.links.reversal = key.or(there);
        let listed = self.keys.roster.recovery(RecoveryScope::Reversal(telling.unit));
        if let (Some(key), Some(listed)) = (key.filter(|key| there != Some(*key)), listed) {
            let (envelope, sealed_key) = listed.set.envelope(&telling.id)?;
            let context = reversal_context(self.keys.file.vault, &telling.id);
            let sealed = envelope.seal(&context, telling.scope.as_bytes())?;
            telling.row.reversal = Some(Reversal { key, envelope: sealed_key.as_bytes().to_vec(), sealed });
        }
        Ok(())
    }

    /// Tells one compartment; false if that has to wait for somebody else.
    fn tell_section(
        &mut self,
        telling: &mut Telling,
        compartment: Compartment,
        keys: &ScopeKeys,
        (of_it, all): (&[&StatisticsChange], &[StatisticsChange]),
        pending: bool,
        readable: Compartments,
    ) -> Result<bool, Error> {
        let (scope, number) = (telling.scope, compartment.number());
        let Some(ordinal) = self.linking_key(scope, compartment, keys) else { return Ok(false) };
        let known = self.known_section(telling, compartment)?;
        let missing = known.is_none() && telling.row.section(number).is_some();
        let whole = pending || missing;
        if whole && !(readable.contains(compartment) && keys.reaches(compartment)) {
            return Ok(false);
        }
        let reported = match compartment {
            Compartment::Identity => self.reported_of(telling, all)?,
            _ => Reported::Known(None),
        };
        let report = match reported {
            Reported::Known(report) => report,
            Reported::Closed => None,
        };
        let slots = telling.slots.clone();
        let section = if whole {
            self.whole_section(scope, compartment, &slots, report)?
        } else {
            let mut section = known.unwrap_or_else(|| empty(compartment));
            for change in of_it {
                change.apply(&mut section, &slots, report);
            }
            section
        };
        self.put_section(telling, &section, ordinal, keys)?;
        let born = Compartment::Identity == compartment && !section.records.is_empty();
        Ok(!(born && matches!(reported, Reported::Closed)))
    }

    /// When the case was reported: by what is being written, or by what is there.
    fn reported_of(&mut self, telling: &mut Telling, all: &[StatisticsChange]) -> Result<Reported, Error> {
        if let Some(reported) = telling.reported {
            return Ok(reported);
        }
        let is_case = |change: &&StatisticsChange| change.record == telling.scope.record();
        let told = all.iter().rev().find(is_case).filter(|change| change.written.contains(Compartment::Operations));
        let reported = match told {
            Some(change) => Reported::Known(report_day(change.spec, change.fields.iter())),
            None => self.reported(telling.scope)?,
        };
        telling.reported = Some(reported);
        Ok(reported)
    }

    /// The section as it stands, if a link leads to it.
    fn known_section(&self, telling: &Telling, compartment: Compartment) -> Result<Option<StatisticsSection>, Error> {
        let (number, vault) = (compartment.number(), self.keys.file.vault);
        let Some((_, sealed)) = telling.row.section(number) else { return Ok(None) };
        for (_, _, link) in telling.open.iter().filter(|(_, of, _)| *of == compartment) {
            // An older link leads to a key that is no longer in use.
            if let Ok(plain) = link.section.open(vault, &telling.id, number, sealed) {
                let section = unpadded_section(&plain)?;
                return if section.compartment == compartment { Ok(Some(section)) } else { Err(row_error()) };
            }
        }
        Ok(None)
    }

    /// Seals a section, under the key that it had or under a new one: when the data key or the circle has moved on, those
    /// who have left know the old one.
    fn put_section(
        &mut self,
        telling: &mut Telling,
        section: &StatisticsSection,
        ordinal: u16,
        keys: &ScopeKeys,
    ) -> Result<(), Error> {
        let (vault, number) = (self.keys.file.vault, section.compartment.number());
        let plain = padded_section(section);
        let generation = self.statistics_circle(telling.unit)?.name.generation;
        let current = telling.row.section(number).is_some_and(|(block, _)| block.generation == generation);
        let linked = telling.open.iter().find(|(known, ..)| *known == ordinal).map(|(.., link)| link.clone());
        if let Some(link) = linked.filter(|_| current) {
            let sealed = link.section.seal(vault, &telling.id, number, &plain)?;
            let sections = telling.row.blocks.iter_mut().flat_map(|block| &mut block.sections);
            sections.filter(|(of, _)| *of == number).for_each(|(_, old)| old.clone_from(&sealed));
            return Ok(());
        }
        telling.row.remove(number);
        let (key, block) = self.own_block(telling, number)?;
        let sealed = key.seal(vault, &telling.id, number, &plain)?;
        telling.row.blocks[block].sections.push((number, sealed));
        telling.row.blocks[block].sections.sort_unstable();
        let link = StatisticsLink { row: telling.id, slots: telling.slots.clone(), section: key };
        let data_key = keys.by_ordinal(ordinal).and_then(|key| key.opened.as_ref()).ok_or(IntegrityError::Head)?;
        let outdated = telling.open.iter().filter(|(_, of, _)| *of == section.compartment).map(|(of, ..)| *of);
        let outdated: Vec<u16> = outdated.collect();
        telling.links.links.retain(|(of, _)| !outdated.contains(of));
        telling.links.put(ordinal, link.seal(&data_key.2, vault, telling.scope, ordinal)?);
        telling.open.retain(|(_, of, _)| *of != section.compartment);
        telling.open.push((ordinal, section.compartment, link));
        Ok(())
    }

    /// A block of this session's own that has no section of this compartment: its key for the section, and its place.
    fn own_block(&mut self, telling: &mut Telling, compartment: u8) -> Result<(SectionKey, usize), Error> {
        let listing = self.statistics_circle(telling.unit)?;
        let (vault, generation) = (self.keys.file.vault, listing.name.generation);
        if let Some(own) = self.keys.blocks.get(&telling.scope)
            && (own.row, own.generation) == (telling.id, generation)
            && let Some(place) = telling.row.blocks.iter().position(|block| block.envelope == own.envelope)
            && telling.row.blocks[place].sections.iter().all(|(number, _)| *number != compartment)
            && !own.used.contains(&compartment)
        {
            let key = own.key.section_key(compartment);
            if let Some(own) = self.keys.blocks.get_mut(&telling.scope) {
                own.used.push(compartment);
            }
            return Ok((key, place));
        }
        let (key, envelope) = EnvelopeKey::generate(vault, listing.name, &listing.public_key, &telling.id)?;
        let envelope = envelope.as_bytes().to_vec();
        telling.row.blocks.push(Block { generation, envelope: envelope.clone(), sections: Vec::new() });
        let section = key.section_key(compartment);
        let own = OwnBlock { row: telling.id, generation, key, envelope, used: vec![compartment] };
        self.keys.blocks.insert(telling.scope, own);
        Ok((section, telling.row.blocks.len() - 1))
    }

    fn statistics_circle(&self, unit: ScopeId) -> Result<crate::access::CircleListing, Error> {
        let circle = self.keys.roster.circle(unit, Compartment::Statistics);
        Ok(circle.ok_or(crate::access::AccessError::Roster)?.listing.clone())
    }

    /// The data key under which the link to a section lies: that with which this session writes the compartment, or the
    /// newest one that it can open.
    fn linking_key(&self, scope: ScopeId, compartment: Compartment, keys: &ScopeKeys) -> Option<u16> {
        let writing = self.keys.writing.peek(&(scope, compartment)).copied();
        let newest = || keys.of(compartment).max_by_key(|(key, generation, _)| (*generation, key.ordinal));
        writing.or_else(|| newest().map(|(key, ..)| key.ordinal))
    }

    fn links_of(
        &self,
        scope: ScopeId,
        keys: &ScopeKeys,
        links: &StoredLinks,
    ) -> Result<Vec<(u16, Compartment, StatisticsLink)>, Error> {
        let mut open: Vec<(u16, Compartment, StatisticsLink)> = Vec::new();
        for (ordinal, sealed) in &links.links {
            let Some((compartment, _, key)) = keys.by_ordinal(*ordinal).and_then(|key| key.opened.as_ref()) else {
                continue;
            };
            let link = StatisticsLink::open(key, self.keys.file.vault, scope, *ordinal, sealed)
                .map_err(|_| StatisticsError::Row)?;
            let same = |known: &StatisticsLink| (known.row, &known.slots) == (link.row, &link.slots);
            if !open.iter().all(|(.., known)| same(known)) {
                return Err(row_error());
            }
            open.push((*ordinal, *compartment, link));
        }
        Ok(open)
    }

    fn telling(
        &mut self,
        (scope, unit): (ScopeId, ScopeId),
        links: StoredLinks,
        open: Vec<(u16, Compartment, StatisticsLink)>,
    ) -> Result<Telling, Error> {
        let (stored, id, slots, row) = match open.first() {
            Some((.., link)) => {
                let stored = self.statistics_row(&link.row)?.ok_or(StatisticsError::Row)?;
                let row = self.open_row(&stored)?;
                if row.unit != unit || row.source.is_some() {
                    return Err(row_error());
                }
                (Some(stored), link.row, link.slots.clone(), row)
            }
            None => (None, crate::id::random_bytes(), RowSlots::generate(), StoredStatistics::new(unit)),
        };
        Ok(Telling { scope, unit, stored, id, slots, row, links, open, reported: None })
    }

    /// A row in the signed state.
    pub(super) fn statistics_row(&mut self, id: &[u8; 16]) -> Result<Option<StatisticsRow>, Error> {
        self.keys.state.verify_bucket(self.rows, id)?;
        Ok(self.rows.statistics(id)?)
    }

    /// Takes the outer seal off.
    pub(super) fn open_row(&self, row: &StatisticsRow) -> Result<StoredStatistics, Error> {
        let context = row_context(self.keys.file.vault, &row.id);
        let plain = self.keys.circles.open_for_all(&context, &row.sealed).ok_or(StatisticsError::Row)?;
        Ok(unpadded_row(&plain)?)
    }

    pub(super) fn open_links(&self, row: &StatisticsLinkRow) -> Result<StoredLinks, Error> {
        let context = links_context(self.keys.file.vault, row.scope);
        let plain = self.keys.circles.open_for_all(&context, &row.sealed).ok_or(StatisticsError::Row)?;
        Ok(unpadded_links(&plain)?)
    }

    fn put_links(&mut self, scope: ScopeId, old: Option<&StatisticsLinkRow>, links: &StoredLinks) -> Result<(), Error> {
        let key = self.keys.circles.roster()?.value_key();
        let sealed = links_context(self.keys.file.vault, scope).seal(key, &padded_links(links))?;
        let row = StatisticsLinkRow { scope, sealed };
        if let Some(old) = old {
            self.keys.state.remove_statistics_link(old);
        }
        self.rows.put_statistics_link(&row)?;
        self.keys.state.add_statistics_link(&row);
        Ok(())
    }

    fn put_row(&mut self, telling: Telling) -> Result<StoredLinks, Error> {
        if !telling.row.blocks.is_empty() {
            self.store_row(telling.id, telling.stored.as_ref(), &telling.row)?;
        }
        Ok(telling.links)
    }

    /// As if a release with older rules had told a case.
    #[cfg(test)]
    pub(in crate::vault) fn age_statistics(&mut self, scope: ScopeId) -> Result<(), Error> {
        let unit = self.unit_of_scope(scope)?;
        let stored = self.rows.statistics_link(scope)?.ok_or(StatisticsError::Row)?;
        let mut links = self.open_links(&stored)?;
        links.rules = 0;
        let keys = self.keys.scope_keys(self.rows, scope)?;
        let open = self.links_of(scope, &keys, &links)?;
        let mut telling = self.telling((scope, unit), links, open)?;
        let all: Vec<_> = telling.open.iter().map(|(ordinal, compartment, _)| (*ordinal, *compartment)).collect();
        for (ordinal, compartment) in all {
            let known = self.known_section(&telling, compartment)?.ok_or(StatisticsError::Row)?;
            let aged = StatisticsSection { rules: 0, records: Vec::new(), ..known };
            self.put_section(&mut telling, &aged, ordinal, &keys)?;
        }
        let links = self.put_row(telling)?;
        self.put_links(scope, Some(&stored), &links)?;
        self.keys.told.remove(&scope);
        Ok(())
    }

    /// Writes a row, in the place of what was there.
    pub(super) fn store_row(
        &mut self,
        id: [u8; 16],
        old: Option<&StatisticsRow>,
        row: &StoredStatistics,
    ) -> Result<(), Error> {
        // That there is none yet has to be so in the signed state.
        self.keys.state.verify_bucket(self.rows, &id)?;
        let key = self.keys.circles.roster()?.value_key();
        let sealed = row_context(self.keys.file.vault, &id).seal(key, &padded_row(row))?;
        let row = StatisticsRow { id, sealed };
        if let Some(old) = old {
            self.keys.state.remove_statistics(old);
        }
        self.rows.put_statistics(&row)?;
        self.keys.state.add_statistics(&row);
        Ok(())
    }
}

impl Telling {
    /// Ages count from the report: where a case says something new of it, they are told anew.
    fn expect_ages(&mut self, changes: &[StatisticsChange], keys: &ScopeKeys) {
        let identity = Compartment::Identity.number();
        if changes.iter().any(|change| change.is_of_the_report(keys)) && self.row.section(identity).is_some() {
            self.links.wait_for(identity);
        }
    }
}

impl StatisticsChange {
    /// Whether it may change when the case was reported, after something was told of it.
    fn is_of_the_report(&self, keys: &ScopeKeys) -> bool {
        let operations = Compartment::Operations;
        let told = self.written.contains(operations) || self.took_away(operations, keys);
        self.record == self.scope.record() && !self.first && told
    }

    /// Whether a compartment of the revision before is not there any more. What its author could not open is.
    fn took_away(&self, compartment: Compartment, keys: &ScopeKeys) -> bool {
        !self.first && !self.there.contains(compartment) && keys.reaches(compartment)
    }

    fn apply(
        &self,
        section: &mut StatisticsSection,
        slots: &RowSlots,
        report: Option<crate::model::statistics::ReportDay>,
    ) {
        let slot = |record: &RecordId| slot_of(slots, record, self.scope);
        if !self.written.contains(section.compartment) {
            section.remove(slot(&self.record));
            return;
        }
        section.put(StatisticsRecord {
            slot: slot(&self.record),
            parent: slot(&self.parent),
            kind: self.spec.kind.number(),
            values: statistics_of(self.spec, section.compartment, self.fields.iter(), report),
        });
    }
}

/// Links of a case of which nothing was told yet: what is there already is pending.
fn unknown(scope: ScopeId, changes: &[StatisticsChange]) -> StoredLinks {
    let begins = |change: &StatisticsChange| {
        change.first && change.record == scope.record() && change.spec.kind == RecordKind::CASE
    };
    let mut links = StoredLinks { rules: STATISTICS_RULES, ..StoredLinks::default() };
    if !changes.iter().any(begins) {
        told_compartments().for_each(|compartment| links.wait_for(compartment.number()));
    }
    links
}

/// What this session cannot tell waits; with a report the ages that count from it, since nobody here sees whether there are any.
fn left_to_others(mut links: StoredLinks, changes: &[StatisticsChange], keys: &ScopeKeys) -> StoredLinks {
    if changes.iter().any(|change| change.is_of_the_report(keys)) {
        links.wait_for(Compartment::Identity.number());
    }
    for compartment in told_compartments() {
        let concerns =
            |change: &StatisticsChange| change.written.contains(compartment) || change.took_away(compartment, keys);
        if changes.iter().any(concerns) {
            links.wait_for(compartment.number());
        }
    }
    links
}

fn empty(compartment: Compartment) -> StatisticsSection {
    StatisticsSection { compartment, rules: STATISTICS_RULES, records: Vec::new() }
}

fn row_error() -> Error {
    StatisticsError::Row.into()
}
