//! The names that a declaration may use. They are those of `saferoom::model`, which has the meaning of each.

use proc_macro2::Span;
use syn::{Expr, Ident};

use crate::errors::Errors;

/// One list of names.
pub(crate) struct Vocabulary {
    /// The key that takes them; also what they are.
    key: &'static str,
    /// The enum of `saferoom::model`.
    enumeration: &'static str,
    /// Name and case.
    names: &'static [(&'static str, &'static str)],
    /// Names that exist but that no field may use, and why.
    refused: &'static [(&'static str, &'static str)],
}

/// Whose keys open a field.
pub(crate) const COMPARTMENTS: Vocabulary = Vocabulary {
    key: "compartment",
    enumeration: "Compartment",
    names: &[
        ("identity", "Identity"),
        ("profile", "Profile"),
        ("offence", "Offence"),
        ("narrative", "Narrative"),
        ("wellbeing", "Wellbeing"),
        ("evidence", "Evidence"),
        ("referral", "Referral"),
        ("operations", "Operations"),
        ("rooms", "Rooms"),
    ],
    refused: &[
        ("search", "it holds the blind index, which saferoom fills; give the field another and add `search = ..`"),
        ("statistics", "it holds derived values, which saferoom fills; give the field another and add `release = ..`"),
        ("oversight", "it holds the access log, which saferoom writes"),
        ("roster", "it holds the list of members, which every member can read"),
    ],
};

/// Whose keys open a field of a record that saferoom alone writes.
pub(crate) const COMPARTMENTS_BY_LIBRARY: Vocabulary =
    Vocabulary { key: "compartment", enumeration: "Compartment", names: &[("statistics", "Statistics")], refused: &[] };

/// How sensitive a field is.
pub(crate) const CLASSES: Vocabulary = Vocabulary {
    key: "class",
    enumeration: "FieldClass",
    names: &[
        ("direct", "Direct"),
        ("quasi", "Quasi"),
        ("sensitive", "Sensitive"),
        ("narrative", "Narrative"),
        ("operational", "Operational"),
        ("linkage", "Linkage"),
    ],
    refused: &[],
};

/// How a field can be searched.
pub(crate) const SEARCHES: Vocabulary = Vocabulary {
    key: "search",
    enumeration: "SearchKind",
    names: &[("exact", "Exact"), ("name", "Name"), ("phone", "Phone"), ("date", "Date"), ("place", "Place")],
    refused: &[],
};

/// What of a field may leave in an extract.
pub(crate) const RELEASES: Vocabulary = Vocabulary {
    key: "release",
    enumeration: "ReleaseRule",
    names: &[
        ("as_is", "AsIs"),
        ("age_in_years", "AgeInYears"),
        ("year", "Year"),
        ("month", "Month"),
        ("quarter", "Quarter"),
        ("province", "Province"),
        ("district", "District"),
        ("count", "Count"),
        ("present", "Present"),
        ("coarse_code", "CoarseCode"),
    ],
    refused: &[],
};

/// A name that a declaration used.
pub(crate) struct Term {
    /// The name.
    pub(crate) name: &'static str,
    /// The enum of `saferoom::model`.
    pub(crate) enumeration: Ident,
    /// The case of the enum.
    pub(crate) case: Ident,
    /// Where it stands.
    pub(crate) written: Expr,
}

impl Vocabulary {
    /// The key that takes these names.
    pub(crate) fn key(&self) -> &'static str {
        self.key
    }

    /// All names, for messages.
    pub(crate) fn listed(&self) -> String {
        let names: Vec<_> = self.names.iter().map(|(name, _)| *name).collect();
        names.join(", ")
    }

    /// What was written, if it is one of the names.
    pub(crate) fn look_up(&self, written: &Expr, errors: &mut Errors) -> Option<Term> {
        let Some(word) = word(written) else {
            errors.at(written, format!("write `{} = ` and one of: {}", self.key, self.listed()));
            return None;
        };
        let Some((name, case)) = self.names.iter().find(|(name, _)| word == name) else {
            errors.at(written, self.refusal(&word.to_string()));
            return None;
        };
        let span = Span::call_site();
        let (enumeration, case) = (Ident::new(self.enumeration, span), Ident::new(case, span));
        Some(Term { name, enumeration, case, written: written.clone() })
    }

    fn refusal(&self, word: &str) -> String {
        let (key, listed) = (self.key, self.listed());
        match self.refused.iter().find(|(name, _)| *name == word) {
            Some((_, why)) => format!("no field can be in {key} `{word}`: {why}. Use one of: {listed}"),
            None => format!("unknown {key} `{word}`; use one of: {listed}"),
        }
    }
}

/// The expression as a single word.
pub(crate) fn word(expression: &Expr) -> Option<&Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident(),
        _ => None,
    }
}
