//! Founding a vault: a new file, its first member, the circles of the first unit, the first entries of the log.

use std::path::Path;
use std::sync::Arc;

use super::act::Act;
use super::circles::{Circles, draw_circle, roster_circle};
use super::kept::{Kept, epoch_key_name, kept_name, log_key_name};
use super::unlocked::Unlocked;
use super::{Error, Host, Inner, Vault, roster_context};
use crate::access::policy::AccessPolicy;
use crate::access::{CircleListing, Founding, Proposal, Roster, RosterChange};
use crate::id::{DeviceId, ScopeId, VaultId};
use crate::keys::{CircleName, CircleSecret, Identity, KeyError, SigningKey};
use crate::log::{Detail, DetailKey, EpochKeys, Event, KeyName, Outcome};
use crate::model::{Compartment, FieldBuffer, Record, RecordKind};
use crate::seal::Secret;
use crate::store::{SlotRow, Store, VaultRow};

impl Vault {
    /// Founds a vault in a new file: `founder` becomes its first member and custodian, and holds every circle of `unit`.
    ///
    /// `origin` names the device's log for auditors: a host name and a path, such as `police.example.org/audit/1`.
    ///
    /// # Errors
    /// [`crate::store::StoreError::AlreadyExists`] if there is a file; the host's key store, the disk, or the unit's
    /// record being invalid. No half-made file stays behind.
    pub fn create<U: Record>(
        path: &Path,
        host: Host,
        founder: &Identity,
        origin: &str,
        unit: &U,
    ) -> Result<Self, Error> {
        if U::spec().kind != RecordKind::UNIT {
            return Err(Error::WrongKind { expected: RecordKind::UNIT.name(), found: U::spec().name() });
        }
        if !is_origin(origin) {
            return Err(Error::Origin);
        }
        host.ask_clock()?;
        let mut fields = FieldBuffer::new();
        unit.encode(&mut fields)?;
        crate::model::validate(U::spec(), &fields)?;
        let store = Store::create(path)?;
        store.keep_pages(host.page_cache).inspect_err(|_| Store::remove_new(path))?;
        let file = VaultRow { vault: VaultId::random(), device: DeviceId::random() };
        let inner = Inner::new(path, host, file, store);
        let vault = Self { inner: Arc::new(inner) };
        match vault.found(founder, origin, U::spec(), &fields) {
            Ok(()) => Ok(vault),
            Err(error) => {
                Store::remove_new(path);
                let key_store = vault.key_store();
                for name in [log_key_name(file), epoch_key_name(file), kept_name(file.vault)] {
                    let _ = key_store.remove(&name);
                }
                Err(error)
            }
        }
    }

    fn found(
        &self,
        founder: &Identity,
        origin: &str,
        unit_spec: &'static crate::model::RecordSpec,
        unit_fields: &FieldBuffer,
    ) -> Result<(), Error> {
        let (file, key_store) = (self.inner.file, self.key_store());
        let log_seed = Secret::generate();
        key_store.store(&log_key_name(file), log_seed.expose()).map_err(KeyError::from)?;
        let log_key = SigningKey::from_seed(log_seed.expose());
        let first_epoch = EpochKeys::draw(key_store, &epoch_key_name(file))?;
        let clock = self.clock();

        let unit = ScopeId::random();
        let drawn: Vec<_> =
            Compartment::ALL.iter().map(|of| draw_circle(file.vault, first_circle(file.vault, unit, *of))).collect();
        let founding = Founding {
            device: file.device,
            founded_at: clock.0,
            origin: origin.to_owned(),
            log_key: log_key.verifying_key(),
            unit,
            founder: founder.public(),
            policy: AccessPolicy::standard(),
            circles: drawn.iter().map(|(listing, _)| listing.clone()).collect(),
        };
        let entry =
            Proposal::founding(file.vault, RosterChange::Found(Box::new(founding))).signed_by(founder).into_entry(1);
        let roster = Roster::verify(file.vault, std::slice::from_ref(&entry))?;
        // From the first moment there is a head to compare with, even if the power fails during the commit.
        Kept::nothing(roster.genesis(), file.device).store(key_store, file.vault)?;

        let mut store = self.store()?;
        let rows = store.begin()?;
        rows.put_vault(file)?;
        let slots = founding_slots(file.vault, founder, &drawn)?;
        let circles = Circles::founding(file.vault, founder, drawn);
        rows.add_roster(0, &roster_context(file.vault, 0).seal(circles.roster()?.value_key(), &entry.to_bytes())?)?;
        let (sign_in, row) = self.begin_session(&rows, founder, roster, circles)?;
        rows.add_session(&row)?;
        let mut keys = Unlocked::new(sign_in)?;
        for slot in &slots {
            rows.add_slot(slot)?;
            keys.state.add_slot(slot);
        }
        let mut act = Act::first(&rows, &mut keys, clock);
        let public_log_key = log_key.verifying_key();
        let detail = Detail::of(DetailKey::LOG_KEY, &public_log_key.as_bytes()[..])
            .with(DetailKey::LIBRARY_VERSION, env!("CARGO_PKG_VERSION"));
        let detail = act.begin_epochs(first_epoch, detail)?;
        act.log(Event::Genesis, Outcome::Success, None, Some(detail))?;
        act.log(Event::Login, Outcome::Success, None, None)?;
        act.create_unit(unit_spec, unit, unit_fields)?;
        act.sign()?;
        rows.commit()?;
        keys.confirm();
        drop(store);
        self.keep(keys.to_keep())
    }
}

/// The first generation of the circle of a unit's compartment. The circle of all members belongs to the vault, so that a
/// member finds it before knowing any unit.
fn first_circle(vault: VaultId, unit: ScopeId, compartment: Compartment) -> CircleName {
    match compartment {
        Compartment::Roster => roster_circle(vault, 1),
        other => CircleName { scope: unit, compartment: other.number(), generation: 1 },
    }
}

/// Wraps every circle of the founding unit to the founder.
fn founding_slots(
    vault: VaultId,
    founder: &Identity,
    drawn: &[(CircleListing, CircleSecret)],
) -> Result<Vec<SlotRow>, Error> {
    let public = founder.public();
    let slot = |(listing, secret): &(CircleListing, CircleSecret)| {
        let sealed = public.wrap_circle(vault, listing.name, secret)?;
        Ok(SlotRow { slot: founder.slot(vault, listing.name), session: None, sealed })
    };
    drawn.iter().map(slot).collect()
}

/// Whether this can be the name of a log.
pub(super) fn is_origin(origin: &str) -> bool {
    origin.len() <= 200 && origin.contains('.') && KeyName::new(origin).is_ok()
}
