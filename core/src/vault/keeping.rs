//! What a session has for the host's key store: taken out of its keys while they are held, and given to the store once no
//! lock is held. A store may wait for a person, or for a thread that asks this very session something meanwhile.

use std::sync::PoisonError;

use super::clocks::DueTime;
use super::kept::{Kept, KeptOversight};
use super::statement::Statement;
use super::unlocked::Unlocked;
use super::{Error, Vault};
use crate::access::Roster;

/// What is to be kept.
#[derive(Default)]
pub(super) struct ToKeep {
    time: Option<DueTime>,
    head: Option<NewestHead>,
}

enum NewestHead {
    /// The roster, and the newest statement as it was signed.
    Tip(Box<(Roster, Vec<u8>, Statement)>),
    /// The session has refused the file: what it saw before is kept all the more.
    Seen(Kept),
}

impl Unlocked {
    /// What this session has for the key store now.
    pub(super) fn to_keep(&self) -> ToKeep {
        let head = match (&self.tip, self.newest()) {
            (Some((bytes, tip)), _) => {
                Some(NewestHead::Tip(Box::new((self.roster.clone(), bytes.clone(), tip.clone()))))
            }
            (None, Some(newest)) => Some(NewestHead::Seen(newest.clone())),
            (None, None) => None,
        };
        ToKeep { time: self.clocks.due(), head }
    }
}

impl Vault {
    /// Keeps what a session has for the host's key store. With no lock held: one that ends inside a batch of another
    /// leaves it to that one, whose head is newer.
    pub(super) fn keep(&self, due: ToKeep) -> Result<(), Error> {
        self.refuse_within()?;
        if let Some(time) = due.time {
            // Without it the next session does not notice a clock that was set back meanwhile, no more.
            let _ = time.keep(self.key_store(), self.inner.file.vault);
        }
        match due.head {
            Some(NewestHead::Tip(tip)) => self.keep_head(&tip.0, &tip.1, &tip.2),
            Some(NewestHead::Seen(newest)) => match Kept::load(self.key_store(), self.inner.file.vault)? {
                Some(kept) if kept.commit >= newest.commit => Ok(()),
                _ => self.store_head(newest),
            },
            None => Ok(()),
        }
    }

    /// Keeps a head, unless another process has kept a newer one. What was kept has to be extended by what replaces it:
    /// a session that was led onto a fork must not make its fork the truth.
    fn keep_head(&self, roster: &Roster, bytes: &[u8], tip: &Statement) -> Result<(), Error> {
        if let Some(kept) = Kept::load(self.key_store(), self.inner.file.vault)? {
            if kept.commit > tip.commit {
                return Ok(());
            }
            let mut store = self.store()?;
            kept.verify(&store.begin_reading()?, roster, bytes, tip)?;
        }
        self.store_head(Kept::of(roster.genesis(), roster.erased().len() as u64, tip))?;
        self.keep_oversight(roster);
        Ok(())
    }

    /// Stores a head. Threads may do so at the same moment, and the slower one with the older head: it stores the newer one
    /// once more, so that in the end the newest is there.
    pub(super) fn store_head(&self, head: Kept) -> Result<(), Error> {
        let mut head = self.newer_head(head);
        loop {
            head.store(self.key_store(), self.inner.file.vault)?;
            let newest = self.newer_head(head.clone());
            if newest.commit <= head.commit {
                return Ok(());
            }
            head = newest;
        }
    }

    /// This head, or a newer one of another thread.
    fn newer_head(&self, head: Kept) -> Kept {
        let mut newest = self.inner.kept_head.lock().unwrap_or_else(PoisonError::into_inner);
        match newest.as_ref().filter(|newest| newest.commit > head.commit) {
            Some(newer) => newer.clone(),
            None => newest.insert(head).clone(),
        }
    }

    /// Keeps what the device needs to log a failed sign-in, if the roster has changed since.
    fn keep_oversight(&self, roster: &Roster) {
        let known = *self.inner.kept_roster.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(oversight) = KeptOversight::of(roster).filter(|kept| known != Some(kept.roster)) else { return };
        // Without it, failed sign-ins wait in the key store until somebody signs in.
        if oversight.store(self.key_store(), self.inner.file.vault).is_ok() {
            *self.inner.kept_roster.lock().unwrap_or_else(PoisonError::into_inner) = Some(oversight.roster);
        }
    }
}
