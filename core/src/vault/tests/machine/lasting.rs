//! Steps about what lasts: emergencies, erasures, shares of recovery, backups and what is restored from them.

use std::sync::Arc;

use super::*;
use crate::access::erasure::{Ground, GroundKind, SignedErasureList};
use crate::keys::{BackupKey, EmergencySecret, MemoryKeyStore, RecoveryScope, RecoveryShare, SystemClock};

/// A backup, and the model as it was then.
pub(super) struct Snapshot {
    path: PathBuf,
    model: Model,
    shares: Option<Vec<RecoveryShare>>,
}

/// What the machine holds besides the vault: on paper, in envelopes, on other disks.
pub(super) struct Lasting {
    /// Second secrets, by their number in the model.
    secrets: Vec<EmergencySecret>,
    shares: Option<Vec<RecoveryShare>>,
    key: BackupKey,
    snapshots: Vec<Snapshot>,
}

impl Lasting {
    pub(super) fn new() -> Self {
        let key = BackupKey::generate(&SystemClock::default(), Duration::from_secs(3600)).unwrap();
        Self { secrets: Vec::new(), shares: None, key, snapshots: Vec::new() }
    }
}

fn why() -> Access {
    Access::for_purpose("record-management").because("The machine")
}

impl Machine {
    pub(super) fn second_secret(&mut self, who: usize) {
        let (secret, number) = (EmergencySecret::generate(), self.lasting.secrets.len());
        let change = RosterChange::Emergency { member: self.member(who), second: Some(secret.public()) };
        let possible = self.model.people[who].is_active();
        self.change(change, possible, |model| model.people[who].second = Some(number));
        self.lasting.secrets.push(secret);
    }

    pub(super) fn take_back(&mut self, who: usize) {
        let change = RosterChange::Emergency { member: self.member(who), second: None };
        self.change(change, true, |model| model.people[who].second = None);
    }

    /// Somebody breaks the glass, and sees what the model says and nothing else.
    pub(super) fn break_glass(&mut self, who: usize, case: usize) {
        let Some((session, _)) = self.session(who) else { return };
        let (record, person) = (&self.model.records[case], &self.model.people[who]);
        let possible = self.model.may_break_glass(who) && person.second.is_some() && record.is_standard();
        let none = EmergencySecret::generate();
        let second = person.second.map_or(&none, |number| &self.lasting.secrets[number]);
        let emergency = Access::for_purpose("BTG").because("The machine");
        let begun = session.break_glass(record.case, second, &emergency);
        assert_eq!(begun.is_ok(), possible && !record.erased, "{begun:?}");
        let Ok(open) = begun else { return };
        let pair = (person.devices.iter().rev().find(|device| !device.revoked).unwrap().index, person.second.unwrap());
        let of = |which: fn(&Group) -> &BTreeSet<(usize, usize)>| {
            Compartments::of(NAMED.into_iter().filter(|compartment| which(&record.groups[compartment]).contains(&pair)))
        };
        let (must, could) = (of(|group| &group.duty_must), of(|group| &group.duty));
        let seen = open.read::<Child>(record.child).map_or(Compartments::NONE, |read| self.seen(case, &read.record));
        assert!(must.is_within(seen), "{who} sees {must:?} of case {case} in an emergency: {seen:?}");
        let all = self.model.readable(who, case).iter().fold(could, Compartments::with);
        assert!(seen.is_within(all), "{who} sees {seen:?} of case {case} in an emergency, not only {all:?}");
        open.end().unwrap();
        self.model.findings += 1;
    }

    pub(super) fn erase(&mut self, case: usize) {
        let (chief, founder) = (&self.team.chief, &self.team.world.founder);
        let (id, ground) = (self.model.records[case].case, Ground::of(GroundKind::Order).unwrap());
        let proposed = chief.propose_erasure(&[id], ground, &why());
        assert_eq!(proposed.is_err(), self.model.records[case].erased, "{proposed:?}");
        if let Ok(proposal) = proposed {
            assert_eq!(chief.erase(&proposal.signed_by(founder), &why()).unwrap().cases, 1);
            self.model.records[case].erased = true;
        }
    }

    /// The first time a ceremony; then enough shares restore what was wrapped, and a new ceremony replaces them.
    pub(super) fn recover(&mut self) {
        let (chief, founder) = (&self.team.chief, &self.team.world.founder);
        let scope = RecoveryScope::Unit(chief.unit().scope());
        let (next, shares) = chief.begin_recovery(scope, None).unwrap();
        match &self.lasting.shares {
            None => drop(chief.set_up_recovery(&next, &[founder], &why()).unwrap()),
            Some(shares) => {
                let mut restoring = chief.begin_restore(scope).unwrap();
                for share in shares.iter().rev().take(3) {
                    restoring.add(share.clone()).unwrap();
                }
                let restored = chief.restore(restoring.finish().unwrap(), &next, &[founder], &why()).unwrap();
                assert_eq!(restored.not_wrapped, 0, "the founder holds every circle");
            }
        }
        self.lasting.shares = Some(shares);
    }

    pub(super) fn back_up(&mut self) {
        let path = self.team.world.folder.path().join(format!("{}.backup", self.lasting.snapshots.len()));
        self.team.chief.backup_to(&path, &self.lasting.key, &why()).unwrap();
        let (model, shares) = (self.model.clone(), self.lasting.shares.clone());
        self.lasting.snapshots.push(Snapshot { path, model, shares });
    }

    /// The vault goes on from a backup on another device; what was erased since is erased there too.
    pub(super) fn restore(&mut self, number: usize) {
        let Some(at) = number.checked_rem(self.lasting.snapshots.len()) else { return };
        let erased: Vec<_> = self.model.records.iter().filter(|record| record.erased).map(|of| of.case).collect();
        let list = SignedErasureList::new(self.team.chief.erasure_list().unwrap());
        let erasures = (!erased.is_empty()).then(|| list.signed_by(&self.team.world.founder));
        let snapshot = &self.lasting.snapshots[at];
        self.team.chief.lock();

        let keys = Arc::new(MemoryKeyStore::default());
        self.written += 1;
        let path = self.team.world.folder.path().join(format!("{}.saferoom", self.written));
        let (host, options) =
            (Host::with_shared(keys.clone()), RestoreOptions { erasures, ..RestoreOptions::default() });
        let founder = &self.team.world.founder;
        let restored = Vault::restore(&snapshot.path, &self.lasting.key, founder, &path, host, &options);
        let (vault, report) = restored.unwrap();

        let mut model = snapshot.model.clone();
        // Cases that came after the backup are named as well: nothing of them may come in later.
        let known = model.records.iter().filter(|record| record.erased).count();
        assert_eq!((erased.len() - known) as u64, report.erased);
        model.records.iter_mut().filter(|record| erased.contains(&record.case)).for_each(|record| record.erased = true);
        self.identities.truncate(model.device_count());
        self.lasting.shares.clone_from(&snapshot.shares);
        self.model = model;
        (self.team.world.keys, self.team.world.vault) = (keys, vault);
        self.team.chief = self.team.world.session();
    }

    /// The devices that open a group in an emergency, each with the number of a second secret: by the rows only.
    pub(super) fn reached_in_emergency(&self, record: &Record, compartment: Compartment) -> BTreeSet<(usize, usize)> {
        let ordinal = record.groups[&compartment].ordinal;
        let looked = self.team.chief.look(|act| {
            let (vault, scope) = (act.keys.file.vault, record.case.scope());
            let tags: Vec<_> =
                act.rows.keys(scope)?.iter().filter(|row| row.ordinal == ordinal).map(|row| row.tag).collect();
            let listings = act.keys.roster.circles().iter().map(|circle| &circle.listing);
            let wrapped = |listing: &&CircleListing| tags.contains(&listing.slot_key.data_key(vault, scope, ordinal));
            let mut reached = BTreeSet::new();
            for name in listings.filter(wrapped).map(|listing| listing.name) {
                for (device, identity) in self.identities.iter().enumerate() {
                    for (number, second) in self.lasting.secrets.iter().enumerate() {
                        let slot = identity.public().slot_key.emergency(vault, name, &second.public());
                        if act.rows.slot(&slot)?.is_some() {
                            reached.insert((device, number));
                        }
                    }
                }
            }
            Ok(reached)
        });
        looked.unwrap()
    }
}
