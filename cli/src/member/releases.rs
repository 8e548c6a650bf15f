//! What custodians sign about releases: floors, series, and single releases in spite of their guard. Each command says
//! first what would change.

use std::fs;

use saferoom::access::releases::{Audience, ReleaseException, ReleasePolicy, ReleaseSeries};
use saferoom::access::{AccessError, RosterChange};
use saferoom::id::parse_hexadecimal;
use saferoom::release::tables::Rho;
use saferoom::vault::{EXTRACTS, Error, Session, TABLES};

use super::release_args::{ReleaseExceptionArgs, ReleasePolicyArgs, ReleaseSeriesArgs, ReleaseWithdrawalArgs};
use super::{ChangeArgs, change};
use crate::console::Console;
use crate::failure::{Failure, exit};

/// Series that need no declaration.
const OWN: [&str; 2] = [EXTRACTS, TABLES];

/// `member release-policy`.
pub(super) fn policy(args: &ReleasePolicyArgs, out: &Console) -> Result<(), Failure> {
    let text = fs::read_to_string(&args.policy).map_err(|error| Failure::reading(&args.policy, &error))?;
    let policy = ReleasePolicy::parse(&text).map_err(|error| Failure::from(error).at(args.policy.display()))?;
    sign(&args.change, args.plan, out, |session| {
        let differences = policy_differences(&session.release_policy()?, &policy);
        Ok((differences, RosterChange::ReleasePolicy(policy)))
    })
}

/// `member release-series`.
pub(super) fn series(args: &ReleaseSeriesArgs, out: &Console) -> Result<(), Failure> {
    let audience = if args.audience == "inside" { Audience::Inside } else { Audience::Outside };
    let budget =
        args.budget.as_deref().map(Rho::parse).transpose().map_err(|error| Failure::from(error).at("--budget"))?;
    let series = ReleaseSeries {
        name: args.name.clone(),
        audience,
        budget: budget.unwrap_or_default().0,
        lasting_pseudonyms: args.lasting_pseudonyms,
    };
    series.check()?;
    sign(&args.change, args.plan, out, |session| {
        let known = session.release_series()?.into_iter().find(|known| known.name == series.name);
        Ok((series_differences(known.as_ref(), &series), RosterChange::ReleaseSeries(series)))
    })
}

/// `member release-exception`.
pub(super) fn exception(args: &ReleaseExceptionArgs, out: &Console) -> Result<(), Failure> {
    let membership = digest(&args.release)?;
    sign(&args.change, args.plan, out, |session| {
        let declared = session.release_series()?.iter().any(|series| series.name == args.of);
        if !declared && !OWN.contains(&args.of.as_str()) {
            return Err(Error::from(AccessError::NoSuchSeries).into());
        }
        let opens = "this very release may leave, although it singles children out together with earlier ones";
        let change = ReleaseException { series: args.of.clone(), membership };
        Ok((vec![Difference::opens(opens)], RosterChange::ReleaseException(change)))
    })
}

/// `member release-withdrawal`.
pub(super) fn withdrawal(args: &ReleaseWithdrawalArgs, out: &Console) -> Result<(), Failure> {
    sign(&args.change, args.plan, out, |_| {
        let opens =
            "nothing is compared with this release any more: if somebody has got it, children can be singled out";
        Ok((vec![Difference::opens(opens)], RosterChange::ReleaseWithdrawal(args.release)))
    })
}

/// What a change says, and whether less is protected after it.
struct Difference {
    opens: bool,
    text: String,
}

impl Difference {
    fn opens(text: impl Into<String>) -> Self {
        Self { opens: true, text: text.into() }
    }
}

fn sign(
    args: &ChangeArgs,
    plan: bool,
    out: &Console,
    ask: impl FnOnce(&Session) -> Result<(Vec<Difference>, RosterChange), Failure>,
) -> Result<(), Failure> {
    let say = |differences: &[Difference]| {
        if differences.is_empty() {
            out.line("Nothing changes.");
        }
        for difference in differences {
            let mark = if difference.opens { "DANGEROUS: " } else { "" };
            out.line(format_args!(" • {mark}{}", difference.text));
        }
    };
    if plan {
        let session = args.sign_in.sign_in(out)?;
        say(&ask(&session)?.0);
        out.note("Nothing was signed.");
        return Ok(());
    }
    change(args, out, |session| {
        let (differences, change) = ask(session)?;
        say(&differences);
        Ok(change)
    })
}

fn policy_differences(now: &ReleasePolicy, then: &ReleasePolicy) -> Vec<Difference> {
    let floor = |what: &str, now: u32, then: u32| {
        (now != then).then(|| Difference { opens: then < now, text: format!("{what}: {then} in place of {now}") })
    };
    let columns = |now: u32, then: u32| Difference {
        opens: then > now,
        text: format!("quasi-identifying columns at most: {then} in place of {now}"),
    };
    let differences = [
        floor("children alike at least, inside the organisation", now.inside_k, then.inside_k),
        floor("children alike at least, outside of it", now.outside_k, then.outside_k),
        (now.most_quasi != then.most_quasi).then(|| columns(now.most_quasi, then.most_quasi)),
    ];
    differences.into_iter().flatten().collect()
}

fn series_differences(now: Option<&ReleaseSeries>, then: &ReleaseSeries) -> Vec<Difference> {
    let Some(now) = now else {
        let declared = Difference {
            opens: false,
            text: format!(
                "a new series for people {} the organisation, with a budget of {} (rho)",
                then.audience.name(),
                Rho(then.budget).as_f64()
            ),
        };
        let lasting = then.lasting_pseudonyms.then(|| Difference::opens(LASTING));
        return std::iter::once(declared).chain(lasting).collect();
    };
    let audience = || Difference {
        opens: then.audience == Audience::Outside,
        text: format!("for people {} in place of {} the organisation", then.audience.name(), now.audience.name()),
    };
    let budget = || Difference {
        opens: then.budget > now.budget,
        text: format!(
            "budget {} in place of {} (rho), what is spent included",
            Rho(then.budget).as_f64(),
            Rho(now.budget).as_f64()
        ),
    };
    let pseudonyms = || match then.lasting_pseudonyms {
        true => Difference::opens(LASTING),
        false => Difference { opens: false, text: "a child has another pseudonym in each release".to_owned() },
    };
    let differences = [
        (now.audience != then.audience).then(audience),
        (now.budget != then.budget).then(budget),
        (now.lasting_pseudonyms != then.lasting_pseudonyms).then(pseudonyms),
    ];
    differences.into_iter().flatten().collect()
}

const LASTING: &str = "a child has the same pseudonym in all releases: they can be joined by it";

fn digest(text: &str) -> Result<[u8; 32], Failure> {
    parse_hexadecimal(text.trim()).ok_or_else(|| {
        Failure::new(exit::INPUT, "the digest of a release has 64 hexadecimal digits")
            .advise("Copy it from what `saferoom extract plan` prints.")
    })
}
