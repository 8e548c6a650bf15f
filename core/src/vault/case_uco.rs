//! Exhibits with their custody leave as a CASE/UCO document, through the door for telling somebody outside.

use serde_json::{Value as Json, json};

use super::{Error, Session};
use crate::access::Access;
use crate::id::{RecordId, hexadecimal};
use crate::model::RecordKind;
use crate::practice::case_uco::{ToldExhibit, document};
use crate::practice::consent::{Basis, Disclosure, Override};
use crate::seal::sha256;

/// A CASE/UCO document, and what it tells.
#[derive(Clone, PartialEq)]
pub struct CaseUco {
    /// The document, JSON-LD.
    pub document: String,
    /// On what the disclosure rests.
    pub basis: Basis,
    /// The share manifest: digest of the document, and each record by kind with the numbers of the fields that it tells.
    pub manifest: Json,
    /// How many exhibits are in it.
    pub exhibits: usize,
}

impl std::fmt::Debug for CaseUco {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CaseUco({} exhibits, redacted)", self.exhibits)
    }
}

impl Session {
    /// Reads the exhibits of a child's case, with digests and custody, and writes them as a CASE/UCO document. The fields are
    /// those of [`crate::practice::case_uco::FIELDS`] that `disclosure` names; it is checked and logged as any other.
    ///
    /// # Errors
    /// As [`disclose`](Self::disclose).
    pub fn case_uco(
        &self,
        child: RecordId,
        disclosure: &Disclosure,
        without_consent: Option<&Override>,
        access: &Access,
    ) -> Result<CaseUco, Error> {
        let disclosed = self.disclose(child, disclosure, without_consent, access)?;
        let told: Vec<_> = disclosed
            .records
            .iter()
            .map(|opened| ToldExhibit { id: opened.id, parent: opened.parent, record: opened.record.clone() })
            .collect();
        let document = document(&told).to_string();
        let exhibits = told.iter().filter(|told| told.record.spec().kind == RecordKind::EVIDENCE_ITEM).count();
        let record = |told: &ToldExhibit| {
            let fields: Vec<_> = told.record.iter().map(|(field, _)| field.number.get()).collect();
            json!({ "kind": told.record.spec().name(), "fields": fields })
        };
        let ground = match &disclosed.basis {
            Basis::Consent(_) => None,
            Basis::Ground { ground, .. } => Some(ground.clone()),
        };
        let digest = hexadecimal(&sha256(document.as_bytes()));
        let manifest = json!({
            "sha256": digest,
            "purpose": disclosure.purpose,
            "recipient_kind": disclosure.recipient_kind,
            "consent_rules": disclosed.edition,
            "ground": ground,
            "records": told.iter().map(record).collect::<Vec<_>>(),
        });
        Ok(CaseUco { document, basis: disclosed.basis, manifest, exhibits })
    }
}
