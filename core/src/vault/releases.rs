//! Releases in a vault: the guard that compares each with those before it, and budgets of noisy answers. What was
//! released stands as a record in `statistics`, written in the transaction that lets it leave.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::write::prefix_bounds;
use super::{Error, Opened, Session};
use crate::access::policy::Action;
use crate::access::releases::{ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::access::{Access, AccessError};
use crate::id::{RecordId, hexadecimal};
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::Release;
use crate::model::{FieldBuffer, Narrative, Record, RecordKind, Text};
use crate::release::Table;
use crate::release::series::{ChildId, Differencing, Membership, compare};
use crate::release::spec::{Audience, InSeries};
use crate::release::tables::{PrivateQuestion, PublishedTable, Rho, TablesError, TablesSpec};
use crate::seal::sha256;

/// The most children of a release that a vault remembers: their membership is one sealed value.
pub const MOST_REMEMBERED: usize = 120_000;

/// The series of all extracts, which needs no declaration; exceptions of custodians name it.
pub const EXTRACTS: &str = "extracts";

/// The series of all tables of counts, which needs no declaration either.
pub const TABLES: &str = "tables";

/// How often work begins again because somebody else released something in between.
const TRIES: usize = 8;

/// What is to be recorded.
#[derive(Clone)]
struct NewRelease<'r> {
    name: &'r str,
    series: ReleaseSeries,
    /// Whether nobody may be in it who was in a release of the series.
    only_new: bool,
    rows: u64,
    membership: &'r Membership,
    /// SHA-256 of the manifest, for the log, where a folder leaves.
    manifest: Option<[u8; 32]>,
}

impl<'r> NewRelease<'r> {
    fn of(name: &'r str, series: ReleaseSeries, rows: u64, membership: &'r Membership) -> Self {
        Self { name, series, only_new: false, rows, membership, manifest: None }
    }
}

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
    membership: Option<Membership>,
}

/// What the guard of releases says of one that was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardAnswer {
    /// The digest by which custodians name this very release: SHA-256 of its membership, in hexadecimal.
    pub release: String,
    /// Whom it would single out together with earlier releases; none if it may leave.
    pub singles_out: Option<Differencing>,
}

impl Session {
    /// The release-policy in force.
    ///
    /// # Errors
    /// [`Error::Locked`], [`super::IntegrityError`].
    pub fn release_policy(&self) -> Result<ReleasePolicy, Error> {
        self.look(|act| Ok(act.keys.roster.release_policy()))
    }

    /// The series that custodians have declared.
    ///
    /// # Errors
    /// As [`release_policy`](Self::release_policy).
    pub fn release_series(&self) -> Result<Vec<ReleaseSeries>, Error> {
        self.look(|act| Ok(act.keys.roster.release_series().into_iter().cloned().collect()))
    }

    /// What was released by this unit, oldest first. Each is logged as read.
    ///
    /// # Errors
    /// As [`read_many`](Self::read_many).
    pub fn past_releases(&self, access: &Access) -> Result<Vec<PastRelease>, Error> {
        let ids = self.release_ids()?;
        self.open_releases(&ids.into_iter().collect::<Vec<_>>(), access)
    }

    /// What a release would tell together with those before it: nothing if it may leave.
    ///
    /// Inside the organisation people hold what is outside as well, so a release is compared with all before it by the
    /// floor for people inside; one for people outside also with those outside alone, by their floor.
    ///
    /// # Errors
    /// As [`read_many`](Self::read_many).
    pub fn compare_release(
        &self,
        audience: Audience,
        membership: &Membership,
        access: &Access,
    ) -> Result<Option<Differencing>, Error> {
        self.compare(&extracts(audience), membership, access)
    }

    /// The same for a table of counts.
    ///
    /// # Errors
    /// As [`compare_release`](Self::compare_release).
    pub fn compare_table(
        &self,
        audience: Audience,
        membership: &Membership,
        access: &Access,
    ) -> Result<Option<Differencing>, Error> {
        self.compare(&tables(audience), membership, access)
    }

    fn compare(
        &self,
        series: &ReleaseSeries,
        membership: &Membership,
        access: &Access,
    ) -> Result<Option<Differencing>, Error> {
        Ok(told(&self.past_releases(access)?, series, membership, &self.release_policy()?))
    }

    /// Whether a release may leave now: asked before anything of it is written down. Who then makes it calls
    /// [`record_release`](Self::record_release), which asks again.
    ///
    /// # Errors
    /// [`TablesError::SinglesOut`], unless custodians signed an exception for it; and as [`read_many`](Self::read_many).
    pub fn check_release(&self, audience: Audience, membership: &Membership, access: &Access) -> Result<(), Error> {
        self.guard(&extracts(audience), membership, access)
    }

    /// The same for a release of a series that custodians declared: [`record_release_in`](Self::record_release_in) asks
    /// again.
    ///
    /// # Errors
    /// As [`check_release`](Self::check_release); [`AccessError::NoSuchSeries`], [`TablesError::OtherAudience`];
    /// [`TablesError::NotOnlyNew`] if only new children are to be in it and others are.
    pub fn check_release_in(
        &self,
        series: &InSeries,
        audience: Audience,
        membership: &Membership,
        access: &Access,
    ) -> Result<(), Error> {
        let declared = self.series_for(&series.name, audience)?;
        if series.only_new {
            are_new(&self.past_releases(access)?, &declared, membership)?;
        }
        self.guard(&declared, membership, access)
    }

    /// The same for a table of counts: [`record_table`](Self::record_table) asks again.
    ///
    /// # Errors
    /// As [`check_release`](Self::check_release).
    pub fn check_table(&self, audience: Audience, membership: &Membership, access: &Access) -> Result<(), Error> {
        self.guard(&tables(audience), membership, access)
    }

    fn guard(&self, series: &ReleaseSeries, membership: &Membership, access: &Access) -> Result<(), Error> {
        let exception = ReleaseException { series: series.name.clone(), membership: membership.digest() };
        match self.compare(series, membership, access)? {
            Some(told) if !self.look(|act| Ok(act.keys.roster.is_excepted(&exception)))? => {
                Err(TablesError::singles_out(&told, membership).into())
            }
            _ => Ok(()),
        }
    }

    /// Records a release, so that it may leave. In the same transaction its guard looks at all releases before it.
    ///
    /// # Errors
    /// [`TablesError::SinglesOut`], unless custodians signed an exception for it; [`TablesError::TooManyToRemember`];
    /// [`AccessError::NotAllowed`]; nothing may leave then.
    pub fn record_release(
        &self,
        name: &str,
        audience: Audience,
        rows: u64,
        membership: &Membership,
        access: &Access,
    ) -> Result<RecordId, Error> {
        self.record(&NewRelease::of(name, extracts(audience), rows, membership), access)
    }

    /// Records a release of a series that custodians declared. It is compared with all before it, of other series too.
    ///
    /// # Errors
    /// As [`record_release`](Self::record_release); [`AccessError::NoSuchSeries`], [`TablesError::OtherAudience`];
    /// [`TablesError::NotOnlyNew`] if only new children are to be in it and somebody released others of them meanwhile.
    pub fn record_release_in(
        &self,
        series: &InSeries,
        (name, audience): (&str, Audience),
        rows: u64,
        membership: &Membership,
        access: &Access,
    ) -> Result<RecordId, Error> {
        let declared = self.series_for(&series.name, audience)?;
        let release = NewRelease { only_new: series.only_new, ..NewRelease::of(name, declared, rows, membership) };
        self.record(&release, access)
    }

    /// The children who were in a release of this series.
    ///
    /// # Errors
    /// [`AccessError::NoSuchSeries`], and as [`read_many`](Self::read_many).
    pub fn children_of_series(&self, series: &str, access: &Access) -> Result<BTreeSet<ChildId>, Error> {
        let series = self.series(series)?;
        Ok(children_of(&self.past_releases(access)?, &series).copied().collect())
    }

    /// Records a table of counts, so that it may leave. It is compared by whom it counts: with all releases before it, and
    /// all after it with it. In which cells children of earlier releases were does not count, but in which they are now.
    ///
    /// # Errors
    /// As [`record_release`](Self::record_release).
    pub fn record_table(
        &self,
        name: &str,
        audience: Audience,
        membership: &Membership,
        access: &Access,
    ) -> Result<RecordId, Error> {
        self.record(&NewRelease::of(name, tables(audience), membership.children() as u64, membership), access)
    }

    /// Records an extract whose folder lies written, with the SHA-256 of its manifest in the log.
    #[cfg(feature = "parquet")]
    pub(super) fn record_extract(
        &self,
        (name, audience): (&str, Audience),
        series: Option<&InSeries>,
        (manifest, rows): ([u8; 32], u64),
        membership: &Membership,
        access: &Access,
    ) -> Result<(), Error> {
        let declared = match series {
            Some(series) => self.series_for(&series.name, audience)?,
            None => extracts(audience),
        };
        let only_new = series.is_some_and(|series| series.only_new);
        let release = NewRelease::of(name, declared, rows, membership);
        self.record(&NewRelease { only_new, manifest: Some(manifest), ..release }, access).map(drop)
    }

    fn record(&self, release: &NewRelease<'_>, access: &Access) -> Result<RecordId, Error> {
        let NewRelease { name, series, membership, .. } = release;
        let too_many = || Error::from(TablesError::TooManyToRemember { most: MOST_REMEMBERED });
        if membership.children() > MOST_REMEMBERED {
            return Err(too_many());
        }
        let text = Narrative::new(STANDARD.encode(membership.encode())).map_err(|_| too_many())?;
        let digest = membership.digest();
        let record =
            Release { rows: Some(release.rows), membership: Some(text), ..self.release_record(name, series, &digest)? };
        let exception = ReleaseException { series: series.name.clone(), membership: digest };
        self.after_past_releases(access, |act, past| {
            if release.only_new {
                are_new(past, series, membership)?;
            }
            let policy = act.keys.roster.release_policy();
            if let Some(told) = told(past, series, membership, &policy)
                && !act.keys.roster.is_excepted(&exception)
            {
                return Err(TablesError::singles_out(&told, membership).into());
            }
            let written = write(act, &record)?;
            if let Some(manifest) = &release.manifest {
                act.note_extract(manifest, release.rows)?;
            }
            Ok(written)
        })
    }

    /// What is left of the budget of a series.
    ///
    /// # Errors
    /// [`AccessError::NoSuchSeries`], and as [`read_many`](Self::read_many).
    pub fn budget_left(&self, series: &str, access: &Access) -> Result<Rho, Error> {
        let series = self.series(series)?;
        Ok(left(&self.past_releases(access)?, &series))
    }

    /// Counts with noise, paid from the budget of a series. The cost is durable, in the transaction in which the noise is
    /// drawn, before any count is returned; an answer that was lost is paid all the same.
    ///
    /// # Errors
    /// [`TablesError::BudgetExhausted`] and all others of counting; [`AccessError::NoSuchSeries`],
    /// [`AccessError::NotAllowed`]. Nothing is paid then.
    pub fn noisy_counts(
        &self,
        series: &str,
        spec: &TablesSpec,
        table: &Table,
        access: &Access,
    ) -> Result<PublishedTable, Error> {
        let series = self.series_for(series, spec.audience)?;
        let policy = self.release_policy()?;
        // All that can be refused is refused before anything is paid.
        let cost = PrivateQuestion::new(spec, table, &policy)?.cost();
        self.after_past_releases(access, |act, past| {
            left(past, &series).spend(cost)?;
            let answer = PrivateQuestion::new(spec, table, &policy)?.answer()?;
            let digest = sha256(&serde_json::to_vec(&answer).unwrap_or_default());
            let record = Release { cost: Some(cost.0), ..self.release_record(&spec.name, &series, &digest)? };
            write(act, &record)?;
            Ok(answer)
        })
    }

    fn series_for(&self, name: &str, audience: Audience) -> Result<ReleaseSeries, Error> {
        let series = self.series(name)?;
        if series.audience == audience {
            Ok(series)
        } else {
            Err(TablesError::OtherAudience { series: series.audience.name() }.into())
        }
    }

    pub(super) fn series(&self, name: &str) -> Result<ReleaseSeries, Error> {
        let found = self.release_series()?.into_iter().find(|series| series.name == name);
        found.ok_or_else(|| AccessError::NoSuchSeries.into())
    }

    fn release_record(&self, name: &str, series: &ReleaseSeries, digest: &[u8; 32]) -> Result<Release, Error> {
        let text = |text: &str| Text::new(text).map_err(|_| Error::from(TablesError::Name));
        Ok(Release {
            name: Some(text(name)?),
            series: Some(text(&series.name)?),
            audience: Some(text(series.audience.name())?),
            made_at: Some(self.now()?),
            digest: Some(text(&hexadecimal(digest))?),
            ..Release::default()
        })
    }

    /// Does something that depends on all releases so far, in a transaction in which they are still all.
    fn after_past_releases<T>(
        &self,
        access: &Access,
        mut work: impl FnMut(&mut super::act::Act<'_>, &[PastRelease]) -> Result<T, Error>,
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
        Ok(past)
    }
}

impl super::act::Act<'_> {
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

fn write(act: &mut super::act::Act<'_>, record: &Release) -> Result<RecordId, Error> {
    let unit = act.keys.unit().record();
    let mut fields = FieldBuffer::with_capacity(4096);
    record.encode(&mut fields)?;
    let written = act.create(Release::spec(), Some(unit), &fields)?.record;
    let head = act.head(written)?;
    act.log_about(Event::Export, &head, Detail::of(DetailKey::COUNT, record.rows.unwrap_or(0)))?;
    Ok(written)
}

/// Extracts are compared with all before them, whatever series they are of; they are recorded as one.
fn extracts(audience: Audience) -> ReleaseSeries {
    ReleaseSeries { name: EXTRACTS.to_owned(), audience, budget: 0, lasting_pseudonyms: false }
}

/// Tables of counts, likewise.
fn tables(audience: Audience) -> ReleaseSeries {
    ReleaseSeries { name: TABLES.to_owned(), ..extracts(audience) }
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
        membership: membership.transpose()?,
    })
}

impl PastRelease {
    /// What counts of it beside a release of this series: who was in it, and, between extracts, in which class.
    fn known_beside(&self, series: &str) -> Option<Membership> {
        let membership = self.membership.as_ref()?;
        let of_rows = self.series != TABLES && series != TABLES;
        Some(if of_rows { membership.clone() } else { membership.presence() })
    }
}

/// The children who were in a release of this series.
fn children_of<'p>(past: &'p [PastRelease], series: &ReleaseSeries) -> impl Iterator<Item = &'p ChildId> {
    let of_series = past.iter().filter(|release| release.series == series.name);
    of_series.filter_map(|release| release.membership.as_ref()).flat_map(Membership::ids)
}

/// Refuses a release of new children in which there are others.
fn are_new(past: &[PastRelease], series: &ReleaseSeries, membership: &Membership) -> Result<(), TablesError> {
    let known = children_of(past, series).filter(|child| !membership.classes_of(child).is_empty()).count();
    if known == 0 { Ok(()) } else { Err(TablesError::NotOnlyNew { children: known as u64 }) }
}

fn left(past: &[PastRelease], series: &ReleaseSeries) -> Rho {
    let spent = past.iter().filter(|release| release.series == series.name).filter_map(|release| release.cost);
    Rho(series.budget).left_after(spent)
}

fn told(
    past: &[PastRelease],
    series: &ReleaseSeries,
    membership: &Membership,
    policy: &ReleasePolicy,
) -> Option<Differencing> {
    let of = |audience: Option<Audience>| {
        let held = past.iter().filter(move |release| audience.is_none_or(|audience| release.audience == audience));
        held.filter_map(|release| release.known_beside(&series.name)).collect::<Vec<_>>()
    };
    let inside = compare(&of(None), membership, policy.floor(Audience::Inside).into());
    inside.or_else(|| match series.audience {
        Audience::Inside => None,
        Audience::Outside => compare(&of(Some(Audience::Outside)), membership, policy.floor(Audience::Outside).into()),
    })
}
