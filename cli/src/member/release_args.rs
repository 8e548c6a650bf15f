//! What can be typed after `saferoom member release-policy`, `release-series`, `release-exception` and
//! `release-withdrawal`.

use std::path::PathBuf;

use clap::Args;
use saferoom::id::RecordId;

use super::ChangeArgs;

/// Arguments of `member release-policy`.
#[derive(Debug, Args)]
pub struct ReleasePolicyArgs {
    /// The release policy, in TOML
    #[arg(value_name = "POLICY.toml")]
    pub policy: PathBuf,
    /// Only say what it would change; sign nothing
    #[arg(long, conflicts_with = "proposal")]
    pub plan: bool,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member release-series`.
#[derive(Debug, Args)]
pub struct ReleaseSeriesArgs {
    /// Its name; one that there is already is declared anew
    #[arg(value_name = "NAME")]
    pub name: String,
    /// Who will hold its releases: inside or outside the organisation
    #[arg(long, value_parser = ["inside", "outside"])]
    pub audience: String,
    /// Budget of its noisy counts in all, what is spent included: rho, such as 0.5; without it there are none
    #[arg(long, value_name = "RHO")]
    pub budget: Option<String>,
    /// A child has the same pseudonym in all of its releases
    #[arg(long)]
    pub lasting_pseudonyms: bool,
    /// Only say what it would change; sign nothing
    #[arg(long, conflicts_with = "proposal")]
    pub plan: bool,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member release-exception`.
#[derive(Debug, Args)]
pub struct ReleaseExceptionArgs {
    /// Digest of the release, as `extract plan` and a refused `extract build` print it
    #[arg(value_name = "DIGEST")]
    pub release: String,
    /// What it is of: extracts, tables (of counts), or the name of a series
    #[arg(long, value_name = "SERIES", default_value = "extracts")]
    pub of: String,
    /// Only say what it means; sign nothing
    #[arg(long, conflicts_with = "proposal")]
    pub plan: bool,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}

/// Arguments of `member release-withdrawal`.
#[derive(Debug, Args)]
pub struct ReleaseWithdrawalArgs {
    /// Record of the release, as `extract series` prints it
    #[arg(value_name = "RECORD")]
    pub release: RecordId,
    /// Only say what it means; sign nothing
    #[arg(long, conflicts_with = "proposal")]
    pub plan: bool,
    /// Who signs.
    #[command(flatten)]
    pub change: ChangeArgs,
}
