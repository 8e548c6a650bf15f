//! Tables of a vault's statistics, or of its rooms and training: recorded as released, or noisy and paid from the budget of a series.

use saferoom::access::Access;
use saferoom::vault::{NoisyPlan, Session, TablesRequest};

use super::{TablesArgs, shown};
use crate::anonymise::watched;
use crate::args::{AccessArgs, OptionalVaultArgs, SignInArgs};
use crate::console::Console;
use crate::extract::in_words;
use crate::failure::{Failure, exit};

/// The vault whose statistics are counted, in place of a file.
#[derive(Debug, clap::Args)]
pub struct VaultSource {
    /// The vault.
    #[command(flatten)]
    pub vault: OptionalVaultArgs,
    /// Series whose budget pays for counts with noise
    #[arg(long, value_name = "NAME", requires = "vault")]
    pub series: Option<String>,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

pub(super) fn run(args: &TablesArgs, text: &str, sign_in: &SignInArgs, out: &Console) -> Result<(), Failure> {
    // What never leaves is refused before anybody signs in.
    let request = TablesRequest::parse(text).map_err(|error| Failure::from(error).at(args.spec.display()))?;
    let session = sign_in.sign_in(out)?;
    let access = args.vault.access.access();
    match (request.is_noisy(), &args.vault.series) {
        (true, Some(series)) => noisy(args, &request, (&session, series), &access, out),
        (false, None) => exact(args, &request, &session, &access, out),
        (true, None) => Err(Failure::new(exit::USAGE, "counts with noise are paid from the budget of a series")
            .advise("Name it with --series; `saferoom extract series` lists them.")),
        (false, Some(_)) => Err(Failure::new(exit::USAGE, "only counts with noise are paid from a series")
            .advise("Leave --series out, or add [private] to the specification.")),
    }
}

fn exact(
    args: &TablesArgs,
    request: &TablesRequest,
    session: &Session,
    access: &Access,
    out: &Console,
) -> Result<(), Failure> {
    let Some(place) = args.place() else {
        let plan = watched(out, "auditing", |watch| session.plan_tables(request, access, watch))?;
        if let Some(told) = &plan.guard.singles_out {
            out.warn(format_args!("release {}: {}", plan.guard.release, in_words(told)));
        }
        if let Some(told) = &plan.guard.narrows {
            out.warn(format_args!(
                "release {}: with an earlier table, {} hidden cells would be known to within {}",
                plan.guard.release, told.cells, told.narrowest
            ));
        }
        return shown(args, &plan.published, out);
    };
    let published = watched(out, "auditing", |watch| session.build_tables(request, place, access, watch))?;
    shown(args, &published, out)
}

fn noisy(
    args: &TablesArgs,
    request: &TablesRequest,
    (session, series): (&Session, &str),
    access: &Access,
    out: &Console,
) -> Result<(), Failure> {
    let Some(place) = args.place() else {
        let plan = session.plan_noisy_tables(request, series, access)?;
        if args.json {
            return out.json(&plan);
        }
        let NoisyPlan { series, cost, left, after } = plan;
        out.line(format_args!("The answer costs {cost} of {left} that are left of \"{series}\" (rho)."));
        out.line(after.map_or_else(|| "It will be refused.".to_owned(), |after| format!("Then {after} are left.")));
        out.note("Nothing was drawn, and nothing was paid.");
        return Ok(());
    };
    let published = session.build_noisy_tables(request, series, place, access)?;
    let after = session.budget_left(series, access)?;
    out.note(format_args!("Of the budget of \"{series}\", {} are left (rho).", after.as_f64()));
    shown(args, &published, out)
}
