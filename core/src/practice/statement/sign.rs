//! Who signs a statement, and when it can be closed.

use super::{StatementError, version};
use crate::model::Timestamp;
use crate::model::records::{Statement, StatementSignature};

/// The signature as it is recorded: of this version, now if it does not say when. `existing`: those under the statement.
///
/// # Errors
/// [`StatementError`]: nobody signs for the child, and the child nothing that it has not heard.
pub fn sign(
    statement: &Statement,
    existing: &[StatementSignature],
    signature: StatementSignature,
    now: Timestamp,
) -> Result<StatementSignature, StatementError> {
    let named = [signature.officer.is_some(), signature.participant.is_some(), signature.name.is_some()];
    let named = named.iter().filter(|named| **named).count();
    let child = is(&signature, "child");
    match (child, named) {
        (true, 0) | (false, 1) => {}
        (true, _) => return Err(StatementError::ForTheChild),
        (false, _) => return Err(StatementError::Signatory),
    }
    if child && !is_refused(&signature) && statement.read_back != Some(true) {
        return Err(StatementError::NotReadBack);
    }
    let signed = StatementSignature {
        statement_version: Some(version(statement)),
        signed_at: signature.signed_at.or(Some(now)),
        ..signature
    };
    if signed.signed_at > Some(now) {
        return Err(StatementError::InFuture);
    }
    let same = |other: &&StatementSignature| {
        other.statement_version == signed.statement_version
            && (&other.signatory, other.officer, other.participant, &other.name)
                == (&signed.signatory, signed.officer, signed.participant, &signed.name)
    };
    if existing.iter().any(|other| same(&other)) { Err(StatementError::SignedTwice) } else { Ok(signed) }
}

/// Whether a statement can be closed for changes: one that is called signed was signed in this version, or refused.
///
/// # Errors
/// [`StatementError::NotSigned`].
pub fn ready_to_close(statement: &Statement, signatures: &[StatementSignature]) -> Result<(), StatementError> {
    let needed = statement.kind.as_ref().is_some_and(|kind| kind.code().as_str() == "signed_statement");
    let of_version = |signature: &StatementSignature| signature.statement_version == Some(version(statement));
    if needed && !signatures.iter().any(of_version) { Err(StatementError::NotSigned) } else { Ok(()) }
}

fn is(signature: &StatementSignature, role: &str) -> bool {
    signature.signatory.as_ref().is_some_and(|signatory| signatory.code().as_str() == role)
}

fn is_refused(signature: &StatementSignature) -> bool {
    signature.method.as_ref().is_some_and(|method| method.code().as_str() == "refused")
}
