//! What a custodian says of the logs of devices, in entries of the log: see docs/adr/0053.
//!
//! Nothing of it is stored elsewhere. Checkpoints come in with packets, see [`super::packet`].

use super::act::Act;
use super::{Error, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::log::{Checkpoint, DeviceStatement, Event, Note, NoteKey, OrganisationLog, Outcome};

impl Session {
    /// Enrols the log of a device in the organisation's log: from now on it has to be there. Returns the index of the entry.
    ///
    /// # Errors
    /// [`crate::access::AccessError::NotAllowed`] (logged as denied) for whoever does not manage members;
    /// [`crate::log::LogError::MalformedKey`] for a key that signs no log; [`crate::log::LogError::Contradiction`] if the
    /// name or the key is that of another log, told to whoever holds the key of the log's entries: to others it is closed.
    pub fn enrol_log(&self, key: &NoteKey, access: &Access) -> Result<u64, Error> {
        self.state_of_log(&DeviceStatement::enrolled(key.clone())?, access)
    }

    /// Says that the log with this key has ended with this checkpoint, and that no more of it is to come. Returns the index of
    /// the entry.
    ///
    /// # Errors
    /// As [`enrol_log`](Self::enrol_log); [`crate::log::LogError`] for a note that is no checkpoint, or that this key did
    /// not sign; [`crate::log::LogError::Contradiction`] for a log that is not enrolled with this key, that has ended
    /// otherwise, or of which a larger checkpoint came in.
    pub fn retire_log(&self, key: &NoteKey, end: &Note, access: &Access) -> Result<u64, Error> {
        let statement = DeviceStatement::retired(end.clone())?;
        // A verifier would hold the entry against the whole log, for ever.
        Checkpoint::open(end.to_string().as_bytes(), std::slice::from_ref(key))?;
        self.state_of_log(&statement, access)
    }

    fn state_of_log(&self, statement: &DeviceStatement, access: &Access) -> Result<u64, Error> {
        self.act(access, Event::DeviceLog, &[], |act| {
            act.demand(Action::ManageMembers)?;
            act.demand_fit(statement)?;
            let index = act.log_size();
            act.log(Event::DeviceLog, Outcome::Success, None, Some(statement.detail()))?;
            Ok(index)
        })
    }
}

impl Act<'_> {
    /// Refuses what contradicts the log so far, if this member can read it.
    fn demand_fit(&mut self, statement: &DeviceStatement) -> Result<(), Error> {
        if !self.holds_oversight() {
            return Ok(());
        }
        let mut said = OrganisationLog::default();
        for log in 0..self.keys.roster.logs().len() {
            self.each_opened(log, 0, u64::MAX, |opened| {
                // What could not be said and was, stands there and says nothing.
                let _ = said.read(&opened.entry);
                Ok(())
            })?;
        }
        Ok(said.demand_fit(statement)?)
    }
}
