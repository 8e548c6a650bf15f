//! Recording a release: the guard is asked once more, in the transaction that lets it leave.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::super::act::Act;
use super::super::{Error, Session};
use super::guard::{are_new, exception, narrowed, told};
use super::{Kind, MOST_REMEMBERED, extracts, tables};
use crate::access::Access;
use crate::access::releases::ReleaseSeries;
use crate::id::{RecordId, hexadecimal};
use crate::log::{Detail, DetailKey, Event};
use crate::model::records::Release;
use crate::model::{FieldBuffer, Narrative, Record, Text};
use crate::release::series::Membership;
use crate::release::spec::{Audience, InSeries};
use crate::release::tables::{ShownTable, TablesError};

/// What is to be recorded.
#[derive(Clone)]
struct NewRelease<'r> {
    name: &'r str,
    series: ReleaseSeries,
    kind: Kind,
    /// Whether nobody may be in it who was in a release of the series.
    only_new: bool,
    rows: u64,
    membership: &'r Membership,
    /// SHA-256 of the manifest, where a folder leaves.
    manifest: Option<[u8; 32]>,
    /// What is shown of a table of counts, and the releases with which that was audited already.
    table: Option<(&'r ShownTable, &'r BTreeSet<RecordId>)>,
}

impl<'r> NewRelease<'r> {
    fn of(name: &'r str, series: ReleaseSeries, rows: u64, membership: &'r Membership) -> Self {
        Self { name, series, kind: Kind::Extract, only_new: false, rows, membership, manifest: None, table: None }
    }

    /// A table of counts.
    fn table(name: &'r str, audience: Audience, membership: &'r Membership) -> Self {
        let rows = membership.children() as u64;
        Self { kind: Kind::Table, ..Self::of(name, tables(audience), rows, membership) }
    }
}

impl Session {
    /// Records a release, so that it may leave. In the same transaction its guard looks at all releases before it.
    ///
    /// # Errors
    /// [`TablesError::SinglesOut`], unless custodians signed an exception for it; [`TablesError::TooManyToRemember`];
    /// [`AccessError::NotAllowed`](crate::access::AccessError::NotAllowed); nothing may leave then.
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
    /// As [`record_release`](Self::record_release); [`AccessError::NoSuchSeries`](crate::access::AccessError::NoSuchSeries),
    /// [`TablesError::OtherAudience`];
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
        self.record(&NewRelease::table(name, audience, membership), access)
    }

    /// The same with what is shown of the table, so that later ones are audited with it; `audited` are the releases with which
    /// it was.
    pub(in crate::vault) fn record_shown_table(
        &self,
        name: &str,
        (audience, membership): (Audience, &Membership),
        (shown, audited): (&ShownTable, &BTreeSet<RecordId>),
        access: &Access,
    ) -> Result<RecordId, Error> {
        let release = NewRelease::table(name, audience, membership);
        self.record(&NewRelease { table: Some((shown, audited)), ..release }, access)
    }

    /// Records an extract whose folder lies written and unsigned, with the SHA-256 of its manifest, there and in the log.
    #[cfg(feature = "parquet")]
    pub(in crate::vault) fn record_extract(
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
        let manifest = release.manifest.map(|digest| Text::new(hexadecimal(&digest))).transpose();
        let table =
            release.table.map(|(shown, _)| Narrative::new(STANDARD.encode(shown.encode())).map_err(|_| too_many()));
        let record = Release {
            rows: Some(release.rows),
            membership: Some(text),
            manifest: manifest.map_err(|_| TablesError::PastRelease)?,
            table: table.transpose()?,
            ..self.release_record(name, series, &digest)?
        };
        let exception = exception(&series.name, membership);
        self.after_past_releases(access, |act, past| {
            if release.only_new {
                are_new(past, series, membership)?;
            }
            let policy = act.keys.roster.release_policy();
            if let Some(told) = told(past, (series.audience, release.kind), membership, &policy)
                && !act.keys.roster.is_excepted(&exception)
            {
                return Err(TablesError::singles_out(&told, membership).into());
            }
            if let Some((shown, audited)) = release.table
                && !past.iter().all(|release| audited.contains(&release.id))
                && let Some(told) = narrowed(past, (shown, series.audience, membership), &policy)?
                && !act.keys.roster.is_excepted(&exception)
            {
                return Err(TablesError::narrows(told, membership).into());
            }
            let written = write(act, &record)?;
            if let Some(manifest) = &release.manifest {
                act.note_extract(manifest, release.rows)?;
            }
            Ok(written)
        })
    }

    /// Finds the release of an extract that was recorded and not finished, by the SHA-256 of its manifest. Logged as an export.
    ///
    /// # Errors
    /// [`TablesError::NotRecorded`], [`TablesError::Withdrawn`]; [`AccessError::NotAllowed`](crate::access::AccessError).
    #[cfg(feature = "parquet")]
    pub(in crate::vault) fn resume_extract(
        &self,
        (manifest, rows): ([u8; 32], u64),
        access: &Access,
    ) -> Result<(), Error> {
        let digest = hexadecimal(&manifest);
        self.after_past_releases(access, |act, past| {
            let found = past.iter().find(|release| release.manifest.as_ref() == Some(&digest));
            let found = found.ok_or(TablesError::NotRecorded)?;
            if act.keys.roster.is_withdrawn(found.id) {
                return Err(TablesError::Withdrawn.into());
            }
            act.note_extract(&manifest, rows)
        })
    }

    pub(super) fn release_record(
        &self,
        name: &str,
        series: &ReleaseSeries,
        digest: &[u8; 32],
    ) -> Result<Release, Error> {
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
}

pub(super) fn write(act: &mut Act<'_>, record: &Release) -> Result<RecordId, Error> {
    let unit = act.keys.unit().record();
    let mut fields = FieldBuffer::with_capacity(4096);
    record.encode(&mut fields)?;
    let written = act.create(Release::spec(), Some(unit), &fields)?.record;
    let head = act.head(written)?;
    act.log_about(Event::Export, &head, Detail::of(DetailKey::COUNT, record.rows.unwrap_or(0)))?;
    Ok(written)
}
