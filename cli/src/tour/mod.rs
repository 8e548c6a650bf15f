//! The tour: a newcomer watches saferoom work on an invented caseload, and understands it.
//!
//! Nobody in it is real and no text in it tells anything. It writes into one new folder and nowhere else, and it proves
//! what it says: a step whose promise does not hold ends the tour with a failure.

mod attack;
#[cfg(test)]
mod attacked;
mod audit;
mod begin;
mod caseload;
mod emergency;
mod erased;
mod extracted;
mod finding;
mod finish;
mod folder;
mod interview_live;
mod interviews;
mod monitored;
mod monitoring;
mod names;
mod need_to_know;
mod page;
mod proof;
mod random;
mod reading;
mod refer;
mod scan;
mod show;
mod stations;

use std::path::PathBuf;
use std::time::Instant;

use saferoom::vault::Vault;

use self::finish::Totals;
use self::folder::Folder;
use self::monitoring::FiveStations;
use self::random::Random;
use self::reading::Example;
use crate::console::Console;
use crate::failure::Failure;

/// Arguments of `tour`.
#[derive(Debug, clap::Args)]
pub struct TourArgs {
    /// Folder for the tour's files: a new one, or an empty one
    #[arg(long, value_name = "FOLDER", default_value = "saferoom-tour")]
    pub dir: PathBuf,
    /// How many interviews to invent
    #[arg(long, value_name = "N", default_value_t = 570, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub interviews: u32,
    /// Seed of the invented caseload: the same seed gives the same caseload. Keys never come from it
    #[arg(long, value_name = "N", default_value_t = 2023)]
    pub seed: u64,
}

/// Runs the tour.
///
/// # Errors
/// If the folder is not empty, the disk fails, or a step's promise does not hold.
pub fn run(args: &TourArgs, out: &Console) -> Result<(), Failure> {
    let started = Instant::now();
    let folder = Folder::claim(&args.dir)?;
    out.line(out.styled(crate::console::Style::Strong, "A tour of saferoom"));
    show::say(
        out,
        "saferoom keeps what children tell in interviews: sealed for those who must know, signed, and with a log of \
         every look. All records here are invented.",
    );

    let (identity, vault) = begin::found(out, &folder)?;
    let session = vault.sign_in(&identity)?;
    let mut random = Random::new(args.seed);
    let mut names = Vec::new();
    let stations = begin::set_up(out, &session, &mut random, &mut names)?;
    let caseload = begin::record(out, &session, args.interviews as usize, &stations, &mut random, names)?;
    let example = Example::choose(&caseload)?;
    let read = reading::with_purpose(out, &session, &caseload, example)?;
    finding::by_another_spelling(out, &session, example)?;
    reading::without_purpose(out, &session, example)?;

    // The file as it is before the correction, for a rollback: whole, because nobody has it open.
    drop((session, vault));
    folder::copy_vault(&folder.vault(), &folder.older())?;
    let session = Vault::open(&folder.vault(), begin::host(&folder))?.sign_in(&identity)?;
    reading::correct(out, &session, example)?;
    let team = need_to_know::by_key(out, &folder, &identity, &session, example)?;
    emergency::by_night(out, &folder, &identity, &session, &team, example)?;
    let five = FiveStations::found(out, &folder, args.seed)?;
    extracted::by_the_desk(out, &folder, (&identity, &session), example, &five)?;
    erased::for_good(out, &folder, &identity, &session, &team)?;
    drop(team);
    let officer = stations.first().and_then(|station| station.officers.first()).copied();
    let officer = officer.ok_or_else(|| reading::unexpected("a station has no officer"))?;
    let interviewed = interview_live::as_it_happens(out, &session, officer)?;
    refer::to_a_shelter(out, &folder, &identity, &session, interviewed)?;
    let report = proof::check(out, &session, &folder)?;
    audit::visit(out, &session, &folder)?;
    drop(session);
    monitoring::of_five_stations(out, &folder, five)?;

    attack::tamper(out, &folder, &identity, example)?;
    let size = attack::steal(out, &folder, &caseload)?;
    let totals = Totals {
        records: report.records,
        revisions: report.revisions,
        entries: report.log_entries,
        size,
        read,
        time: started.elapsed(),
    };
    finish::summary(out, &folder, &caseload, &totals);
    finish::next(out, &folder, example, report.log_entries);
    Ok(())
}
