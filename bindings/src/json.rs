//! What crosses as JSON.

use saferoom::error::{Diagnosis, Family};
use serde::Serialize;

use crate::error::SaferoomError;

/// As JSON. After a release was logged a host must not take an empty text for its answer: it gets an error instead.
pub(crate) fn json(value: &impl Serialize) -> Result<String, SaferoomError> {
    serde_json::to_string(value).map_err(|_| SaferoomError::of(&NotWritten))
}

/// What was written as JSON already.
#[cfg(feature = "extracts")]
pub(crate) fn text(json: Vec<u8>) -> Result<String, SaferoomError> {
    String::from_utf8(json).map_err(|_| SaferoomError::of(&NotWritten))
}

/// As JSON, for calls that answer no error: plain words and numbers under names, in which there is nothing that JSON could
/// refuse. A test asks for each of them; if there were something all the same, the answer would be `null`.
pub(crate) fn plain_json(words: &impl Serialize) -> String {
    serde_json::to_string(words).unwrap_or_else(|_| "null".to_owned())
}

/// An answer that could not be written down: a mistake of this library.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the answer could not be written as JSON")]
struct NotWritten;

impl Diagnosis for NotWritten {
    fn code(&self) -> u16 {
        Family::Input.code(92)
    }

    fn advice(&self) -> &'static str {
        "What the call did is done and logged, and must not be done again for its answer. Report the code to those who look after saferoom."
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn what_json_refuses_is_an_error_and_no_empty_text() {
        let refused = HashMap::from([([1_u8, 2], "a name that is no text")]);
        let Err(SaferoomError::Failure { code, .. }) = json(&refused) else { panic!("JSON has written it") };
        assert_eq!(code, 992);
        #[cfg(feature = "extracts")]
        assert!(text(vec![0xFF]).is_err());
        assert_eq!(plain_json(&refused), "null");
    }

    #[test]
    fn what_answers_no_error_is_written() {
        let policy = crate::access_policy::AccessPolicy::standard().to_json();
        let all = [crate::catalogue_json(), crate::lists::code_lists_json(), crate::access_policy::access_words_json()];
        for json in all.into_iter().chain([policy]) {
            let value: serde_json::Value = serde_json::from_str(&json).unwrap();
            let length = value.as_array().map(Vec::len).or(value.as_object().map(|object| object.len()));
            assert!(length.is_some_and(|length| length > 2), "{json:.80}");
        }
    }
}
