//! `saferoom risk`: how likely somebody is found in a table.

use std::path::PathBuf;

use saferoom::release::risk::{HIGH, RiskQuestion, RiskReport};

use super::input;
use crate::console::{Console, Style};
use crate::failure::Failure;

/// Arguments of `risk`.
#[derive(Debug, clap::Args)]
pub struct RiskArgs {
    /// Table to look at: CSV in UTF-8 with a header, or Parquet
    #[arg(long = "in", value_name = "FILE")]
    pub input: PathBuf,
    /// Quasi-identifying columns: what could be known of somebody from elsewhere
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',', required = true)]
    pub qi: Vec<String>,
    /// Sensitive columns: what must not become known
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub sensitive: Vec<String>,
    /// Column that tells which child a row is about, where some have several rows
    #[arg(long, value_name = "COLUMN")]
    pub unit: Option<String>,
    /// Table of the population, with the quasi-identifying columns
    #[arg(long, value_name = "FILE")]
    pub population: Option<PathBuf>,
    /// Print the report as JSON
    #[arg(long)]
    pub json: bool,
}

/// Runs `risk`.
///
/// # Errors
/// What is wrong with a file or a column.
pub fn run(args: &RiskArgs, out: &Console) -> Result<(), Failure> {
    let table = input::table(&args.input)?;
    let population = args.population.as_ref().map(|path| input::table(path)).transpose()?;
    let quasi: Vec<&str> = args.qi.iter().map(String::as_str).collect();
    let sensitive: Vec<&str> = args.sensitive.iter().map(String::as_str).collect();
    let units = args.unit.as_ref().map(|name| Ok::<_, Failure>(table.column(name)?.codes().to_vec())).transpose()?;
    let question = RiskQuestion {
        quasi: &quasi,
        sensitive: &sensitive,
        units: units.as_deref(),
        population: population.as_ref(),
        set_size: 2,
    };
    let report = RiskReport::of(&table, &question).map_err(|error| Failure::from(error).at(args.input.display()))?;
    if args.json { out.json(&report) } else { show(&report, out) }
}

fn show(report: &RiskReport, out: &Console) -> Result<(), Failure> {
    let style = if report.prosecutor.highest > HIGH { Style::Bad } else { Style::Good };
    let k = out.styled(style, format!("k = {}", report.k));
    out.line(format!("{} rows of {} in {} classes: {k}", report.rows, children(report.units), report.classes));
    let percent = |share: f64| format!("{:.2} %", share.abs() * 100.0);
    for (name, attacker) in [("prosecutor", report.prosecutor), ("journalist", report.journalist)] {
        out.line(format!(
            "{name}: highest risk {}, average {}, rows above {}: {}",
            percent(attacker.highest),
            percent(attacker.average),
            percent(HIGH),
            percent(attacker.at_risk)
        ));
    }
    out.line(format!("marketer: {} found; alone in their class: {}", percent(report.marketer), percent(report.unique)));
    for sensitive in &report.sensitive {
        out.line(format!(
            "{}: distinct l = {}, entropy l = {:.2}, t = {:.3} (equal) or {:.3} (ordered), one value only: {}",
            sensitive.column,
            sensitive.distinct_l,
            sensitive.entropy_l,
            sensitive.t_equal,
            sensitive.t_ordered,
            percent(sensitive.homogeneous)
        ));
    }
    for set in &report.sets {
        let columns = set.columns.join(", ");
        out.line(format!("{columns}: distinction {:.3}, separation {:.3}", set.distinction, set.separation));
    }
    Ok(())
}

fn children(units: u64) -> String {
    if units == 1 { "1 child".to_owned() } else { format!("{units} children") }
}
