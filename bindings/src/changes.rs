//! What was written since a host last asked: kinds and ids, for lists that stay fresh.

use std::sync::{Arc, Mutex, PoisonError};

use saferoom::vault::ChangeMark;

use crate::error::SaferoomError;
use crate::session::Session;
use crate::types::RecordInfo;

/// Listens to what is written in a vault, by whichever session or process. Ask it now and then; asking does not count as using
/// the session.
#[derive(Debug, uniffi::Object)]
pub struct ChangeFeed {
    session: Arc<Session>,
    mark: Mutex<ChangeMark>,
}

#[uniffi::export]
impl Session {
    /// Begins to listen: what is written from now on is a change.
    ///
    /// # Errors
    /// The session is locked, or the file was changed from outside.
    pub fn changes(self: Arc<Self>) -> Result<Arc<ChangeFeed>, SaferoomError> {
        let mark = self.0.change_mark()?;
        Ok(Arc::new(ChangeFeed { session: self, mark: Mutex::new(mark) }))
    }
}

#[uniffi::export]
impl ChangeFeed {
    /// The records that were made or amended since the last call, each once.
    ///
    /// # Errors
    /// The session is locked, also because it has been idle for too long by now; the file was changed from outside.
    pub fn next(&self) -> Result<Vec<RecordInfo>, SaferoomError> {
        let mark = *self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = self.session.0.changes_since(mark)?;
        let mut kept = self.mark.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = heard.mark.max(*kept);
        Ok(heard.records.into_iter().map(RecordInfo::from).collect())
    }
}
