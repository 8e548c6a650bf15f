//! What stands in the place of consent, where somebody tells without it.

use clap::Args;
use saferoom::id::RecordId;
use saferoom::model::{Coded, Narrative};
use saferoom::practice::consent::{Basis, Override};

use crate::failure::{Failure, exit};

/// A ground, a reason and a second person, or nothing of them.
#[derive(Debug, Clone, Args)]
pub struct WithoutConsentArgs {
    /// Without consent: on which ground, such as imminent_danger or legal_duty
    #[arg(long, value_name = "CODE", requires = "because", requires = "authorisation")]
    pub ground: Option<String>,
    /// Without consent: why it cannot wait; sealed in the vault
    #[arg(long, value_name = "TEXT", requires = "ground")]
    pub because: Option<String>,
    /// Without consent: what a second person signed (saferoom authorise disclosure)
    #[arg(long, value_name = "ID", requires = "ground")]
    pub authorisation: Option<RecordId>,
}

impl WithoutConsentArgs {
    /// What is stated, if anything is.
    ///
    /// # Errors
    /// A ground or reason that no record can hold.
    pub(crate) fn stated(&self) -> Result<Option<Override>, Failure> {
        let (Some(ground), Some(because), Some(authorisation)) = (&self.ground, &self.because, self.authorisation)
        else {
            return Ok(None);
        };
        let wrong = |what: &str| Failure::new(exit::INPUT, format!("{what} cannot be recorded"));
        Ok(Some(Override {
            ground: Coded::new(ground).map_err(|_| wrong("the ground"))?,
            reason: Narrative::new(because).map_err(|_| wrong("the reason"))?,
            authorisation,
        }))
    }
}

/// What a disclosure rests on, in words.
pub(crate) fn rests_on(basis: &Basis) -> String {
    match basis {
        Basis::Consent(answers) => format!("{} answer(s) of child and guardian", answers.len()),
        Basis::Ground { ground, despite } => format!("{ground}, against {} refusal(s)", despite.len()),
    }
}
