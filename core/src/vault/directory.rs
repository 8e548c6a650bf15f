//! The members of a vault, for the file in which somebody writes down who they are.

use super::{Error, Session};
use crate::access::policy::Action;
use crate::access::{Access, AccessError, Member};
use crate::log::{Detail, DetailKey, Event, Outcome};

impl Session {
    /// The members, for a directory that leaves the vault: an auditor reads with it who is behind a pseudonym. The vault
    /// itself knows no name of a member. Logged as an export, with how many there are.
    ///
    /// # Errors
    /// [`AccessError::NotAllowed`] (logged as denied) for whoever may neither read the log nor manage members.
    pub fn export_directory(&self, access: &Access) -> Result<Vec<Member>, Error> {
        self.act(access, Event::Export, &[], |act| {
            act.demand(Action::ReadLog).or_else(|_: AccessError| act.demand(Action::ManageMembers))?;
            let members = act.keys.roster.members().cloned().collect::<Vec<_>>();
            let detail = Detail::of(DetailKey::COUNT, members.len() as u64);
            act.log(Event::Export, Outcome::Success, None, Some(detail))?;
            Ok(members)
        })
    }
}
