//! Exhibits as CASE/UCO against the published shapes of the ontology: ours have to pass, broken ones have to be refused.

use std::path::{Path, PathBuf};
use std::time::Instant;

use super::left;
use crate::context::Context;
use crate::report::Outcome;

/// The validator with the ontology of its release (CASE 1.5).
const VALIDATOR: &str = "case-utils==0.18.0";

/// Writes documents by a test, and gives each to the validator.
pub(super) fn case_uco(context: &Context, until: Instant) -> Outcome {
    let Some(validator) = find(context, until) else {
        println!("!!!! no validator could be installed: CASE/UCO is NOT CHECKED !!!!");
        return Outcome::NotChecked("no validator could be installed".to_owned());
    };
    Outcome::from_result(check(context, &validator, until))
}

fn check(context: &Context, validator: &Path, until: Instant) -> Result<(), String> {
    let folder = context.target.join("case-uco");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let tests = ["test", "--locked", "--workspace", "--lib", "--", "--ignored", "write_case_uco_examples"];
    context.cargo(tests).env("SAFEROOM_CASE_UCO", &folder).run(left(until))?;
    let validated = |name: &str| {
        let run = context
            .program(validator)
            .args(["--built-version", "case-1.5.0", "--allow-info"])
            .args([folder.join(name)]);
        run.run(left(until))
    };
    validated("good.json").map_err(|problem| format!("the ontology refuses our exhibits: {problem}"))?;
    for broken in ["broken-time.json", "broken-relation.json"] {
        println!("{broken} has to be refused:");
        if validated(broken).is_ok() {
            return Err(format!("the validator accepts {broken}"));
        }
    }
    Ok(())
}

/// The validator, in an environment that holds nothing else.
fn find(context: &Context, until: Instant) -> Option<PathBuf> {
    let environment = context.target.join("tools/case-uco");
    let validator = environment.join("bin/case_validate");
    let starts = || context.program(&validator).args(["--help"]).output().is_some();
    if starts() {
        return Some(validator);
    }
    let create = context.program("python3").args(["-m", "venv"]).args([&environment]).run(left(until));
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", VALIDATOR];
    let install = create.and_then(|()| context.program(environment.join("bin/python")).args(pip).run(left(until)));
    if let Err(problem) = install {
        println!("{problem}");
    }
    starts().then_some(validator)
}
