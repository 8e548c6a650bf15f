//! What the host lends beside its key store: an ear for progress.

/// A call of the host failed. Carries no text of the host: it might hold a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, uniffi::Error)]
pub enum HostCallError {
    /// The host's code raised an exception.
    #[error("the code of the host failed")]
    Failed,
}

impl From<uniffi::UnexpectedUniFFICallbackError> for HostCallError {
    fn from(_dropped: uniffi::UnexpectedUniFFICallbackError) -> Self {
        Self::Failed
    }
}
