//! SSH signatures (`PROTOCOL.sshsig` of OpenSSH) with Ed25519 over SHA-512, so that stock `ssh-keygen -Y verify` checks
//! them. The forms are read and written by the `ssh-key` crate; signing and checking stay with [`crate::keys`].

use ssh_key::public::{Ed25519PublicKey, KeyData};
use ssh_key::{Algorithm, HashAlg, LineEnding, PublicKey, SshSig};

pub use self::allowed::public_keys;
use super::error::OutputError;
use super::manifest::Manifest;
use crate::keys::{Identity, Signature, SigningKey, VerifyingKey};

mod allowed;

/// What the signatures are for. A signature with another name is not taken for one of an extract.
pub const NAMESPACE: &str = "saferoom-extract";

/// The longest signature file that is read.
pub(super) const LONGEST: u64 = 4096;

/// Who signs an extract.
pub trait Signer {
    /// With which key the signature is checked.
    fn verifying_key(&self) -> VerifyingKey;
    /// An Ed25519 signature over this message.
    fn sign(&self, message: &[u8]) -> Signature;
}

impl Signer for SigningKey {
    fn verifying_key(&self) -> VerifyingKey {
        Self::verifying_key(self)
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Self::sign(self, message)
    }
}

impl Signer for Identity {
    fn verifying_key(&self) -> VerifyingKey {
        self.public().verifying_key
    }

    fn sign(&self, message: &[u8]) -> Signature {
        Self::sign(self, message)
    }
}

/// The signature of a manifest: the text of its file [`SIGNATURE`](super::SIGNATURE).
///
/// # Errors
/// [`OutputError::NotFinite`]; others only of a signer whose key is none.
pub fn manifest_signature(manifest: &Manifest, signer: &dyn Signer) -> Result<String, OutputError> {
    sign(signer, &manifest.to_bytes()?)
}

/// Signs; the text of a `.sig` file.
pub(super) fn sign(signer: &dyn Signer, message: &[u8]) -> Result<String, OutputError> {
    let form = |_| OutputError::SignatureForm;
    let signed = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).map_err(form)?;
    let signature = ssh_key::Signature::new(Algorithm::Ed25519, signer.sign(&signed)).map_err(form)?;
    let key = KeyData::Ed25519(Ed25519PublicKey(*signer.verifying_key().as_bytes()));
    let signature = SshSig::new(key, NAMESPACE, HashAlg::Sha512, signature).map_err(form)?;
    signature.to_pem(LineEnding::LF).map_err(form)
}

/// Who signed a message, if one of these keys did.
pub(super) fn verify(text: &[u8], message: &[u8], trusted: &[VerifyingKey]) -> Result<VerifyingKey, OutputError> {
    let form = |_| OutputError::SignatureForm;
    let signature = SshSig::from_pem(text).map_err(form)?;
    if signature.namespace() != NAMESPACE {
        return Err(OutputError::Namespace);
    }
    let KeyData::Ed25519(key) = signature.public_key() else { return Err(OutputError::SignatureForm) };
    let ed25519 = signature.algorithm() == Algorithm::Ed25519 && signature.hash_alg() == HashAlg::Sha512;
    let bytes: Option<&Signature> = signature.signature_bytes().try_into().ok();
    let (Some(bytes), true) = (bytes, ed25519) else { return Err(OutputError::SignatureForm) };
    let key = VerifyingKey::from_bytes(key.0);
    let signed = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).map_err(form)?;
    if !trusted.contains(&key) {
        return Err(OutputError::UntrustedSigner);
    }
    if key.verifies(&signed, bytes) { Ok(key) } else { Err(OutputError::BadSignature) }
}

/// A key as a line of OpenSSH, without a comment.
///
/// # Errors
/// [`OutputError::PublicKey`]: not expected.
pub fn public_key_line(key: &VerifyingKey) -> Result<String, OutputError> {
    let key = PublicKey::new(KeyData::Ed25519(Ed25519PublicKey(*key.as_bytes())), "");
    key.to_openssh().map(|line| line.trim().to_owned()).map_err(|_| OutputError::PublicKey)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_its_key_message_and_purpose() {
        let (key, other) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let (trusted, others) = ([key.verifying_key()], [other.verifying_key()]);
        let text = sign(&key, b"manifest").unwrap();
        let check = |text: &str, message: &[u8], trusted: &[VerifyingKey]| verify(text.as_bytes(), message, trusted);
        assert_eq!(check(&text, b"manifest", &trusted), Ok(key.verifying_key()));
        assert_eq!(check(&text, b"manifesT", &trusted), Err(OutputError::BadSignature));
        assert_eq!(check(&text, b"manifest", &others), Err(OutputError::UntrustedSigner));
        assert_eq!(check("-----BEGIN", b"manifest", &trusted), Err(OutputError::SignatureForm));
        let signed = SshSig::signed_data("file", HashAlg::Sha512, b"manifest").unwrap();
        let bytes = ssh_key::Signature::new(Algorithm::Ed25519, key.sign(&signed)).unwrap();
        let data = KeyData::Ed25519(Ed25519PublicKey(*key.verifying_key().as_bytes()));
        let elsewhere = SshSig::new(data, "file", HashAlg::Sha512, bytes).unwrap().to_pem(LineEnding::LF).unwrap();
        assert_eq!(check(&elsewhere, b"manifest", &trusted), Err(OutputError::Namespace));
    }

    #[test]
    fn keys_are_read_as_openssh_writes_them() {
        let key = SigningKey::from_seed(&[1; 32]).verifying_key();
        let line = public_key_line(&key).unwrap();
        assert!(line.starts_with("ssh-ed25519 AAAAC3"), "{line}");
        let text = format!("# trusted\n\n{line} desk@example\ndesk namespaces=\"saferoom-extract\" {line}\n");
        assert_eq!(public_keys(&text), Ok(vec![key, key]));
        for bad in ["", "ssh-rsa AAAA", "ssh-ed25519 AAAA", "desk", "desk namespaces=\"x"] {
            assert_eq!(public_keys(bad), Err(OutputError::PublicKey), "{bad}");
        }
    }
}
