//! What was released before: read from its records, and looked at again in the transaction that depends on it.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::act::Act;
use super::super::write::prefix_bounds;
use super::super::{Error, Opened, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::id::RecordId;
use crate::log::Event;
use crate::model::records::Release;
use crate::model::{RecordKind, Text};
use crate::release::series::Membership;
use crate::release::spec::Audience;
use crate::release::tables::{Rho, ShownTable, TablesError};

/// How often work begins again because somebody else released something in between.
const TRIES: usize = 8;

/// A release of the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRelease {
    /// Its record.
    pub id: RecordId,
    /// What it is called.
    pub name: String,
    /// Its series.
    pub series: String,
    /// Who holds it.
    pub audience: Audience,
    /// When it was made, in milliseconds since 1970, UTC.
    pub made_at: u64,
    /// How many rows left.
    pub rows: Option<u64>,
    /// What a noisy answer cost.
    pub cost: Option<Rho>,
    /// SHA-256 of the manifest of an extract, in hexadecimal.
    pub manifest: Option<String>,
    /// Whether custodians signed that it never left: nothing is compared with it.
    pub withdrawn: bool,
    pub(super) membership: Option<Membership>,
    /// What is shown of a table of counts; none where it was recorded without.
    pub(super) table: Option<ShownTable>,
}

impl Session {
    /// What was released by this unit, oldest first. Each is logged as read.
    ///
    /// # Errors
    /// As [`read_many`](Self::read_many).
    pub fn past_releases(&self, access: &Access) -> Result<Vec<PastRelease>, Error> {
        let ids = self.release_ids()?;
        self.open_releases(&ids.into_iter().collect::<Vec<_>>(), access)
    }

    /// Does something that depends on all releases so far, in a transaction in which they are still all.
    pub(super) fn after_past_releases<T>(
        &self,
        access: &Access,
        mut work: impl FnMut(&mut Act<'_>, &[PastRelease]) -> Result<T, Error>,
    ) -> Result<T, Error> {
        for _ in 0..TRIES {
            let ids = self.release_ids()?;
            let past = self.open_releases(&ids.iter().copied().collect::<Vec<_>>(), access)?;
            let done = self.act(access, Event::Export, &[], |act| {
                act.demand(Action::Extract)?;
                if act.releases()? != ids {
                    return Ok(None);
                }
                work(act, &past).map(Some)
            })?;
            if let Some(value) = done {
                return Ok(value);
            }
        }
        Err(Error::ChangedElsewhere)
    }

    fn release_ids(&self) -> Result<BTreeSet<RecordId>, Error> {
        self.look(|act| act.releases())
    }

    fn open_releases(&self, ids: &[RecordId], access: &Access) -> Result<Vec<PastRelease>, Error> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let opened = self.read_many::<Release>(ids, access)?;
        let mut past = opened.into_iter().map(past_release).collect::<Result<Vec<_>, _>>()?;
        past.sort_by_key(|release| (release.made_at, release.id));
        self.look(|act| {
            past.iter_mut().for_each(|release| release.withdrawn = act.keys.roster.is_withdrawn(release.id));
            Ok(())
        })?;
        Ok(past)
    }
}

impl Act<'_> {
    /// The records of releases of this unit.
    fn releases(&mut self) -> Result<BTreeSet<RecordId>, Error> {
        let unit = self.keys.unit();
        let (first, last) = prefix_bounds(unit);
        let mut found = BTreeSet::new();
        self.rows.each_head(first, last, |row| {
            if row.scope == unit && row.kind == RecordKind::RELEASE.number() {
                found.insert(row.record);
            }
        })?;
        Ok(found)
    }
}

/// A record that cannot be read as a release was not written by this library: nothing may leave on top of it.
fn past_release(opened: Opened<Release>) -> Result<PastRelease, Error> {
    let Opened { id, record, withheld, revision, .. } = opened;
    if revision != 1 {
        return Err(TablesError::PastRelease.into());
    }
    if !withheld.is_empty() {
        return Err(AccessError::NoKey { compartment: crate::model::Compartment::Statistics.name() }.into());
    }
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.as_str().to_owned()).unwrap_or_default();
    let membership = record.membership.as_ref().map(|text| {
        let bytes = STANDARD.decode(text.as_str()).map_err(|_| TablesError::PastRelease)?;
        Membership::decode(&bytes).map_err(|_| TablesError::PastRelease)
    });
    let table = record.table.as_ref().map(|text| {
        let bytes = STANDARD.decode(text.as_str()).map_err(|_| TablesError::PastRelease)?;
        ShownTable::decode(&bytes)
    });
    let audience = match text(&record.audience).as_str() {
        "inside" => Audience::Inside,
        "outside" => Audience::Outside,
        _ => return Err(TablesError::PastRelease.into()),
    };
    Ok(PastRelease {
        id,
        name: text(&record.name),
        series: text(&record.series),
        audience,
        made_at: record.made_at.map_or(0, |at| u64::try_from(at.milliseconds()).unwrap_or(0)),
        rows: record.rows,
        cost: record.cost.map(Rho),
        manifest: record.manifest.as_ref().map(|digest| digest.as_str().to_owned()),
        withdrawn: false,
        membership: membership.transpose()?,
        table: table.transpose()?,
    })
}
