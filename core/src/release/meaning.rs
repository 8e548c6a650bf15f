//! What a column means where the catalogue knows it: whether it may leave, its labels, the labels of its codes.

use serde::{Deserialize, Serialize};

use super::children::is_exact;
use super::spec::Role;
use crate::model::{
    CodeEntry, CodeList, FieldClass, FieldSpec, LabelLanguage, RecordSpec, ReleaseRule, ValueType, catalogue,
    code_lists,
};

/// A text in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// In English.
    pub en: String,
    /// In Khmer; empty if there is no translation.
    #[serde(default)]
    pub km: String,
}

/// A field of the catalogue, as a specification names it: `child.sex`.
#[derive(Debug, Clone, Copy)]
pub(super) struct KnownField {
    record: &'static RecordSpec,
    field: &'static FieldSpec,
}

impl KnownField {
    /// The field of this path.
    pub(super) fn find(path: &str) -> Option<Self> {
        catalogue().field(path).map(|(record, field)| Self { record, field })
    }

    /// Why a column of this field may not have a role; decided by class and type, not by what stands in the column.
    pub(super) fn refuses(self, role: Role) -> Option<&'static str> {
        let field = self.field;
        if !role.leaves() {
            return None;
        }
        match (field.class, field.value_type) {
            (FieldClass::Narrative, _) | (_, ValueType::Narrative) => Some("it is free text, which never leaves"),
            (FieldClass::Linkage, _) | (_, ValueType::Id) => Some("it links records, which never leaves"),
            (_, ValueType::Text) if !matches!(field.release, Some(ReleaseRule::Count | ReleaseRule::Present)) => {
                Some("it is free text, which never leaves")
            }
            (FieldClass::Direct, _) if field.release.is_none() => {
                Some("it identifies a person by itself, which never leaves")
            }
            (FieldClass::Direct | FieldClass::Quasi, _) if role != Role::QuasiIdentifying => {
                Some("it could tell who somebody is: its role is quasi-identifying, or it does not leave")
            }
            (FieldClass::Operational, _) if role != Role::QuasiIdentifying && is_exact(field) => Some(
                "an exact number, day or place could tell who somebody is: its role is quasi-identifying, or it does not leave",
            ),
            (FieldClass::Sensitive, _) if role == Role::Insensitive => {
                Some("it must not become known of anybody: its role is sensitive")
            }
            _ => None,
        }
    }

    /// What the column is called.
    pub(super) fn label(self) -> Label {
        let label = |language| self.record.field_label_in(self.field, language);
        let (en, km) = (label(LabelLanguage::English), label(LabelLanguage::Khmer));
        Label { en: en.to_owned(), km: if en == km { String::new() } else { km.to_owned() } }
    }

    /// Whether a value can stand in the column at all: any but where a code is expected, or several, joined by `;`.
    pub(super) fn allows(self, value: &str) -> bool {
        self.lists().is_empty() || value.split(';').all(|code| self.code(code).is_some())
    }

    /// What a code of the column means.
    pub(super) fn code_label(self, code: &str) -> Option<Label> {
        self.code(code).map(|entry| Label { en: entry.en.clone(), km: entry.km.clone() })
    }

    fn code(self, code: &str) -> Option<&'static CodeEntry> {
        self.lists().into_iter().find_map(|list| list.entry(code))
    }

    /// The list of the field's codes, and the one of their parents. None where only a number or yes and no leaves.
    fn lists(self) -> Vec<&'static CodeList> {
        let coded = matches!(self.field.release, None | Some(ReleaseRule::AsIs | ReleaseRule::CoarseCode));
        let own = self.field.code_list.filter(|_| coded).and_then(|name| code_lists().list(name));
        let above = own.and_then(|list| list.parent_list.as_deref()).and_then(|name| code_lists().list(name));
        own.into_iter().chain(above).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refuses(path: &str, role: Role) -> bool {
        KnownField::find(path).unwrap().refuses(role).is_some()
    }

    #[test]
    fn what_a_field_is_decides_whether_it_leaves() {
        assert!(refuses("child.family_name", Role::QuasiIdentifying));
        assert!(!refuses("child.family_name", Role::Identifier));
        assert!(refuses("child.sex", Role::Insensitive) && !refuses("child.sex", Role::QuasiIdentifying));
        assert!(!refuses("child.date_of_birth", Role::QuasiIdentifying), "its age leaves");
        // No field of these classes can leave in any role.
        for record in catalogue().records() {
            for field in record.fields {
                let known = KnownField { record, field };
                let never = matches!(field.class, FieldClass::Narrative | FieldClass::Linkage);
                for role in [Role::QuasiIdentifying, Role::Sensitive, Role::Insensitive] {
                    assert!(!never || known.refuses(role).is_some(), "{}.{}", record.name(), field.name);
                }
            }
        }
    }

    #[test]
    fn codes_have_labels_and_other_values_are_none() {
        let sex = KnownField::find("child.sex").unwrap();
        assert!(sex.allows("female") && !sex.allows("Sokha") && !sex.allows("female;Sokha"));
        let harm = KnownField::find("child.harm_forms").unwrap();
        assert!(harm.allows("rape;sexual_abuse_contact") && !harm.allows("rape;"));
        assert_eq!(sex.code_label("female").unwrap().en, "Female");
        assert!(!sex.label().en.is_empty() && !sex.label().km.is_empty());
    }
}
