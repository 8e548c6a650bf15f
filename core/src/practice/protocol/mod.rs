//! Interview protocols: which phases there are, and what has to come before what. Data, not code.
//!
//! Those that ship lie in `data/protocols.toml`; a host may put more over them. What one version of a protocol says is for
//! ever, since interviews refer to it: an overlay adds protocols and versions, and changes none.

mod error;
mod file;
#[cfg(test)]
mod tests;

use std::sync::{OnceLock, PoisonError, RwLock};

use serde::Deserialize;

pub use error::ProtocolFileError;

const SHIPPED: &str = include_str!("../../../data/protocols.toml");

static OVERLAID: RwLock<Option<&'static Protocols>> = RwLock::new(None);

/// Whether a phase may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Skip {
    /// Whoever leaves it out says why.
    WithReason,
    /// It is held, if only in part.
    Never,
}

/// What a protocol says about a phase.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct ProtocolPhase {
    /// Its code, of the list `interview_phase`.
    pub phase: String,
    /// Whether the child is asked about what is alleged.
    #[serde(default)]
    pub substantive: bool,
    /// Phases that have to have been held before, wholly or in part.
    #[serde(default)]
    pub needs: Vec<String>,
    /// Phases that have to have been held before, or left out with a reason.
    #[serde(default)]
    pub settled: Vec<String>,
    /// Whether it may be left out.
    pub skip: Skip,
}

/// One version of a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Its code, of the list `protocol`.
    pub code: String,
    /// Its version, as an interview records it.
    pub version: String,
    /// Where it comes from.
    pub source: String,
    /// Phases that have to be settled before an interview ends as planned.
    pub before_end: Vec<String>,
    /// Aids that nobody uses without saying why, of the list `interview_aid`.
    pub aids_with_reason: Vec<String>,
    /// Its phases, in the usual order.
    pub phases: Vec<ProtocolPhase>,
}

impl Protocol {
    /// What it says about a phase; none if it has no such phase.
    #[must_use]
    pub fn phase(&self, code: &str) -> Option<&ProtocolPhase> {
        self.phases.iter().find(|phase| phase.phase == code)
    }
}

/// Protocols of a file, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocols {
    status: String,
    all: Vec<Protocol>,
}

impl Protocols {
    /// Reads and checks protocols. Their codes have to be in the code lists in use: overlay those first.
    ///
    /// # Errors
    /// [`ProtocolFileError`] that names the protocol and what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, ProtocolFileError> {
        let file = file::File::parse(text)?;
        file::check(&file.protocol)?;
        Ok(Self { status: file.status, all: file.protocol })
    }

    /// All versions of all protocols; of one protocol, the newest comes last.
    #[must_use]
    pub fn all(&self) -> &[Protocol] {
        &self.all
    }

    /// How far they have been checked.
    #[must_use]
    pub fn status(&self) -> &str {
        &self.status
    }

    /// A version of a protocol; without a version, the newest.
    #[must_use]
    pub fn get(&self, code: &str, version: Option<&str>) -> Option<&Protocol> {
        let matches =
            |protocol: &&Protocol| protocol.code == code && version.is_none_or(|version| protocol.version == version);
        self.all.iter().rev().find(matches)
    }

    /// These and those of a file, which are newer.
    ///
    /// # Errors
    /// [`ProtocolFileError`], also if the file has a version that is there already and says something else.
    pub fn with_overlay(&self, text: &str) -> Result<Self, ProtocolFileError> {
        let over = Self::parse(text)?;
        let mut all = self.all.clone();
        for protocol in over.all {
            match self.get(&protocol.code, Some(&protocol.version)) {
                Some(known) if *known == protocol => {}
                Some(_) => {
                    return Err(ProtocolFileError::Changed { code: protocol.code, version: protocol.version });
                }
                None => all.push(protocol),
            }
        }
        let status = if over.status == self.status { over.status } else { format!("{}; {}", self.status, over.status) };
        Ok(Self { status, all })
    }
}

/// The protocols in use: those that ship with this release, with what [`overlay_protocols`] put over them.
///
/// # Panics
/// Never in a release: a test reads the file that is compiled in.
#[must_use]
pub fn protocols() -> &'static Protocols {
    let overlaid = *OVERLAID.read().unwrap_or_else(PoisonError::into_inner);
    overlaid.unwrap_or_else(shipped)
}

/// Puts a host's protocols over those in use, for the whole process. Call it once, before the first interview; each call
/// keeps a copy of all of them until the process ends.
///
/// # Errors
/// [`ProtocolFileError`]; the protocols in use stay as they were.
pub fn overlay_protocols(text: &str) -> Result<&'static Protocols, ProtocolFileError> {
    let mut overlaid = OVERLAID.write().unwrap_or_else(PoisonError::into_inner);
    let all = overlaid.unwrap_or_else(shipped).with_overlay(text)?;
    let all: &'static Protocols = Box::leak(Box::new(all));
    *overlaid = Some(all);
    Ok(all)
}

fn shipped() -> &'static Protocols {
    static PROTOCOLS: OnceLock<Protocols> = OnceLock::new();
    PROTOCOLS
        .get_or_init(|| Protocols::parse(SHIPPED).unwrap_or_else(|error| panic!("the compiled-in protocols: {error}")))
}
