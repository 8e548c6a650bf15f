//! From what somebody typed to the record or the member that is meant: the whole id, its first digits, or its first and its
//! last as tables show them. The records of one case have the first twelve digits in common.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

use saferoom::id::{MemberId, RecordId};
use saferoom::log::{Entry, MemberDirectory, each_entry};

use crate::commands::audit::judged::LogOfBundle;
use crate::failure::{Failure, exit};

/// The fewest digits that are looked for.
const FEWEST: usize = 6;

pub(super) fn record(typed: Option<&str>, logs: &[LogOfBundle<'_>]) -> Result<Option<RecordId>, Failure> {
    typed.map(|typed| resolve(typed, "record", logs, |entry| Some(entry.what.as_ref()?.record))).transpose()
}

pub(super) fn actor(
    typed: Option<&str>,
    directory: &MemberDirectory,
    logs: &[LogOfBundle<'_>],
) -> Result<Option<MemberId>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    match directory.members(typed.trim())[..] {
        [member] => Ok(Some(member)),
        [] => resolve(typed, "member", logs, |entry| Some(entry.actor.as_ref()?.member)).map(Some),
        _ => Err(Failure::new(exit::INPUT, "several members have this name").advise("Give the id of one of them.")),
    }
}

/// The one id in the log that begins so.
fn resolve<I: Copy + Ord + Display + FromStr>(
    typed: &str,
    what: &str,
    logs: &[LogOfBundle<'_>],
    of: impl Fn(&Entry<'_>) -> Option<I>,
) -> Result<I, Failure> {
    let typed = typed.trim().to_ascii_lowercase();
    if let Ok(id) = typed.parse() {
        return Ok(id);
    }
    let dots = typed.replace("...", "…");
    let (first, last) = dots.split_once('…').unwrap_or((&dots, ""));
    if first.len() < FEWEST || !first.bytes().chain(last.bytes()).all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Failure::new(exit::INPUT, format!("this is no id of a {what}"))
            .advise("Give its 32 hexadecimal digits, or at least the first six of them."));
    }
    let mut found = BTreeSet::new();
    for (end, folder) in logs {
        each_entry::<Failure>(folder, end, |entry| {
            if let Some(id) = of(entry)
                && found.len() < 2
            {
                let text = id.to_string();
                found.extend((text.starts_with(first) && text.ends_with(last)).then_some(id));
            }
            Ok(())
        })?;
    }
    match (found.pop_first(), found.is_empty()) {
        (Some(id), true) => Ok(id),
        (None, _) => {
            let text = format!("no {what} in this log has an id that fits {typed}");
            Err(Failure::new(exit::INPUT, text)
                .advise("Check the digits, and whether this is the bundle that you mean."))
        }
        (Some(_), false) => {
            let text = format!("several {what}s in this log have ids that fit {typed}");
            Err(Failure::new(exit::INPUT, text).advise(
                "Give more digits, or first and last ones with … or ... between them: the records of one case have the first \
                 twelve in common.",
            ))
        }
    }
}
