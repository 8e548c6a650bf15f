//! Rooms, visits and training of many stations: a station sends what is new of them to a monitor, whose own vault takes
//! it in and remembers from whom it came, and until when.
//!
//! What leaves, [`crate::practice::rooms`] decides, on both sides. Below the monitor's unit each station has a record of
//! the kind `rooms_source`, and below it stands what the station sent; so two stations never mix. The id of a record
//! there follows from the station's vault and the id that it has there: the same record is the same again, and a stranger
//! sees random ids.

mod count;
mod export;
mod report;
mod sources;
#[cfg(feature = "extract")]
mod tables;
mod take_in;

pub use export::RoomsExport;
pub use sources::RoomsStation;
