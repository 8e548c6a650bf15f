//! What can be typed after `saferoom extract plan`, `build`, `finish` and `reverse`.

use std::path::PathBuf;

use clap::Args;

use crate::args::{AccessArgs, SignInArgs};
use crate::recovery::ShareFileArgs;

/// Arguments of `extract plan`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// Specification (TOML); files that it names lie beside it
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// Print the plan as JSON
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `extract build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Specification (TOML); files that it names lie beside it
    #[arg(long, value_name = "FILE")]
    pub spec: PathBuf,
    /// New folder for the extract
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `extract finish`.
#[derive(Debug, Args)]
pub struct FinishArgs {
    /// Folder that was left: NAME.….new
    #[arg(value_name = "LEFT")]
    pub left: PathBuf,
    /// New folder for the extract
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// Print the manifest as JSON
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `extract reverse`.
#[derive(Debug, Args)]
pub struct ReverseArgs {
    /// The pseudonym, as it stands in the extract
    #[arg(long, value_name = "PSEUDONYM")]
    pub pseudonym: String,
    /// The file that was made with the extract
    #[arg(long, value_name = "FILE")]
    pub way_back: PathBuf,
    /// Print the case as JSON
    #[arg(long)]
    pub json: bool,
    /// Where shares lie; the others are asked at the terminal.
    #[command(flatten)]
    pub shares: ShareFileArgs,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}

/// Arguments of `extract series`.
#[derive(Debug, Args)]
pub struct SeriesArgs {
    /// Print JSON, for programs
    #[arg(long)]
    pub json: bool,
    /// The vault and who asks.
    #[command(flatten)]
    pub sign_in: SignInArgs,
    /// Why.
    #[command(flatten)]
    pub access: AccessArgs,
}
