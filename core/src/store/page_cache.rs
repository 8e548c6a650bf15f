//! How much memory the pages of a file may take.

use super::{Store, StoreError};

/// Memory for pages that were read last, whatever the size of the file: 1 to 1024 MiB, 16 unless a host says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageCache(u16);

impl PageCache {
    /// So many MiB; less than 1 is 1, more than 1024 is 1024.
    #[must_use]
    pub fn mebibytes(mebibytes: u16) -> Self {
        Self(mebibytes.clamp(1, 1024))
    }

    /// As SQLite's `cache_size` wants it: KiB, negative.
    pub(super) fn cache_size(self) -> i32 {
        -i32::from(self.0) * 1024
    }
}

impl Default for PageCache {
    fn default() -> Self {
        Self(16)
    }
}

impl Store {
    /// From now on this connection keeps at most so many pages.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep_pages(&self, page_cache: PageCache) -> Result<(), StoreError> {
        Ok(self.connection.pragma_update(None, "cache_size", page_cache.cache_size())?)
    }
}

#[cfg(test)]
mod tests {
    use super::{PageCache, Store};

    #[test]
    fn a_connection_keeps_what_it_was_told_and_never_nothing_or_everything() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("vault")).unwrap();
        let pages = || store.connection.pragma_query_value(None, "cache_size", |row| row.get::<_, i32>(0)).unwrap();
        assert_eq!(pages(), -16 * 1024);
        for (said, kept) in [(2, 2), (0, 1), (u16::MAX, 1024)] {
            store.keep_pages(PageCache::mebibytes(said)).unwrap();
            assert_eq!(pages(), -kept * 1024);
        }
    }
}
