//! `cargo xtask`: the whole check of this repository and its small helpers, with the standard library only.

mod arguments;
mod bench;
mod context;
mod echo;
mod fuzz;
mod fuzz_record;
mod hosts;
mod peers;
mod process;
mod report;
mod sanitizers;
mod steps;
mod supply;
mod test;
mod tools;
mod torture;
mod vectors;

use std::process::ExitCode;

use arguments::Command;
use context::Context;

fn main() -> ExitCode {
    let command = match arguments::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(problem) => {
            eprintln!("{problem}\n\n{}", arguments::HELP);
            return ExitCode::from(2);
        }
    };
    let mut context = Context::new();
    let result = match command {
        Command::Help => {
            println!("{}", arguments::HELP);
            Ok(())
        }
        Command::List => {
            test::list();
            Ok(())
        }
        Command::Test(selection) => {
            context.install |= selection.install;
            context.quick = true;
            test::run(&context, &selection)
        }
        Command::Tools => tools::install_all(&context),
        Command::Bench(rest) => {
            // Those of the hosts build as the checks do, so that they find what these have built.
            context.quick = hosts::is_asked(&rest);
            bench::run(&context, &rest)
        }
        Command::Fuzz { amount, targets, record: None } => fuzz::run(&context, amount, &targets),
        Command::Fuzz { amount, targets, record: Some(file) } => {
            fuzz_record::run(&context, amount.seconds, &targets, &file)
        }
        Command::Torture(wanted) => torture::run(&context, &wanted, None),
        Command::Vectors => vectors::write(&context),
        Command::Databases => vectors::write_databases(&context),
        Command::Sbom => supply::sbom(&context),
        Command::Reproduce => supply::reproduce(&context),
        Command::Minimal => supply::minimal(&context),
        Command::Sizes(forms) => supply::sizes(&context, &forms),
        Command::Sanitize(sanitizer, filters) => sanitizers::run(&context, sanitizer, &filters),
        Command::Package => steps::package(&context),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("xtask: {problem}");
            ExitCode::FAILURE
        }
    }
}
