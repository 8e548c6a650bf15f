//! What the macro accepts, what it refuses, and what it says then.

use syn::DeriveInput;

/// A record with this head and these fields.
fn declaration(head: &str, fields: &str) -> DeriveInput {
    let text = format!("/** A child. */ {head} pub struct Child {{ {fields} }}");
    syn::parse_str(&text).expect("the test declares a struct")
}

/// All that is said about a declaration.
fn complaints(input: &DeriveInput) -> Vec<String> {
    match crate::expand(input) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.to_string()).collect(),
    }
}

/// All that is said about these fields.
fn about_fields(fields: &str) -> Vec<String> {
    complaints(&declaration("#[record(kind = CHILD)]", fields))
}

/// The one thing that is said about a text field with these settings.
fn about(settings: &str) -> String {
    one(about_fields(&format!("/** Label. */ #[field({settings})] value: Option<Text>")))
}

fn one(mut complaints: Vec<String>) -> String {
    assert_eq!(complaints.len(), 1, "{complaints:?}");
    complaints.remove(0)
}

/// The implementation, without spaces.
fn written(head: &str, fields: &str) -> String {
    let tokens = crate::expand(&declaration(head, fields)).expect("the declaration is complete");
    syn::parse2::<syn::Item>(tokens.clone()).expect("the implementation is an item");
    tokens.to_string().replace(' ', "")
}

const HEAD: &str = "#[record(kind = CHILD, parents(CASE, UNIT), opens_scope, at_most = 64)]";

const FIELDS: &str = "
    /// Languages spoken.
    /// First those the child speaks best.
    ///
    /// Write all of them,
    /// one after the other.
    ///
    /// No dialects.
    #[field(no = 9, compartment = profile, class = quasi, release = as_is)]
    pub languages: Vec<Coded<Language>>,
    /// Family name in Khmer script.
    #[field(no = 1, compartment = identity, class = direct, search = name, required, evidence)]
    pub family_name: Option<Text>,
    /// Type of case.
    #[field(no = 2, compartment = offence, class = sensitive)]
    pub r#type: Code,
";

#[test]
fn the_spec_has_what_was_declared_ascending_by_number() {
    let written = written(HEAD, FIELDS);
    assert!(written.contains("KIND:::saferoom::model::RecordKind=::saferoom::model::RecordKind::CHILD;"));
    assert!(written.contains("parents:&[::saferoom::model::RecordKind::CASE,::saferoom::model::RecordKind::UNIT],"));
    assert!(written.contains("opens_scope:true,"));
    assert!(written.contains("label:\"Achild\","));
    assert!(written.contains("search:::core::option::Option::Some(::saferoom::model::SearchKind::Name)"));
    assert!(written.contains("release:::core::option::Option::Some(::saferoom::model::ReleaseRule::AsIs)"));
    let labels = ["FamilynameinKhmerscript", "Typeofcase", "Languagesspoken.Firstthosethechildspeaksbest"];
    let places = labels.map(|label| written.find(&format!("label:\"{label}\",")).expect("the label is there"));
    assert!(places.is_sorted());
    assert!(written.contains("help:\"Writeallofthem,oneaftertheother.\\nNodialects.\","));
    assert!(written.contains("at_most:::core::option::Option::Some(64u32),"));
}

#[test]
fn each_presence_is_encoded_and_decoded_its_own_way() {
    let written = written(HEAD, FIELDS);
    assert!(written.contains("Some(value)=&self.family_name{"));
    assert!(written.contains("if!self.languages.is_empty()"));
    assert!(written.contains("{letvalue=&self.r#type;"));
    assert!(written.contains("name:\"type\""));
    assert!(written.contains("field:\"type\",rule:\"required\""));
    assert!(written.contains("value_type:<Vec<Coded<Language>>as::saferoom::model::FieldType>::TYPE"));
    assert!(written.contains("value_type:<Textas::saferoom::model::FieldType>::TYPE"));
}

#[test]
fn a_plain_field_is_required() {
    let optional = "/** A. */ #[field(no = 1, compartment = profile, class = quasi)] a: Option<Code>";
    let plain = "/** A. */ #[field(no = 1, compartment = profile, class = quasi)] a: Code";
    assert!(written(HEAD, optional).contains("required:false"));
    assert!(written(HEAD, plain).contains("required:true"));
}

#[test]
fn a_record_without_settings_stands_by_itself_and_opens_nothing() {
    let written = written("#[record(kind = CASE)]", "");
    assert!(written.contains("parents:&[],opens_scope:false,at_most:::core::option::Option::None,fields:&[],"));
}

#[test]
fn a_record_needs_its_kind() {
    for head in ["", "#[record()]", "#[record(opens_scope)]"] {
        let said = one(complaints(&declaration(head, "")));
        assert!(said.contains("#[record(kind = CHILD)]"), "{said}");
    }
    let said = one(complaints(&declaration("#[record(kind = \"CHILD\")]", "")));
    assert!(said.contains("write `kind = CHILD`"), "{said}");
    let said = one(complaints(&declaration("#[record(kind = CHILD, parent(CASE))]", "")));
    assert_eq!(said, "unknown key; use: kind, parents, opens_scope, at_most, by_library");
    for number in ["0", "\"64\"", "4294967296"] {
        let said = one(complaints(&declaration(&format!("#[record(kind = CHILD, at_most = {number})]"), "")));
        assert!(said.contains("write `at_most = 64`"), "{said}");
    }
}

#[test]
fn only_a_struct_with_named_fields_is_a_record() {
    for text in ["enum A { B }", "union A { b: u8 }", "struct A(u8);", "struct A;"] {
        let said = one(complaints(&syn::parse_str(text).expect("the test declares a type")));
        assert!(said.contains("named fields"), "{said}");
    }
    let generic = "/** A. */ #[record(kind = CASE)] struct A<T> { /** B. */ #[field(no = 1, compartment = profile, \
                   class = quasi)] b: T }";
    let said = one(complaints(&syn::parse_str(generic).expect("the test declares a type")));
    assert!(said.contains("no type parameters"), "{said}");
}

#[test]
fn a_field_needs_number_compartment_and_class() {
    assert!(one(about_fields("/** A. */ a: Text")).contains("#[field(no = .., compartment = .., class = ..)]"));
    assert!(about("compartment = profile, class = quasi").contains("`no = ..`"));
    assert!(about("no = 1, class = quasi").contains("`compartment = ..`, one of: identity, profile,"));
    assert!(about("no = 1, compartment = profile").contains("`class = ..`, one of: direct, quasi,"));
    assert_eq!(about_fields("/** A. */ #[field()] a: Text").len(), 3);
}

#[test]
fn everything_needs_a_label() {
    let field = "#[field(no = 1, compartment = profile, class = quasi)] a: Code";
    assert!(one(about_fields(field)).contains("doc comment what `a` is"));
}

#[test]
fn numbers_are_in_range_and_unique() {
    for wrong in ["0", "-1", "4294967296", "99999999999999999999999", "\"1\"", "one", "1.0"] {
        let said = about(&format!("no = {wrong}, compartment = profile, class = quasi"));
        assert!(said.contains("from 1 to 4294967295"), "{wrong}: {said}");
    }
    for right in ["1", "4294967295", "0x10"] {
        let settings = format!("no = {right}, compartment = profile, class = quasi");
        assert!(about_fields(&format!("/** A. */ #[field({settings})] a: Code")).is_empty());
    }
    let twice = "/** A. */ #[field(no = 3, compartment = profile, class = quasi)] a: Code,
                 /** B. */ #[field(no = 3, compartment = profile, class = quasi)] b: Code";
    assert_eq!(one(about_fields(twice)), "number 3 belongs to `a`; give this field one that is free");
}

#[test]
fn unknown_names_are_answered_with_the_known_ones() {
    let said = about("no = 1, compartment = private, class = quasi");
    assert!(said.starts_with("unknown compartment `private`; use one of: identity, profile, offence,"), "{said}");
    assert!(!said.contains("oversight"), "{said}");
    let said = about("no = 1, compartment = profile, class = secret");
    assert!(said.starts_with("unknown class `secret`; use one of: direct, quasi, sensitive,"), "{said}");
    let said = about("no = 1, compartment = profile, class = quasi, search = fuzzy");
    assert_eq!(said, "unknown search `fuzzy`; use one of: exact, name, phone, date, place");
    let said = about("no = 1, compartment = profile, class = quasi, release = all");
    assert!(said.starts_with("unknown release `all`; use one of: as_is, age_in_years, year,"), "{said}");
    let said = about("no = 1, compartment = \"profile\", class = quasi");
    assert!(said.starts_with("write `compartment = ` and one of: identity,"), "{said}");
}

#[test]
fn compartments_that_saferoom_fills_are_refused_with_the_reason() {
    for (name, why) in [("search", "index"), ("statistics", "release"), ("oversight", "log"), ("roster", "members")] {
        let said = about(&format!("no = 1, compartment = {name}, class = quasi"));
        assert!(said.starts_with(&format!("no field can be in compartment `{name}`: ")), "{said}");
        assert!(said.contains(why) && said.contains("Use one of: identity"), "{said}");
    }
}

#[test]
fn keys_are_known_well_formed_and_given_once() {
    let complete = "no = 1, compartment = profile, class = quasi";
    assert!(about(&format!("{complete}, label = x")).starts_with("unknown key; use: no, compartment, class, search,"));
    assert!(about(&format!("{complete}, no = 2")).contains("`no` is given twice"));
    assert!(about(&format!("{complete}, required = true")).contains("`required` takes no value"));
    assert!(about("no = 1, compartment, class = quasi").contains("`compartment` takes a value"));
    let attributes = format!("/** A. */ #[field({complete})] #[field({complete})] a: Code");
    assert!(one(about_fields(&attributes)).contains("put everything into one"));
}

#[test]
fn nothing_leaves_in_an_extract_that_must_stay() {
    let field =
        |class: &str, release: &str| format!("no = 1, compartment = profile, class = {class}, release = {release}");
    assert!(about(&field("narrative", "present")).contains("never leaves in an extract: remove `release`"));
    assert!(about(&field("linkage", "count")).contains("never leaves in an extract: remove `release`"));
    assert!(about(&field("direct", "as_is")).contains("never leaves as it is"));
    for (class, release) in [("direct", "present"), ("quasi", "as_is"), ("operational", "as_is")] {
        assert!(about_fields(&format!("/** A. */ #[field({})] a: Text", field(class, release))).is_empty());
    }
}

#[test]
fn a_narrative_is_classed_as_one() {
    for narrative in ["Narrative", "Option<Narrative>", "Vec<Narrative>", "Option<saferoom::model::Narrative>"] {
        let field = |class: &str| {
            about_fields(&format!(
                "/** A. */ #[field(no = 1, compartment = narrative, class = {class})] a: {narrative}"
            ))
        };
        assert!(one(field("sensitive")).contains("write `class = narrative`"));
        assert!(field("narrative").is_empty());
    }
}

#[test]
fn an_optional_list_is_refused() {
    for twice in ["Option<Vec<Code>>", "Option<Option<Code>>"] {
        let field = format!("/** A. */ #[field(no = 1, compartment = profile, class = quasi)] a: {twice}");
        assert!(one(about_fields(&field)).contains("absent already"));
    }
}

#[test]
fn everything_is_said_at_once() {
    let fields = "/** A. */ #[field(no = 0, compartment = roster, class = secret, search = x, release = y, z)] a: Code,
                  /** B. */ b: Code";
    assert_eq!(complaints(&declaration("", fields)).len(), 8);
}
