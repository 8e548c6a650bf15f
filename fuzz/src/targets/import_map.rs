//! A mapping file: any text; what is refused is refused with its line, and what is accepted reads an empty table.

use saferoom_cli::import::{ImportError, Plan};

pub(crate) fn run(text: &str) {
    let lines = 1 + text.bytes().filter(|byte| *byte == b'\n').count();
    match Plan::parse(text) {
        Ok(plan) => assert!(!format!("{plan:?}").is_empty()),
        Err(ImportError::Map(problems)) => {
            assert!(!problems.is_empty());
            assert!(problems.iter().all(|problem| (1..=lines).contains(&problem.line)));
            assert!(problems.windows(2).all(|pair| pair[0].line <= pair[1].line));
        }
        Err(other) => panic!("{other:?}"),
    }
}
