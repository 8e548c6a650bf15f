//! The log of a station's vault as a bundle, for the tests of what reads bundles.

use std::fs;
use std::path::PathBuf;

use super::station::{Station, text};

/// A bundle of the station's log as it is now, a trust policy and the checkpoint of an earlier visit.
pub(crate) struct Bundle {
    pub(crate) folder: PathBuf,
    pub(crate) policy: PathBuf,
    pub(crate) kept: PathBuf,
}

impl Bundle {
    pub(crate) fn of(station: &Station) -> Self {
        let (folder, policy, kept) = (station.path("bundle"), station.path("trust-policy.txt"), station.path("kept"));
        // This station has no witness, and its bundles no view: neither is demanded here.
        let demanded = station.signed_in(&["audit", "trust-policy"]).ends_with(0).out.replace(" view", "");
        fs::write(&policy, demanded).unwrap();
        fs::write(&kept, station.signed_in(&["audit", "checkpoint"]).ends_with(0).out).unwrap();
        station.signed_in(&["audit", "export", "--purpose", "audit", "--out", text(&folder)]).ends_with(0);
        Self { folder, policy, kept }
    }
}
