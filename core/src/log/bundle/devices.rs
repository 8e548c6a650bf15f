//! The file `devices`: which devices kept the vault, one after the other, each with its log.
//!
//! ```text
//! # saferoom devices 1
//! <device> <key of its log> <size> <root>       a log that ended
//! <device> <key of its log> kept                the one that is being kept
//! ```
//!
//! The file is a claim. What makes it more is the chain: each log begins by naming the one before it, with size and root,
//! and the last one is signed. See docs/adr/0016.

use std::fmt;

use super::BundleProblem;
use crate::id::DeviceId;
use crate::log::checkpoint::decimal;
use crate::log::{Detail, DetailKey, DetailValue, Entry, Event, Hash, MAX_SIZE, NoteKey};

const HEADER: &str = "# saferoom devices 1\n";

/// The longest list of devices, in bytes: some 3000.
pub(super) const MAX_DEVICES_LENGTH: usize = 1 << 20;

/// A device that kept the vault, or keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundleDevice {
    /// The device.
    pub device: DeviceId,
    /// Name and public key of its log.
    pub key: NoteKey,
    /// Size and root with which its log ended; none for the one that is being kept.
    pub ended: Option<(u64, Hash)>,
}

/// The devices of a vault, in their order; the last one keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceList(Vec<BundleDevice>);

impl DeviceList {
    /// The list of these devices.
    ///
    /// # Errors
    /// [`BundleProblem::DeviceList`] unless exactly the last one keeps the vault, and each log has a name of its own
    /// and a size that there can be: it begins with an entry, so it has one.
    pub fn new(devices: Vec<BundleDevice>) -> Result<Self, BundleProblem> {
        let kept = devices.iter().position(|device| device.ended.is_none());
        let names = devices.iter().map(|device| device.key.name());
        let own = names.clone().enumerate().all(|(place, name)| !names.clone().take(place).any(|other| other == name));
        let sizes = devices.iter().all(|device| device.ended.is_none_or(|(size, _)| (1..=MAX_SIZE).contains(&size)));
        if !devices.is_empty() && kept == devices.len().checked_sub(1) && own && sizes {
            Ok(Self(devices))
        } else {
            Err(BundleProblem::DeviceList)
        }
    }

    /// The devices.
    #[must_use]
    pub fn devices(&self) -> &[BundleDevice] {
        &self.0
    }

    /// The list with exactly these bytes.
    ///
    /// # Errors
    /// [`BundleProblem::DeviceList`].
    pub fn parse(bytes: &[u8]) -> Result<Self, BundleProblem> {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_DEVICES_LENGTH);
        let lines = text.and_then(|text| text.strip_prefix(HEADER)).ok_or(BundleProblem::DeviceList)?;
        let devices = lines.lines().map(|line| read_line(line).ok_or(BundleProblem::DeviceList));
        let list = Self::new(devices.collect::<Result<_, _>>()?)?;
        if list.to_string().as_bytes() == bytes { Ok(list) } else { Err(BundleProblem::DeviceList) }
    }

    /// Compares the first entry of a log with what the list says about this log and the one before it.
    ///
    /// # Errors
    /// [`BundleProblem::Chain`].
    pub(super) fn check_genesis(&self, log: usize, entry: &Entry<'_>) -> Result<(), BundleProblem> {
        let none = Detail::default();
        let detail = entry.detail.as_ref().unwrap_or(&none);
        let bytes = |key| match detail.get(key) {
            Some(DetailValue::Bytes(bytes)) => Some(&**bytes),
            _ => None,
        };
        let size = match detail.get(DetailKey::PREVIOUS_SIZE) {
            Some(DetailValue::Number(size)) => Some(*size),
            _ => None,
        };
        let named = (bytes(DetailKey::PREVIOUS_DEVICE), size, bytes(DetailKey::PREVIOUS_ROOT));
        let before = log.checked_sub(1).and_then(|log| self.0.get(log));
        let listed = before.map_or((None, None, None), |before| {
            let (size, root) = before.ended.as_ref().map_or((None, None), |(size, root)| (Some(*size), Some(root)));
            (Some(&before.device.as_bytes()[..]), size, root.map(|root| &root.as_bytes()[..]))
        });
        let own_key = self.0.get(log).is_some_and(|this| {
            this.device == entry.device && bytes(DetailKey::LOG_KEY) == Some(this.key.public_key())
        });
        if entry.event == Event::Genesis && own_key && named == listed {
            Ok(())
        } else {
            Err(BundleProblem::Chain { log: log as u64 })
        }
    }
}

impl fmt::Display for DeviceList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        for BundleDevice { device, key, ended } in &self.0 {
            match ended {
                Some((size, root)) => writeln!(f, "{device} {key} {size} {}", root.to_base64())?,
                None => writeln!(f, "{device} {key} kept")?,
            }
        }
        Ok(())
    }
}

fn read_line(line: &str) -> Option<BundleDevice> {
    let mut parts = line.split(' ');
    let (device, key) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let ended = match (parts.next()?, parts.next()) {
        ("kept", None) => None,
        (size, Some(root)) => Some((decimal(size)?, Hash::from_base64(root).ok()?)),
        _ => return None,
    };
    parts.next().is_none().then_some(BundleDevice { device, key, ended })
}
