//! What records and fields are called, and what to write into them, in the language of whoever fills in a form.
//!
//! English stands with the declarations. Khmer is data, `data/labels-km.toml`; what it lacks is shown in English. A native
//! speaker has not checked it yet: [`km_status`] says so, and a host shows that.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use serde::Deserialize;

use super::{FieldSpec, RecordSpec};

/// The format of the file that this release reads.
const VERSION: u64 = 1;

const SHIPPED: &str = include_str!("../../data/labels-km.toml");

/// A language of labels and help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum LabelLanguage {
    /// English.
    #[default]
    English,
    /// Khmer.
    Khmer,
}

impl LabelLanguage {
    /// All languages.
    pub const ALL: &'static [Self] = &[Self::English, Self::Khmer];

    /// The code of ISO 639-1: `en`, `km`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Khmer => "km",
        }
    }

    /// The language of this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|language| language.code() == code)
    }
}

impl fmt::Display for LabelLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// The file as it is written: by the name of a kind, or by the path of a field, such as `child.sex`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Khmer {
    version: u64,
    km_status: String,
    label: BTreeMap<String, String>,
    help: BTreeMap<String, String>,
}

/// Which of the two texts is meant.
#[derive(Clone, Copy)]
enum Part {
    Label,
    Help,
}

fn khmer() -> &'static Khmer {
    static KHMER: OnceLock<Khmer> = OnceLock::new();
    KHMER.get_or_init(|| {
        let khmer: Khmer = toml::from_str(SHIPPED).expect("the compiled-in labels are well formed");
        assert_eq!(khmer.version, VERSION, "the compiled-in labels are of this release");
        khmer
    })
}

fn in_khmer(part: Part, path: &str) -> Option<&'static str> {
    let texts = match part {
        Part::Label => &khmer().label,
        Part::Help => &khmer().help,
    };
    texts.get(path).map(String::as_str)
}

fn in_language(part: Part, path: &str, english: &'static str, language: LabelLanguage) -> &'static str {
    match language {
        LabelLanguage::English => english,
        LabelLanguage::Khmer => in_khmer(part, path).unwrap_or(english),
    }
}

/// How far the Khmer labels have been checked.
#[must_use]
pub fn km_status() -> &'static str {
    &khmer().km_status
}

/// The path of a field, such as `child.sex`.
fn path(record: &RecordSpec, field: &FieldSpec) -> String {
    format!("{}.{}", record.name(), field.name)
}

impl RecordSpec {
    /// What it is, in this language, or in English if there is no translation.
    #[must_use]
    pub fn label_in(&self, language: LabelLanguage) -> &'static str {
        in_language(Part::Label, self.name(), self.label, language)
    }

    /// When to make one, in this language, or in English if there is no translation.
    #[must_use]
    pub fn help_in(&self, language: LabelLanguage) -> &'static str {
        in_language(Part::Help, self.name(), self.help, language)
    }

    /// What a field of it is, in this language, or in English if there is no translation.
    #[must_use]
    pub fn field_label_in(&self, field: &FieldSpec, language: LabelLanguage) -> &'static str {
        match (field.extra, language) {
            (Some(extra), LabelLanguage::Khmer) => &extra.label_km,
            _ => in_language(Part::Label, &path(self, field), field.label, language),
        }
    }

    /// What to write into a field of it, in this language, or in English if there is no translation.
    #[must_use]
    pub fn field_help_in(&self, field: &FieldSpec, language: LabelLanguage) -> &'static str {
        match (field.extra, language) {
            (Some(extra), LabelLanguage::Khmer) => &extra.help_km,
            _ => in_language(Part::Help, &path(self, field), field.help, language),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RecordKind, catalogue};

    /// Kind names and field paths.
    fn paths() -> Vec<String> {
        let of_record = |record: &&'static RecordSpec| {
            let fields = record.fields.iter().map(|field| path(record, field));
            std::iter::once(record.name().to_owned()).chain(fields).collect::<Vec<_>>()
        };
        catalogue().records().iter().flat_map(of_record).collect()
    }

    fn missing(part: Part) -> Vec<String> {
        paths().into_iter().filter(|path| in_khmer(part, path).is_none()).collect()
    }

    #[test]
    fn every_label_has_a_khmer_draft_and_none_is_of_nothing() {
        assert_eq!(missing(Part::Label), Vec::<String>::new());
        let known = paths();
        let strays: Vec<_> = khmer().label.keys().chain(khmer().help.keys()).filter(|p| !known.contains(p)).collect();
        assert!(strays.is_empty(), "{strays:?}");
        assert!(khmer().label.values().chain(khmer().help.values()).all(|text| text.chars().any(is_khmer)));
        assert!(km_status().contains("draft"));
    }

    const fn is_khmer(character: char) -> bool {
        matches!(character, '\u{1780}'..='\u{17FF}')
    }

    /// A new field may come in English first; then its path stands here until somebody has translated its help.
    #[test]
    fn help_that_is_in_english_only_is_listed() {
        const IN_ENGLISH_ONLY: [&str; 0] = [];
        assert_eq!(missing(Part::Help), IN_ENGLISH_ONLY);
    }

    #[test]
    fn labels_fall_back_to_english() {
        let child = catalogue().by_kind(RecordKind::CHILD).unwrap();
        let sex = child.field_named("sex").unwrap();
        assert_eq!(child.field_label_in(sex, LabelLanguage::English), "Sex");
        assert_eq!(child.field_label_in(sex, LabelLanguage::Khmer), "ភេទ");
        let invented = FieldSpec { name: "invented", help: "Write it.", ..*sex };
        assert_eq!(child.field_label_in(&invented, LabelLanguage::Khmer), "Sex");
        assert_eq!(child.field_help_in(&invented, LabelLanguage::Khmer), "Write it.");
        assert_ne!(child.label_in(LabelLanguage::Khmer), child.label_in(LabelLanguage::English));
        assert_eq!(child.help_in(LabelLanguage::English), child.help);
        assert_eq!(
            LabelLanguage::ALL.iter().map(|l| LabelLanguage::from_code(l.code())).collect::<Option<Vec<_>>>().unwrap(),
            LabelLanguage::ALL
        );
        assert_eq!(LabelLanguage::from_code("fr"), None);
    }
}
