//! `saferoom referral`: a child goes to a service with what was agreed to be told, and the station sees what comes of it.

mod send;
mod standing;

use clap::Subcommand;

use crate::console::Console;
use crate::failure::Failure;

/// Commands about referrals.
#[derive(Debug, Subcommand)]
pub enum ReferralCommand {
    /// Show where the referrals of a child stand, those first that somebody should look at. Each is logged as read.
    #[command(after_help = "\
Example:
  saferoom referral list 0f3a…9c --vault station.saferoom --identity me.identity --purpose investigation")]
    List(standing::ListArgs),
    /// Send a referral: consent is asked of the records, and a packet made that tells the fields you name and no other.
    #[command(after_help = "\
Examples:
  saferoom referral send 5b21…07 --to shelter.address --field child.given_name_latin --field child.sex \\
      --field referral.service_type --days 30 --out to-shelter.packet \\
      --vault station.saferoom --identity me.identity --purpose investigation
  saferoom referral send … --ground imminent_danger --because \"No place for tonight\" \\
      --authorisation 9d2e…40

Compare the fingerprint of the address with the service by telephone before. The service opens the packet with
`saferoom packet open` and answers with `saferoom packet answer`; take the answer in with `saferoom packet take-in`.")]
    Send(send::SendArgs),
    /// Look at all referrals that you can read and open a finding for each that is overdue. For a daily round.
    #[command(after_help = "\
Example:
  saferoom referral overdue --vault station.saferoom --identity me.identity --purpose supervision

A finding is opened once, shown by `saferoom findings`, and settled when the service answers or the referral is moved.")]
    Overdue(standing::OverdueArgs),
    /// Move a referral, as the station hears it: declined_by_child, revoked, completed, no_show, …
    #[command(after_help = "\
Example:
  saferoom referral move 5b21…07 --state declined_by_child --decline-reason too_far \\
      --vault station.saferoom --identity me.identity --purpose investigation")]
    Move(standing::MoveArgs),
}

/// Runs a command.
///
/// # Errors
/// What went wrong, and what to do now.
pub fn run(command: &ReferralCommand, out: &Console) -> Result<(), Failure> {
    match command {
        ReferralCommand::List(args) => standing::list(args, out),
        ReferralCommand::Send(args) => send::send(args, out),
        ReferralCommand::Overdue(args) => standing::overdue(args, out),
        ReferralCommand::Move(args) => standing::move_on(args, out),
    }
}
