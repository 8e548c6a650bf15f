//! The file of protocols as it is written, and its checks.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Protocol, ProtocolFileError};
use crate::model::code_lists;

/// The format that this release reads.
const VERSION: u64 = 1;

/// Longest version and source, in characters.
const LONGEST: usize = 200;

/// What every substantive phase needs, in every protocol: a child is not asked by a stranger without rules.
const BEFORE_SUBSTANCE: [&str; 2] = ["introduction", "ground_rules"];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    version: u64,
    pub(super) status: String,
    pub(super) protocol: Vec<Protocol>,
}

impl File {
    pub(super) fn parse(text: &str) -> Result<Self, ProtocolFileError> {
        let file: Self = toml::from_str(text).map_err(|error| ProtocolFileError::Toml(error.to_string()))?;
        if file.version == VERSION { Ok(file) } else { Err(ProtocolFileError::Version(file.version)) }
    }
}

pub(super) fn check(protocols: &[Protocol]) -> Result<(), ProtocolFileError> {
    let mut seen = BTreeSet::new();
    for protocol in protocols {
        if !seen.insert((&protocol.code, &protocol.version)) {
            return Err(duplicate(protocol, &protocol.version));
        }
        let texts = [&protocol.version, &protocol.source];
        if texts.iter().any(|text| text.trim().is_empty() || text.chars().count() > LONGEST) {
            return Err(ProtocolFileError::Empty { protocol: protocol.code.clone() });
        }
        check_codes(protocol)?;
        check_phases(protocol)?;
    }
    Ok(())
}

fn check_codes(protocol: &Protocol) -> Result<(), ProtocolFileError> {
    let known = |list: &'static str, code: &str| {
        let known = code_lists().list(list).is_some_and(|list| list.entry(code).is_some());
        let missing = || ProtocolFileError::NoSuchCode { protocol: protocol.code.clone(), list, code: code.to_owned() };
        if known { Ok(()) } else { Err(missing()) }
    };
    known("protocol", &protocol.code)?;
    protocol.aids_with_reason.iter().try_for_each(|aid| known("interview_aid", aid))?;
    protocol.phases.iter().try_for_each(|phase| known("interview_phase", &phase.phase))
}

fn check_phases(protocol: &Protocol) -> Result<(), ProtocolFileError> {
    let mut seen = BTreeSet::new();
    for phase in &protocol.phases {
        if !seen.insert(&phase.phase) {
            return Err(duplicate(protocol, &phase.phase));
        }
        let protects = |code: &&str| phase.needs.iter().any(|need| need == *code);
        if phase.substantive && !BEFORE_SUBSTANCE.iter().all(protects) {
            let (protocol, phase) = (protocol.code.clone(), phase.phase.clone());
            return Err(ProtocolFileError::Unprotected { protocol, phase });
        }
    }
    let referred = protocol.phases.iter().flat_map(|phase| phase.needs.iter().chain(&phase.settled));
    for code in referred.chain(&protocol.before_end) {
        if protocol.phase(code).is_none() {
            return Err(ProtocolFileError::NoSuchPhase { protocol: protocol.code.clone(), phase: code.clone() });
        }
    }
    check_order(protocol)
}

/// Whether every phase can begin once those that it waits for are over.
fn check_order(protocol: &Protocol) -> Result<(), ProtocolFileError> {
    let mut over: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = over.len();
        for phase in &protocol.phases {
            if phase.needs.iter().chain(&phase.settled).all(|code| over.contains(code.as_str())) {
                over.insert(&phase.phase);
            }
        }
        if over.len() == before {
            break;
        }
    }
    match protocol.phases.iter().find(|phase| !over.contains(phase.phase.as_str())) {
        Some(phase) => Err(ProtocolFileError::Circular { protocol: protocol.code.clone(), phase: phase.phase.clone() }),
        None => Ok(()),
    }
}

fn duplicate(protocol: &Protocol, what: &str) -> ProtocolFileError {
    ProtocolFileError::Duplicate { protocol: protocol.code.clone(), what: what.to_owned() }
}
