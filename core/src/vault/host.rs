//! What the host lends to a vault: key store, clock, memory for pages, and how soon sessions lock.

use std::sync::Arc;

use super::{Error, Locking};
use crate::keys::{Clock, KeyError, KeyStore, SystemClock};
use crate::store::PageCache;

/// What the host lends: its key store and its clock; and what it decides, how soon sessions lock and how much memory pages take.
#[derive(Clone)]
pub struct Host {
    pub(super) key_store: Arc<dyn KeyStore>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) locking: Locking,
    pub(super) page_cache: PageCache,
}

impl Host {
    /// A host with this key store and the system's clock.
    #[must_use]
    pub fn new(key_store: impl KeyStore + 'static) -> Self {
        Self::with_shared(Arc::new(key_store))
    }

    /// A host with a key store that is shared with others.
    #[must_use]
    pub fn with_shared(key_store: Arc<dyn KeyStore>) -> Self {
        let clock = Arc::new(SystemClock::default());
        Self { key_store, clock, locking: Locking::default(), page_cache: PageCache::default() }
    }

    /// The same host with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: impl Clock + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The same host, with so much memory for the pages of a vault that were read last. 16 MiB if this is not called; less
    /// makes reads of a large vault a little slower, and nothing else.
    #[must_use]
    pub fn with_page_cache(mut self, page_cache: PageCache) -> Self {
        self.page_cache = page_cache;
        self
    }

    /// The same host with another idle timeout, and another slowing down of attempts to sign in.
    #[must_use]
    pub fn with_locking(mut self, locking: Locking) -> Self {
        self.locking = locking;
        self
    }

    /// Asks the clock what time it is. With no lock held.
    pub(super) fn ask_clock(&self) -> Result<(), Error> {
        Ok(self.clock.ask().map_err(KeyError::from)?)
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Host(..)")
    }
}
