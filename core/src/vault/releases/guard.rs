//! The guard: what a release would tell of single children together with those before it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::super::{Error, Session};
use super::past::PastRelease;
use super::{Kind, TABLES, extracts, tables};
use crate::access::Access;
use crate::access::releases::{ReleaseException, ReleasePolicy, ReleaseSeries};
use crate::id::RecordId;
use crate::release::series::{ChildId, Differencing, Membership, compare, compare_sums};
use crate::release::spec::{Audience, InSeries};
use crate::release::tables::{Moved, Narrowed, ShownTable, TablesError, audit_pair};

/// What the guard of releases says of one that was planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardAnswer {
    /// The digest by which custodians name this very release: SHA-256 of its membership, in hexadecimal.
    pub release: String,
    /// Whom it would single out together with earlier releases; none if it may leave.
    pub singles_out: Option<Differencing>,
    /// Of a table of counts: what would be known of hidden cells together with an earlier table; none if it may leave.
    pub narrows: Option<Narrowed>,
}

impl Session {
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
        self.compare(&extracts(audience), Kind::Extract, membership, access)
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
        self.compare(&tables(audience), Kind::Table, membership, access)
    }

    fn compare(
        &self,
        series: &ReleaseSeries,
        kind: Kind,
        membership: &Membership,
        access: &Access,
    ) -> Result<Option<Differencing>, Error> {
        Ok(told(&self.past_releases(access)?, (series.audience, kind), membership, &self.release_policy()?))
    }

    /// Whether a release may leave now: asked before anything of it is written down. Who then makes it calls
    /// [`record_release`](Self::record_release), which asks again.
    ///
    /// # Errors
    /// [`TablesError::SinglesOut`], unless custodians signed an exception for it; and as [`read_many`](Self::read_many).
    pub fn check_release(&self, audience: Audience, membership: &Membership, access: &Access) -> Result<(), Error> {
        self.guard(&extracts(audience), Kind::Extract, membership, access)
    }

    /// The same for a release of a series that custodians declared: [`record_release_in`](Self::record_release_in) asks
    /// again.
    ///
    /// # Errors
    /// As [`check_release`](Self::check_release); [`AccessError::NoSuchSeries`](crate::access::AccessError::NoSuchSeries),
    /// [`TablesError::OtherAudience`];
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
        self.guard(&declared, Kind::Extract, membership, access)
    }

    /// The same for a table of counts: [`record_table`](Self::record_table) asks again.
    ///
    /// # Errors
    /// As [`check_release`](Self::check_release).
    pub fn check_table(&self, audience: Audience, membership: &Membership, access: &Access) -> Result<(), Error> {
        self.guard(&tables(audience), Kind::Table, membership, access)
    }

    /// The same for a table of counts with what is shown of it: hidden cells are audited with those of each table before it.
    /// Answers against which releases that was.
    pub(in crate::vault) fn check_shown_table(
        &self,
        shown: &ShownTable,
        (audience, membership): (Audience, &Membership),
        access: &Access,
    ) -> Result<BTreeSet<RecordId>, Error> {
        self.check_table(audience, membership, access)?;
        let (past, policy) = (self.past_releases(access)?, self.release_policy()?);
        match narrowed(&past, (shown, audience, membership), &policy)? {
            Some(told) if !self.look(|act| Ok(act.keys.roster.is_excepted(&exception(TABLES, membership))))? => {
                Err(TablesError::narrows(told, membership).into())
            }
            _ => Ok(past.iter().map(|release| release.id).collect()),
        }
    }

    /// What a table of counts would tell of hidden cells together with tables before it.
    pub(in crate::vault) fn narrowed_by_table(
        &self,
        shown: &ShownTable,
        (audience, membership): (Audience, &Membership),
        access: &Access,
    ) -> Result<Option<Narrowed>, Error> {
        let (past, policy) = (self.past_releases(access)?, self.release_policy()?);
        Ok(narrowed(&past, (shown, audience, membership), &policy)?)
    }

    fn guard(&self, series: &ReleaseSeries, kind: Kind, membership: &Membership, access: &Access) -> Result<(), Error> {
        let exception = exception(&series.name, membership);
        match self.compare(series, kind, membership, access)? {
            Some(told) if !self.look(|act| Ok(act.keys.roster.is_excepted(&exception)))? => {
                Err(TablesError::singles_out(&told, membership).into())
            }
            _ => Ok(()),
        }
    }

    /// The children who were in a release of this series.
    ///
    /// # Errors
    /// [`AccessError::NoSuchSeries`](crate::access::AccessError::NoSuchSeries), and as [`read_many`](Self::read_many).
    pub fn children_of_series(&self, series: &str, access: &Access) -> Result<BTreeSet<ChildId>, Error> {
        let series = self.series(series)?;
        Ok(children_of(&self.past_releases(access)?, &series).copied().collect())
    }
}

impl PastRelease {
    /// Whether it is a table of counts. One that was recorded without its cells is known by its series, whose name no
    /// series of custodians has.
    fn kind(&self) -> Kind {
        let table = self.table.is_some() || (self.series == TABLES && self.manifest.is_none());
        if table { Kind::Table } else { Kind::Extract }
    }

    /// What counts of it beside a new release of this kind: who was in it, and, between extracts, in which class.
    fn known_beside(&self, new: Kind) -> Option<Membership> {
        let membership = self.membership.as_ref().filter(|_| !self.withdrawn)?;
        let of_rows = self.kind() == Kind::Extract && new == Kind::Extract;
        Some(if of_rows { membership.clone() } else { membership.presence() })
    }
}

/// By which custodians let this very release of a series pass.
pub(in crate::vault) fn exception(series: &str, membership: &Membership) -> ReleaseException {
    ReleaseException { series: series.to_owned(), membership: membership.digest() }
}

/// What a table would tell of hidden cells, with each table before it that the same people hold.
pub(super) fn narrowed(
    past: &[PastRelease],
    new: (&ShownTable, Audience, &Membership),
    policy: &ReleasePolicy,
) -> Result<Option<Narrowed>, TablesError> {
    let before = past.iter().filter(|release| !release.withdrawn);
    let tables =
        before.filter_map(|release| Some((release.table.as_ref()?, release.audience, release.membership.as_ref()?)));
    narrowed_by(tables, new, policy)
}

/// The same with these tables. Who is outside holds what is outside; inside, people hold all.
pub(in crate::vault) fn narrowed_by<'t>(
    before: impl Iterator<Item = (&'t ShownTable, Audience, &'t Membership)>,
    (shown, audience, membership): (&ShownTable, Audience, &Membership),
    policy: &ReleasePolicy,
) -> Result<Option<Narrowed>, TablesError> {
    let mut all: Option<Narrowed> = None;
    for (earlier, earlier_audience, children) in before {
        let held_by = if earlier_audience == audience { audience } else { Audience::Inside };
        let moved = Moved { left: children.not_in(membership), came: membership.not_in(children) };
        if let Some(told) = audit_pair(earlier, shown, moved, policy.floor(held_by).into())? {
            let known = all.unwrap_or(Narrowed { cells: 0, narrowest: told.narrowest });
            all = Some(Narrowed { cells: known.cells + told.cells, narrowest: known.narrowest.min(told.narrowest) });
        }
    }
    Ok(all)
}

/// The children who were in a release of this series.
fn children_of<'p>(past: &'p [PastRelease], series: &ReleaseSeries) -> impl Iterator<Item = &'p ChildId> {
    let of_series = past.iter().filter(|release| release.series == series.name && !release.withdrawn);
    of_series.filter_map(|release| release.membership.as_ref()).flat_map(Membership::ids)
}

/// Refuses a release of new children in which there are others.
pub(super) fn are_new(
    past: &[PastRelease],
    series: &ReleaseSeries,
    membership: &Membership,
) -> Result<(), TablesError> {
    let known = children_of(past, series).filter(|child| !membership.classes_of(child).is_empty()).count();
    if known == 0 { Ok(()) } else { Err(TablesError::NotOnlyNew { children: known as u64 }) }
}

pub(super) fn told(
    past: &[PastRelease],
    (new_audience, kind): (Audience, Kind),
    membership: &Membership,
    policy: &ReleasePolicy,
) -> Option<Differencing> {
    let of = |audience: Option<Audience>| {
        let held = past.iter().filter(move |release| audience.is_none_or(|audience| release.audience == audience));
        held.filter_map(|release| release.known_beside(kind)).collect::<Vec<_>>()
    };
    // A table of counts tells sums of children, an extract their classes.
    let compare = if kind == Kind::Table { compare_sums } else { compare };
    let inside = compare(&of(None), membership, policy.floor(Audience::Inside).into());
    inside.or_else(|| match new_audience {
        Audience::Inside => None,
        Audience::Outside => compare(&of(Some(Audience::Outside)), membership, policy.floor(Audience::Outside).into()),
    })
}
