//! Codes: values out of a code list. A code that the list lacks is kept; [`validate`](super::validate) names it.

use std::fmt;
use std::marker::PhantomData;

use zeroize::Zeroizing;

use super::encoding::{FieldType, single, string_length, write_text};
use super::{ValueError, ValueType};

/// A code: 1 to 64 letters, digits, hyphens or underscores. Wiped on drop.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Zeroizing<String>);

impl Code {
    /// The longest code.
    pub const MAX_LENGTH: usize = 64;

    /// The code of this spelling.
    ///
    /// # Errors
    /// [`ValueError::Code`] if it is none.
    pub fn parse(text: &str) -> Result<Self, ValueError> {
        Self::exact(text.trim())
    }

    fn exact(text: &str) -> Result<Self, ValueError> {
        Self::check(text)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// Whether this is the spelling of a code.
    pub(super) fn check(text: &str) -> Result<(), ValueError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(())
        } else {
            Err(ValueError::Code)
        }
    }

    /// The spelling.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FieldType for Code {
    const TYPE: ValueType = ValueType::Code;

    fn encode(&self, out: &mut Vec<u8>) {
        write_text(out, &self.0);
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        Self::exact(single(bytes)?.text("code")?)
    }

    fn encoded_length_hint(&self) -> usize {
        string_length(self.0.len())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(redacted)")
    }
}

/// Names a code list, for [`Coded`].
pub trait CodeListName: 'static {
    /// The name of the list.
    const NAME: &'static str;
}

/// A code of the list `L`. The list can lack it: codes of newer lists are kept as they are.
pub struct Coded<L: CodeListName> {
    code: Code,
    list: PhantomData<fn() -> L>,
}

impl<L: CodeListName> Coded<L> {
    /// The code of this spelling.
    ///
    /// # Errors
    /// [`ValueError::Code`] if it is none.
    pub fn new(code: &str) -> Result<Self, ValueError> {
        Code::parse(code).map(Self::from)
    }

    /// The code.
    #[must_use]
    pub const fn code(&self) -> &Code {
        &self.code
    }
}

impl<L: CodeListName> From<Code> for Coded<L> {
    fn from(code: Code) -> Self {
        Self { code, list: PhantomData }
    }
}

impl<L: CodeListName> Clone for Coded<L> {
    fn clone(&self) -> Self {
        self.code.clone().into()
    }
}

impl<L: CodeListName> PartialEq for Coded<L> {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl<L: CodeListName> Eq for Coded<L> {}

impl<L: CodeListName> fmt::Debug for Coded<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Coded<{}>(redacted)", L::NAME)
    }
}

impl<L: CodeListName> FieldType for Coded<L> {
    const TYPE: ValueType = ValueType::Code;
    const CODE_LIST: Option<&'static str> = Some(L::NAME);

    fn encode(&self, out: &mut Vec<u8>) {
        self.code.encode(out);
    }

    fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        Code::decode(bytes).map(Self::from)
    }

    fn encoded_length_hint(&self) -> usize {
        self.code.encoded_length_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Sex;

    impl CodeListName for Sex {
        const NAME: &'static str = "sex";
    }

    #[test]
    fn codes_keep_to_their_alphabet() {
        assert_eq!(Code::parse(" not_stated-2 ").unwrap().as_str(), "not_stated-2");
        for text in ["", "a b", "a.b", "é", "ស្រី", &"a".repeat(65)] {
            assert_eq!(Code::parse(text), Err(ValueError::Code), "{text}");
        }
        assert_eq!(Code::decode(b"\x62a "), Err(ValueError::Code));
    }

    #[test]
    fn a_coded_value_knows_its_list_and_hides_itself() {
        let female = Coded::<Sex>::new("female").unwrap();
        assert_eq!(Coded::<Sex>::CODE_LIST, Some("sex"));
        assert_eq!(Vec::<Coded<Sex>>::CODE_LIST, Some("sex"));
        assert!(Coded::<Sex>::new("a_code_of_a_newer_list").is_ok_and(|other| other != female));
        assert_eq!(format!("{female:?} {:?}", female.code()), "Coded<sex>(redacted) Code(redacted)");
    }
}
