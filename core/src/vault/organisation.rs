//! What a custodian says of the logs of devices, in entries of the log: see docs/adr/0053.
//!
//! Nothing of it is stored elsewhere. Checkpoints come in with packets, see [`super::packet`].

use super::{Error, Session};
use crate::access::Access;
use crate::access::policy::Action;
use crate::log::{DeviceStatement, Event, Note, NoteKey, Outcome};

impl Session {
    /// Enrols the log of a device in the organisation's log: from now on it has to be there. Returns the index of the entry.
    ///
    /// # Errors
    /// [`crate::access::AccessError::NotAllowed`] (logged as denied) for whoever does not manage members;
    /// [`crate::log::LogError::MalformedKey`] for a key that signs no log.
    pub fn enrol_log(&self, key: &NoteKey, access: &Access) -> Result<u64, Error> {
        self.state_of_log(&DeviceStatement::enrolled(key.clone())?, access)
    }

    /// Says that the log of a device has ended with this checkpoint, and that no more of it is to come. Returns the index of
    /// the entry. That the log signed it is for the verifier to see; what it did not sign is a finding there.
    ///
    /// # Errors
    /// As [`enrol_log`](Self::enrol_log); [`crate::log::LogError`] for a note that is no checkpoint.
    pub fn retire_log(&self, end: &Note, access: &Access) -> Result<u64, Error> {
        self.state_of_log(&DeviceStatement::retired(end.clone())?, access)
    }

    fn state_of_log(&self, statement: &DeviceStatement, access: &Access) -> Result<u64, Error> {
        self.act(access, Event::DeviceLog, &[], |act| {
            act.demand(Action::ManageMembers)?;
            let index = act.log_size();
            act.log(Event::DeviceLog, Outcome::Success, None, Some(statement.detail()))?;
            Ok(index)
        })
    }
}
