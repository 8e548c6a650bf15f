//! What leaves the vault about erasures: certificates and the list of all. Both are made here, and signed by custodians.

use crate::access::erasure::{Certificate, CertifiedCase, ErasureError, ErasureList};
use crate::access::{ListedErasure, RosterEntry};
use crate::vault::act::Act;
use crate::vault::lines::{index_of, log_of};
use crate::vault::{Error, IntegrityError, Session, roster_context};

impl Session {
    /// The certificate about the erasure at this position of the roster, for custodians to
    /// [sign](crate::access::erasure::Signed::signed_by).
    ///
    /// # Errors
    /// [`ErasureError::NoSuchErasure`], [`IntegrityError`].
    pub fn erasure_certificate(&self, position: u64) -> Result<Certificate, Error> {
        self.look(|act| act.certificate(position))
    }

    /// The list of all erasures, for custodians to sign and to keep beside the backups: a restore asks for it.
    ///
    /// # Errors
    /// [`Error::Locked`], [`IntegrityError`].
    pub fn erasure_list(&self) -> Result<ErasureList, Error> {
        self.look(|act| Ok(ErasureList::of(&act.keys.roster, act.wall())))
    }
}

impl Act<'_> {
    fn certificate(&mut self, position: u64) -> Result<Certificate, Error> {
        let all = self.keys.roster.erasures().iter().filter(|listed| listed.position == position);
        let all: Vec<ListedErasure> = all.cloned().collect();
        let at = all.iter().map(|listed| listed.erasure.at).min().ok_or(ErasureError::NoSuchErasure)?;
        let entry = self.roster_entry(position)?;
        let (mut cases, mut log) = (Vec::new(), None);
        for case in all.iter().flat_map(|listed| &listed.erasure.cases) {
            self.keys.state.verify_bucket(self.rows, case.as_bytes())?;
            // A list that was followed may name cases that came after the backup.
            let Some(head) = self.rows.head(case.record())? else { continue };
            let last = self.keys.state.last_entry(&head);
            log.get_or_insert(log_of(last));
            cases.push(CertifiedCase { case: *case, entry: index_of(last) });
        }
        cases.sort_unstable_by_key(|certified| certified.case);
        let logs = self.keys.roster.logs();
        let number = log.and_then(|log| usize::try_from(log).ok());
        let line = number.and_then(|number| logs.get(number)).unwrap_or(self.keys.roster.log());
        let origin = line.origin.clone();
        let keys = self.backup_keys_of(at, entry.commit())?;
        let decided = all.iter().map(|listed| listed.erasure.complete_from);
        let complete_from = decided.chain(keys.iter().map(|key| key.not_after)).max().unwrap_or(at);
        Ok(Certificate {
            vault: self.keys.file.vault,
            origin,
            issued_at: self.wall(),
            complete_from,
            position,
            entry,
            cases,
            keys,
        })
    }

    fn roster_entry(&self, position: u64) -> Result<RosterEntry, Error> {
        let sealed = self.rows.roster()?;
        let sealed = usize::try_from(position).ok().and_then(|position| sealed.get(position));
        let context = roster_context(self.keys.file.vault, position);
        let plain = sealed.and_then(|sealed| self.keys.circles.open_for_all(&context, sealed));
        let entry = RosterEntry::from_bytes(&plain.ok_or(IntegrityError::Statement)?)?;
        let listed = self.keys.roster.digest_at(position) == Some(entry.digest());
        if listed { Ok(entry) } else { Err(IntegrityError::Statement.into()) }
    }
}
