//! Indicators: figures over rooms, visits, training and interviews, with their denominators.
//!
//! Pure functions over records: a holder of `rooms` keys computes every indicator of rooms and training and opens no
//! field about a child. A figure without its denominator is not given, and a small cell is not shown: with few
//! interviews a month, "one" is a child that somebody knows.

mod figures;
mod gathered;
mod interviews;
mod meeting;
mod monitor;
mod months;
mod requests;
mod rooms;
#[cfg(test)]
mod tests;
mod training;

pub use figures::{Cell, Share, Table, median};
pub use gathered::{Placed, RoomsRecords};
pub use interviews::{InterviewFigures, interview_figures};
pub use meeting::{Meeting, reconstructed_meeting};
pub use monitor::{
    EventFigures, FaceFigures, MeetingFigures, MonitorReport, MonthFigures, OpenAction, Quote, Ratio, RoomFigures,
    Round, StationFigures, WAVES,
};
pub use months::{
    Counted, CountedInterview, CountedRefusal, interview_month, is_in, is_over, may_replace, refusal, replacement,
};
pub use requests::OpenRequest;
use rooms::is_before;
pub use rooms::{
    ActionFigures, DomainChange, RoomUseFigures, VisitScores, action_figures, compare_visits, room_use_figures,
    score_visit, score_visit_of,
};
pub use training::{ReachFigures, SurveyFigures, knowledge_gained, reach_figures, survey_figures};

/// Counts of children below this are not shown, nor what would give them away.
pub const SMALLEST_CELL: u64 = 5;
