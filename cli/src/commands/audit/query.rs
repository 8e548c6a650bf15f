//! `audit query`: which entries of a bundle fit, and whether those on one record leave a gap. Needs no vault and no key.

mod resolve;
mod write;

use saferoom::log::{ChainReport, Link, LogQuery, QueryReport, query_log};
use saferoom::model::Timestamp;

use self::write::Answer;
use super::directory;
use super::judged::{Belief, Judged};
use crate::args::{AnswerFormat, QueryArgs};
use crate::console::Console;
use crate::failure::{Failure, exit};

pub(super) fn query(args: &QueryArgs, out: &Console) -> Result<(), Failure> {
    let directory = directory::open(args.bundle.directory.as_deref())?;
    let (since, until) = (time_of(args.since.as_deref(), false)?, time_of(args.until.as_deref(), true)?);
    let judged = Judged::of(&args.bundle, out, |_| ())?;
    if judged.belief() == Belief::Refused {
        let advice =
            "Nothing is shown of it. Without --trust-policy you can look at it all the same, and believe nothing.";
        return Err(judged.failure().advise(advice));
    }
    judged.tell(out);
    let logs = judged.logs()?;
    let query = LogQuery {
        record: resolve::record(args.record.as_deref(), &logs)?,
        actor: resolve::actor(args.actor.as_deref(), &directory, &logs)?,
        since,
        until,
        purpose: args.purpose.clone(),
        event: args.action,
        ending: args.outcome.map(Into::into),
    };
    let mut answer = Answer::begin(args.format, out, &directory, &judged, query.record.is_some());
    let mut reports = Vec::new();
    for (end, folder) in &logs {
        let asked = query_log::<Failure>(folder, end, &query, |entry, link| answer.entry(end.number, entry, link));
        reports.push((end.number, asked?));
    }
    answer.end(&reports)?;
    let sum = |of: fn(&QueryReport) -> u64| reports.iter().map(|(_, report)| of(report)).sum::<u64>();
    if args.format != AnswerFormat::Json {
        say(format!("{} of {} entries", sum(|report| report.found), sum(|report| report.read)), args.format, out);
    }
    let chains = reports.iter().filter_map(|(number, report)| Some((*number, report.chain?)));
    chains.into_iter().try_for_each(|(number, chain)| tell_chain(number, &chain, args.format, out))
}

/// Where rows of another form go to stdout, what is said goes to stderr.
fn say(text: impl std::fmt::Display, format: AnswerFormat, out: &Console) {
    if format == AnswerFormat::Table { out.line(text) } else { out.error_line(text) }
}

/// Says what the chain of the record shows; each log has one of its own. A broken one is a failure, whatever the verdicts say.
fn tell_chain(log: Option<u64>, chain: &ChainReport, format: AnswerFormat, out: &Console) -> Result<(), Failure> {
    let within = log.map(|log| format!(" in log {log}")).unwrap_or_default();
    if let Some(index) = chain.first_broken {
        let broken = chain.broken;
        let text =
            format!("the chain of this record is broken{within} at entry {index}, and in {broken} places in all");
        return Err(Failure::new(exit::INTEGRITY, text)
            .advise("Do not trust this log: no honest device writes such an entry. Keep the bundle as evidence."));
    }
    if let (Some(first), Some(last)) = (chain.first, chain.last) {
        let text = format!(
            "The chain of this record is whole{within}: {} entries from {first} to {last}, each naming the one before it. \
             No read and no write of it lies between two of them.",
            chain.joined
        );
        say(text, format, out);
    }
    if chain.denied + chain.others > 0 {
        let text = format!(
            "{} refusals and {} questions or exports{within} name no earlier entry: they could not join the chain, and only \
             the whole log shows that there are no more of them.",
            chain.denied, chain.others
        );
        say(text, format, out);
    }
    Ok(())
}

/// Milliseconds since 1970 of a day or a moment; of a day its beginning, or its end.
fn time_of(text: Option<&str>, end: bool) -> Result<Option<u64>, Failure> {
    let Some(text) = text else { return Ok(None) };
    let day = text.len() == "2026-11-24".len();
    let moment = Timestamp::parse(&if day { format!("{text}T00:00:00Z") } else { text.to_owned() });
    let milliseconds = moment.ok().and_then(|moment| u64::try_from(moment.milliseconds()).ok());
    let milliseconds = milliseconds.ok_or_else(|| {
        Failure::new(exit::INPUT, format!("{text} is no time"))
            .advise("Write a day as 2026-11-24, or a moment in UTC as 2026-11-24T18:16:00Z.")
    })?;
    Ok(Some(if day && end { milliseconds + 86_400_000 } else { milliseconds }))
}

fn link_name(link: Link) -> &'static str {
    match link {
        Link::First => "first",
        Link::Linked => "linked",
        Link::CannotJoin => "cannot join",
        Link::Broken => "BROKEN",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_beginning_or_its_end() {
        let day = 1_700_006_400_000;
        assert_eq!(time_of(Some("2023-11-15"), false), Ok(Some(day)));
        assert_eq!(time_of(Some("2023-11-15"), true), Ok(Some(day + 86_400_000)));
        assert_eq!(time_of(Some("2023-11-15T12:00:00Z"), true), Ok(Some(day + 43_200_000)));
        assert_eq!(time_of(None, true), Ok(None));
        assert_eq!(time_of(Some("yesterday"), false).unwrap_err().exit, exit::INPUT);
        assert_eq!(time_of(Some("2023-13-15"), false).unwrap_err().exit, exit::INPUT);
    }
}
