//! From a pseudonym to its case: the key of a release, sealed to the key for reversals, and what shares make of it.

use minicbor::{Decoder, Encoder};
use zeroize::Zeroizing;

use super::super::act::Act;
use super::super::{Error, Session};
use super::desk::StatisticsRead;
use super::reverse::fits;
use super::series_key::SeriesKey;
use crate::access::Access;
use crate::id::{RecordId, ScopeId, VaultId};
use crate::keys::{Envelope, RecoveryKey, RecoveryScope};
use crate::log::Event;
use crate::model::statistics::StatisticsError;
use crate::release::{Pseudonym, Pseudonyms, ReleaseKey};
use crate::seal::{LabelledInput, Secret, ValueContext};

/// What pseudonyms of an extract name.
const CHILD: &str = "child";
const VERSION: u64 = 1;
/// Longer than any.
const LONGEST: usize = 4096;

/// The key of a release, for those who hold shares of the key for reversals, and for nobody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayBack {
    pub(super) vault: VaultId,
    pub(super) unit: ScopeId,
    /// Id of the key for reversals.
    pub(super) key: [u8; 16],
    /// Public name of the release.
    pub(super) release: [u8; 16],
    pub(super) envelope: Vec<u8>,
    pub(super) sealed: Vec<u8>,
}

impl WayBack {
    /// The unit whose custodians hold the shares.
    #[must_use]
    pub fn unit(&self) -> ScopeId {
        self.unit
    }

    /// The id of the key that opens it: the shares of its ceremony are needed, also after a later one
    /// ([`Session::begin_reversal`]).
    #[must_use]
    pub fn key(&self) -> &[u8; 16] {
        &self.key
    }

    /// The file: `[1, vault, unit, key, release, envelope, sealed]`, deterministic CBOR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Encoder::new(Vec::with_capacity(1500));
        let mut write = || -> Result<(), minicbor::encode::Error<std::convert::Infallible>> {
            out.array(7)?.u64(VERSION)?.bytes(self.vault.as_bytes())?.bytes(self.unit.as_bytes())?;
            out.bytes(&self.key)?.bytes(&self.release)?.bytes(&self.envelope)?.bytes(&self.sealed)?;
            Ok(())
        };
        let _infallible = write();
        out.into_writer()
    }

    /// Reads the file.
    ///
    /// # Errors
    /// [`StatisticsError::Malformed`], [`StatisticsError::TooNew`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StatisticsError> {
        let malformed = |_: minicbor::decode::Error| StatisticsError::Malformed;
        let mut input = Decoder::new(bytes);
        if bytes.len() > LONGEST || input.array().map_err(malformed)? != Some(7) {
            return Err(StatisticsError::Malformed);
        }
        match input.u64().map_err(malformed)? {
            VERSION => {}
            version if version > VERSION => return Err(StatisticsError::TooNew),
            _ => return Err(StatisticsError::Malformed),
        }
        let mut part = || input.bytes().map(<[u8]>::to_vec).map_err(malformed);
        let id = |bytes: Vec<u8>| <[u8; 16]>::try_from(bytes).map_err(|_| StatisticsError::Malformed);
        let (vault, unit, key, release) = (id(part()?)?, id(part()?)?, id(part()?)?, id(part()?)?);
        let (envelope, sealed) = (part()?, part()?);
        let (vault, unit) = (VaultId::from_bytes(vault), ScopeId::from_bytes(unit));
        let read = Self { vault, unit, key, release, envelope, sealed };
        if read.to_bytes() == bytes { Ok(read) } else { Err(StatisticsError::Malformed) }
    }

    fn context(&self) -> ValueContext {
        ValueContext::new(
            LabelledInput::new("saferoom/release/way-back").part(self.vault.as_bytes()).part(&self.release),
        )
    }

    /// The secret of the release's key.
    fn open(&self, act: &Act<'_>, keys: &[&RecoveryKey]) -> Result<Secret, Error> {
        let key = keys.iter().find(|key| fits(key.set(), self.unit, &self.key));
        let key = key.ok_or_else(|| act.other_reversal(self.unit, self.key))?;
        let envelope = key.open_envelope(&Envelope::from_bytes(self.envelope.clone()), &self.release)?;
        let mut plain = Zeroizing::new(Vec::with_capacity(32));
        envelope.open_onto(&self.context(), &self.sealed, &mut plain)?;
        Ok(Secret::from_slice(&plain).ok_or(StatisticsError::Malformed)?)
    }
}

impl StatisticsRead {
    /// The pseudonyms of all children in a release, in the order of the rows of a table.
    #[must_use]
    pub fn names(&self, key: &ReleaseKey) -> Vec<Pseudonym> {
        self.names_by(key.secret())
    }

    /// The pseudonyms that last through a series, in the order of the rows of a table.
    #[must_use]
    pub fn names_in_series(&self, key: &SeriesKey) -> Vec<Pseudonym> {
        self.names_by(key.secret())
    }

    fn names_by(&self, secret: &Secret) -> Vec<Pseudonym> {
        let names = Pseudonyms::of(secret, CHILD);
        self.asked_for().map(|(row, slot, _)| names.name(&row, slot)).collect()
    }
}

impl Session {
    /// Seals the key of a release to the key for reversals of this unit, for the way back from its pseudonyms. None where no
    /// such key is in force: then there is no way back, and the release's key is forgotten for good.
    ///
    /// # Errors
    /// [`Error::Locked`].
    pub fn way_back(&self, key: &ReleaseKey) -> Result<Option<WayBack>, Error> {
        self.way_back_of(key.release_id(), key.secret())
    }

    /// The same for a release with the lasting pseudonyms of its series: the key of the series is sealed.
    ///
    /// # Errors
    /// As [`way_back`](Self::way_back).
    pub fn way_back_in_series(&self, key: &ReleaseKey, series: &SeriesKey) -> Result<Option<WayBack>, Error> {
        self.way_back_of(key.release_id(), series.secret())
    }

    fn way_back_of(&self, release: [u8; 16], secret: &Secret) -> Result<Option<WayBack>, Error> {
        self.with_keys(|keys| {
            let (vault, unit) = (keys.file.vault, keys.unit());
            let Some(listed) = keys.roster.recovery(RecoveryScope::Reversal(unit)) else { return Ok(None) };
            let (session_key, envelope) = listed.set.envelope(&release)?;
            let id = *listed.set.public_key().id().as_bytes();
            let envelope = envelope.as_bytes().to_vec();
            let way = WayBack { vault, unit, key: id, release, envelope, sealed: Vec::new() };
            let sealed = session_key.seal(&way.context(), secret.expose())?;
            Ok(Some(WayBack { sealed, ..way }))
        })
    }

    /// Finds the case behind a pseudonym: as [`reverse_statistics`](Self::reverse_statistics), from the extract's side. The
    /// file needs the key with its id; a row that was told since a later ceremony needs that one's key beside it.
    ///
    /// # Errors
    /// As there, [`StatisticsError::AlsoReversal`] with the id of the key that is lacking; [`StatisticsError::NoSuchRow`] if the
    /// pseudonym is of another release, or its row is in another vault.
    pub fn reverse_pseudonym(
        &self,
        pseudonym: Pseudonym,
        way_back: &WayBack,
        keys: &[&RecoveryKey],
        access: &Access,
    ) -> Result<RecordId, Error> {
        self.act(access, Event::Reversal, &[], |act| {
            act.demand_reversal(access)?;
            let row = act.row_of(pseudonym, &way_back.open(act, keys)?)?;
            act.lead_back(&row, keys)
        })
    }
}

impl Act<'_> {
    fn row_of(&mut self, pseudonym: Pseudonym, release: &Secret) -> Result<[u8; 16], Error> {
        self.keys.state.verify_all(self.rows)?;
        let mut ids = Vec::new();
        self.rows.each_statistics([0; 16], [0xFF; 16], |row| ids.push(row.id))?;
        let found = Pseudonyms::of(release, CHILD).find(pseudonym, &ids);
        Ok(found.ok_or(StatisticsError::NoSuchRow)?)
    }
}
