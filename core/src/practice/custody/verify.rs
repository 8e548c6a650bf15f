//! What is wrong with a chain that is there.

use std::collections::BTreeMap;

use super::chain::{check_next, event_digest};
use super::{CustodyError, Event};
use crate::id::RecordId;

/// Events that could not have been recorded so, and why.
pub type Wrong = Vec<(RecordId, CustodyError)>;

/// The events of an exhibit in the order of the chain, whatever the order in which they come, and what could not have been
/// recorded so: a hand-over that nobody received, a seal that changed without a word.
///
/// # Errors
/// [`CustodyError::NoBeginning`], [`CustodyError::Gap`], [`CustodyError::Fork`], [`CustodyError::Altered`]: there is no chain.
pub fn verify(events: Vec<Event>) -> Result<(Vec<Event>, Wrong), CustodyError> {
    let ordered = in_order(events)?;
    for pair in ordered.windows(2) {
        let digest = event_digest(&pair[0].1).map_err(|_| CustodyError::Incomplete)?;
        let named = pair[1].1.previous_event_digest.as_ref().map(|digest| digest.as_str());
        if named != Some(digest.as_str()) {
            return Err(CustodyError::Altered { event: pair[0].0 });
        }
    }
    let wrong = ordered
        .iter()
        .enumerate()
        .filter_map(|(place, (id, event))| check_next(&ordered[..place], event).err().map(|error| (*id, error)));
    let wrong = wrong.collect();
    Ok((ordered, wrong))
}

fn in_order(events: Vec<Event>) -> Result<Vec<Event>, CustodyError> {
    let ids: Vec<RecordId> = events.iter().map(|(id, _)| *id).collect();
    let mut after: BTreeMap<RecordId, Event> = BTreeMap::new();
    let mut first = None;
    for event in events {
        match event.1.previous_event {
            None if first.is_some() => return Err(CustodyError::NoBeginning),
            None => first = Some(event),
            Some(previous) if !ids.contains(&previous) => return Err(CustodyError::Gap { event: event.0 }),
            Some(previous) => {
                if after.insert(previous, event).is_some() {
                    return Err(CustodyError::Fork { event: previous });
                }
            }
        }
    }
    let mut ordered: Vec<Event> = Vec::with_capacity(ids.len());
    let mut next = match (first, ids.is_empty()) {
        (None, true) => return Ok(ordered),
        (first, _) => Some(first.ok_or(CustodyError::NoBeginning)?),
    };
    while let Some(event) = next {
        next = after.remove(&event.0);
        ordered.push(event);
    }
    // What is left over follows itself.
    match after.keys().next() {
        Some(event) => Err(CustodyError::Gap { event: *event }),
        None => Ok(ordered),
    }
}
