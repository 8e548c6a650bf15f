//! How an interview begins: who, after which protocol, and whether the child was asked before.

use super::apply::When;
use super::{Course, protocol_of};
use crate::model::records::{Interview, MatchConfidence};
use crate::model::{Text, Timestamp};
use crate::practice::PracticeError;

/// What the search for earlier interviews of the child found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Earlier {
    /// Interviews of this child that are known for sure.
    pub known: u64,
    /// Whether other units may have interviewed the child.
    pub elsewhere: OtherUnits,
    /// Whether the interview cannot wait. A possible match then stops nothing, and nobody has to agree before.
    pub urgent: bool,
}

/// Whether other units may have interviewed the child.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OtherUnits {
    /// Nothing was found.
    #[default]
    NothingFound,
    /// Something may be there, and the units were not asked.
    NotAsked,
    /// The units were asked. What they said stands in the interview.
    Asked,
}

impl Course {
    /// Starts an interview that was prepared: says when, which version of the protocol, and which interview of the child it is.
    ///
    /// # Errors
    /// [`PracticeError`]: what is in the way, and what to do.
    pub fn begin(
        mut interview: Interview,
        earlier: Earlier,
        at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Self, PracticeError> {
        if interview.started_at.is_some() {
            return Err(PracticeError::StartedAlready);
        }
        let protocol = protocol_of(&interview)?;
        if interview.interviewer.is_none() {
            return Err(PracticeError::NoInterviewer);
        }
        count_interviews(&mut interview, earlier);
        check_repeat(&interview, earlier)?;
        interview.started_at = Some(When { given: at, now }.after(None, PracticeError::TooEarly)?);
        interview.protocol_version = Text::new(&protocol.version).ok();
        interview.persons_in_room = Some(2);
        let (phases, breaks, people) = (Vec::new(), Vec::new(), Vec::new());
        Ok(Self { protocol, interview, phases, breaks, people })
    }
}

/// Which interview of the child it is, at least: what the host says and what was found.
fn count_interviews(interview: &mut Interview, earlier: Earlier) {
    let stated = interview.sequence_number.unwrap_or(1).max(1);
    interview.sequence_number = Some(stated.max(earlier.known.saturating_add(1)));
    interview.prior_interviews_matched = Some(earlier.known);
    let confidence = match (earlier.known, earlier.elsewhere) {
        (0, OtherUnits::NothingFound) => "none",
        (0, _) => "possible",
        _ => "likely",
    };
    interview.prior_match_confidence = MatchConfidence::new(confidence).ok();
}

fn check_repeat(interview: &Interview, earlier: Earlier) -> Result<(), PracticeError> {
    if earlier.elsewhere == OtherUnits::NotAsked && !earlier.urgent {
        return Err(PracticeError::UnitNotAsked);
    }
    if interview.sequence_number <= Some(1) {
        return Ok(());
    }
    if interview.repeat_reason.is_none() {
        return Err(PracticeError::RepeatNeedsReason);
    }
    // That it is signed, by whom and for what, is checked where the interview is written.
    if interview.repeat_authorisation.is_some() || earlier.urgent {
        Ok(())
    } else {
        Err(PracticeError::RepeatNeedsAuthoriser)
    }
}
