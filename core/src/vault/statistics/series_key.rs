//! The key of a series: it names children alike in all releases of the series, and in no other. Only where custodians
//! signed that, and the specification asks for it. It is kept as a note in the statistics, so that who opens no statistics
//! cannot make a name; who holds shares of the key for reversals gets it with each release, as they get the key of any release.

use std::fmt;

use super::super::{Error, Session};
use super::note::{SeriesSecret, StatisticsNote};
use crate::access::policy::Action;
use crate::access::{Access, AccessError};
use crate::log::{Event, Outcome};
use crate::model::Compartment;
use crate::release::tables::TablesError;
use crate::seal::Secret;

/// The secret of pseudonyms that last through a series.
pub struct SeriesKey(SeriesSecret);

impl SeriesKey {
    pub(super) fn secret(&self) -> &Secret {
        self.0.secret()
    }
}

impl fmt::Debug for SeriesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeriesKey(redacted)")
    }
}

impl Session {
    /// The key of a series with lasting pseudonyms; it is drawn when it is first asked for. Logged.
    ///
    /// # Errors
    /// [`AccessError::NoSuchSeries`]; [`TablesError::NotLasting`] unless custodians signed lasting pseudonyms for it;
    /// [`AccessError::NotAllowed`], [`AccessError::NoKey`], logged as denied.
    pub fn series_key(&self, series: &str, access: &Access) -> Result<SeriesKey, Error> {
        let series = self.series(series)?;
        if !series.lasting_pseudonyms {
            return Err(TablesError::NotLasting.into());
        }
        self.act(access, Event::Query, &[], |act| {
            act.demand(Action::Extract)?;
            let name = act.note_name("series", series.name.as_bytes())?;
            let secret = match (act.read_note(&name)?, act.statistics_row(&name)?) {
                (Some(StatisticsNote::Series(secret)), _) => secret,
                (None, None) => SeriesSecret::generate(),
                // There is one, sealed to a circle that this member does not hold: another would part the series.
                _ => return Err(AccessError::NoKey { compartment: Compartment::Statistics.name() }.into()),
            };
            // Sealed anew each time: to the circle as it is now.
            act.put_note(name, &StatisticsNote::Series(secret.clone()))?;
            act.log(Event::Query, Outcome::Success, None, None)?;
            Ok(SeriesKey(secret))
        })
    }
}
