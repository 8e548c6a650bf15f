//! Disclosure: fields about a child for somebody outside, checked against what child and guardian agreed to.

use std::sync::Arc;

use saferoom::model::{ModelError, Narrative};
use saferoom::practice::consent::{Basis, Disclosure, Override};
use saferoom::vault;

use super::interview::Obstacle;
use super::step::coded;
use crate::error::SaferoomError;
use crate::held::Begun;
use crate::session::{OpenedRecord, Session};
use crate::types::AccessInput;

/// What somebody wants to tell to whom. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct DisclosureRequest {
    /// What for, of the list `consent_purpose`.
    pub purpose: String,
    /// Kind of recipient, of the consent rules.
    pub recipient_kind: String,
    /// Who it is, as the consents name them.
    pub recipient: String,
    /// The service, of the list `service_type`, for a referral.
    pub service: Option<String>,
    /// The fields, such as `child.given_name`.
    pub fields: Vec<String>,
}

/// Telling without consent: on which ground, why, and what a second person signed. Prints nothing of it.
#[derive(Clone, PartialEq, Eq, uniffi::Record)]
#[uniffi::export(Display, Debug)]
pub struct ConsentOverride {
    /// The ground, of the list `override_ground`.
    pub ground: String,
    /// Why, in words.
    pub reason: String,
    /// The record that a second person signed, as `authorise_disclosure` answers it.
    pub authorisation: String,
}

redacted! { DisclosureRequest ConsentOverride }

/// On what a disclosure rests.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum DisclosureBasis {
    /// On answers.
    Agreed {
        /// The consent records.
        answers: Vec<String>,
    },
    /// On a ground.
    OnGround {
        /// The ground.
        ground: String,
        /// The refusals that it goes against: never empty.
        despite: Vec<Obstacle>,
    },
}

/// Which fields of a record were opened.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DisclosedFields {
    /// The record.
    pub record: String,
    /// The numbers of the fields, ascending.
    pub fields: Vec<u64>,
}

/// What was disclosed. Prints nothing of it; the values of its records are wiped by `shutdown`, and when the last reference goes.
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Display)]
pub struct Disclosed {
    basis: DisclosureBasis,
    edition: String,
    records: Vec<Arc<OpenedRecord>>,
    manifest: Vec<DisclosedFields>,
}

impl std::fmt::Display for Disclosed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Disclosed(redacted)")
    }
}

#[uniffi::export]
impl Disclosed {
    /// On what it rests.
    #[must_use]
    pub fn basis(&self) -> DisclosureBasis {
        self.basis.clone()
    }

    /// The edition of the consent rules by which it was decided.
    #[must_use]
    pub fn edition(&self) -> String {
        self.edition.clone()
    }

    /// The records, with the fields that were asked for and have a value.
    #[must_use]
    pub fn records(&self) -> Vec<Arc<OpenedRecord>> {
        self.records.clone()
    }

    /// The share manifest: what was opened, no more and no less.
    #[must_use]
    pub fn manifest(&self) -> Vec<DisclosedFields> {
        self.manifest.clone()
    }
}

#[uniffi::export]
impl Session {
    /// Reads fields about a child for somebody outside, if child and guardian agreed to it, or on a ground that is stated.
    /// The decision stands in the log before anything opens.
    ///
    /// # Errors
    /// Consent is missing or the role does not allow it, both logged as denied; as `read`.
    pub fn disclose(
        &self,
        child: String,
        request: DisclosureRequest,
        without_consent: Option<ConsentOverride>,
        access: AccessInput,
    ) -> Result<Arc<Disclosed>, SaferoomError> {
        let begun = Begun::now();
        let stated = without_consent.map(ConsentOverride::into_core).transpose()?;
        let child = child.parse()?;
        let disclosed = self.0.disclose(child, &request.into(), stated.as_ref(), &access.into())?;
        Ok(Arc::new(Disclosed::of(disclosed, begun)?))
    }
}

impl ConsentOverride {
    /// As the core has it.
    pub(crate) fn into_core(self) -> Result<Override, SaferoomError> {
        let reason = Narrative::new(self.reason).map_err(ModelError::from)?;
        Ok(Override { ground: coded(&self.ground)?, reason, authorisation: self.authorisation.parse()? })
    }
}

impl From<DisclosureRequest> for Disclosure {
    fn from(request: DisclosureRequest) -> Self {
        let DisclosureRequest { purpose, recipient_kind, recipient, service, fields } = request;
        Self { purpose, recipient_kind, recipient, service, fields }
    }
}

impl Disclosed {
    fn of(disclosed: vault::Disclosed, begun: Begun) -> Result<Self, SaferoomError> {
        let fields = |(record, fields): (saferoom::id::RecordId, Vec<saferoom::model::FieldNumber>)| DisclosedFields {
            record: record.to_string(),
            fields: fields.iter().map(|field| field.get()).collect(),
        };
        Ok(Self {
            basis: disclosed.basis.into(),
            edition: disclosed.edition,
            records: disclosed.records.into_iter().map(|one| OpenedRecord::of(one, begun)).collect::<Result<_, _>>()?,
            manifest: disclosed.manifest.into_iter().map(fields).collect(),
        })
    }
}

impl From<Basis> for DisclosureBasis {
    fn from(basis: Basis) -> Self {
        match basis {
            Basis::Consent(answers) => Self::Agreed { answers: answers.iter().map(ToString::to_string).collect() },
            Basis::Ground { ground, despite } => {
                Self::OnGround { ground, despite: despite.iter().map(|error| Obstacle::of(error)).collect() }
            }
        }
    }
}
