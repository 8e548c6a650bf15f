//! The host's clock, implemented in the host's language.

use std::sync::Arc;

use saferoom::keys::{self, AskedClock};
use saferoom::vault::{Error, Host};

use crate::error::SaferoomError;
use crate::key_store::{Hosted, KeyStore};

/// Tells the time in place of the system's clock: of a trusted device, or in a test.
///
/// Asked with no lock held, from any thread, when a call begins; until the next call, time goes on from the answer. Must not
/// call saferoom. Not named `Clock`, which Swift and Java have already.
#[uniffi::export(rust, foreign)]
pub trait HostClock: Send + Sync {
    /// What time it is.
    ///
    /// # Errors
    /// [`HostClockError`]; the call that asked ends with code 223, and nothing is done or logged.
    fn now(&self) -> Result<ClockReading, HostClockError>;
}

/// Both clocks of the host, read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct ClockReading {
    /// The wall clock, in milliseconds since 1970, UTC; not after the year 9999.
    pub wall: u64,
    /// The time since some fixed moment, such as the start of the device, with the time asleep; in milliseconds. If it goes
    /// back it is not believed.
    pub monotonic: u64,
}

/// A clock that could not answer. Carries no text of the host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HostClockError {
    /// The host's code raised an exception.
    #[error("it could not answer")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for HostClockError {
    fn from(_dropped: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}

/// A clock of the host, as the core wants it.
struct HostedClock(Arc<dyn HostClock>);

impl keys::TimeSource for HostedClock {
    fn now(&self) -> Result<keys::TimeReading, keys::ClockError> {
        let reading = self.0.now().map_err(|HostClockError::Failed| keys::ClockError::Failed)?;
        Ok(keys::TimeReading { wall_milliseconds: reading.wall, monotonic_milliseconds: reading.monotonic })
    }
}

/// What the host lends to a vault: its key store, and its clock if it has one of its own.
pub(crate) fn host(key_store: Arc<dyn KeyStore>, clock: Option<Arc<dyn HostClock>>) -> Result<Host, SaferoomError> {
    let host = Host::new(Hosted(key_store));
    let Some(clock) = clock else { return Ok(host) };
    let asked = AskedClock::new(HostedClock(clock)).map_err(|error| Error::from(keys::KeyError::from(error)))?;
    Ok(host.with_clock(asked))
}
