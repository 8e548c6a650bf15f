//! Reads a declaration: the struct, its attributes and its fields.

use proc_macro2::Ident;
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Expr, ExprLit, Field, Fields, GenericArgument, Lit, PathArguments, Type};

use crate::errors::Errors;
use crate::rules;
use crate::settings::{self, Form, Key, Settings};
use crate::vocabulary::{self, CLASSES, COMPARTMENTS, COMPARTMENTS_BY_LIBRARY, RELEASES, SEARCHES, Term, Vocabulary};

const RECORD_KEYS: &[Key] = &[
    ("kind", Form::Value),
    ("parents", Form::List),
    ("opens_scope", Form::Flag),
    ("at_most", Form::Value),
    ("by_library", Form::Flag),
];

const FIELD_KEYS: &[Key] = &[
    ("no", Form::Value),
    ("compartment", Form::Value),
    ("class", Form::Value),
    ("search", Form::Value),
    ("release", Form::Value),
    ("required", Form::Flag),
    ("evidence", Form::Flag),
];

/// A declared record.
pub(crate) struct RecordDeclaration {
    /// The struct.
    pub(crate) name: Ident,
    /// The constant of `RecordKind`.
    pub(crate) kind: Ident,
    /// Below which kinds it may stand.
    pub(crate) parents: Vec<Ident>,
    /// Whether it opens a scope.
    pub(crate) opens_scope: bool,
    /// How many of the kind may stand below one parent.
    pub(crate) at_most: Option<u32>,
    /// What it is, in English.
    pub(crate) label: String,
    /// What to write into it and what not, in English.
    pub(crate) help: String,
    /// Its fields, ascending by number.
    pub(crate) fields: Vec<FieldDeclaration>,
}

/// A declared field.
pub(crate) struct FieldDeclaration {
    /// The field of the struct.
    pub(crate) name: Ident,
    /// Its number, and where that stands.
    pub(crate) number: (u64, Expr),
    /// What it is, in English.
    pub(crate) label: String,
    /// What to write into it and what not, in English.
    pub(crate) help: String,
    /// Whose keys open it.
    pub(crate) compartment: Term,
    /// How sensitive it is.
    pub(crate) class: Term,
    /// How it can be searched.
    pub(crate) search: Option<Term>,
    /// What of it may leave in an extract.
    pub(crate) release: Option<Term>,
    /// Whether a record without it is refused.
    pub(crate) required: bool,
    /// Whether a court may rely on it.
    pub(crate) evidence: bool,
    /// When it is absent.
    pub(crate) presence: Presence,
    /// What is encoded: the type within `Option`, else the type of the field.
    pub(crate) value: Type,
}

/// When a field is absent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// `Option<T>`: when it is `None`.
    Optional,
    /// `Vec<T>`: when it is empty.
    List,
    /// `T`: never.
    Always,
}

/// The attribute of the struct.
struct Head {
    kind: Ident,
    parents: Vec<Ident>,
    opens_scope: bool,
    at_most: Option<u32>,
    by_library: bool,
}

/// Reads and checks a whole declaration.
pub(crate) fn record(input: &DeriveInput) -> syn::Result<RecordDeclaration> {
    let declared_fields = named_fields(input)?;
    let mut errors = Errors::default();
    if !input.generics.params.is_empty() {
        errors.at(&input.generics, "a record has no type parameters or lifetimes; name the types of its fields");
    }
    let described = described(&input.attrs, &input.ident, &mut errors);
    let head = head(input, &mut errors);
    let by_library = head.as_ref().is_some_and(|head| head.by_library);
    let compartments = if by_library { &COMPARTMENTS_BY_LIBRARY } else { &COMPARTMENTS };
    let mut fields: Vec<_> =
        declared_fields.filter_map(|declared| field(declared, compartments, &mut errors)).collect();
    rules::check(&fields, &mut errors);
    fields.sort_by_key(|field| field.number.0);
    match (head, described) {
        (Some(Head { kind, parents, opens_scope, at_most, .. }), Some((label, help))) => {
            let name = input.ident.clone();
            errors.finish(RecordDeclaration { name, kind, parents, opens_scope, at_most, label, help, fields })
        }
        _ => Err(errors.finish(()).err().unwrap_or_else(|| incomplete(&input.ident))),
    }
}

/// Cannot happen: whatever is missing has been reported.
fn incomplete(name: &Ident) -> syn::Error {
    syn::Error::new_spanned(name, "the declaration of this record is incomplete")
}

fn named_fields(input: &DeriveInput) -> syn::Result<impl Iterator<Item = &Field>> {
    match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => Ok(fields.named.iter()),
            _ => Err(syn::Error::new_spanned(&input.ident, "a record needs named fields: write `struct Name { .. }`")),
        },
        _ => Err(syn::Error::new_spanned(&input.ident, "a record is a struct with named fields, not an enum or union")),
    }
}

fn head(input: &DeriveInput, errors: &mut Errors) -> Option<Head> {
    const MISSING: &str = "say which kind of record this is: `#[record(kind = CHILD)]`, a constant of \
                           `saferoom::model::RecordKind`";
    let Some(attribute) = settings::find(&input.attrs, "record", errors) else {
        errors.at(&input.ident, MISSING);
        return None;
    };
    let settings = Settings::read(attribute, RECORD_KEYS, errors)?;
    let parents = settings.list("parents", errors);
    let opens_scope = settings.mentions("opens_scope");
    let at_most = settings.value("at_most").and_then(|written| at_most(written, errors));
    if !settings.mentions("kind") {
        errors.at(attribute, MISSING);
    }
    let written = settings.value("kind")?;
    let Some(kind) = vocabulary::word(written) else {
        errors.at(written, "`kind` is a constant of `saferoom::model::RecordKind`: write `kind = CHILD`");
        return None;
    };
    let by_library = settings.mentions("by_library");
    Some(Head { kind: kind.clone(), parents, opens_scope, at_most, by_library })
}

fn field(declared: &Field, compartments: &Vocabulary, errors: &mut Errors) -> Option<FieldDeclaration> {
    let name = declared.ident.clone()?;
    let described = described(&declared.attrs, &name, errors);
    let Some(attribute) = settings::find(&declared.attrs, "field", errors) else {
        let advice = "say what this field is: `#[field(no = .., compartment = .., class = ..)]`";
        errors.at(&name, advice);
        return None;
    };
    let settings = Settings::read(attribute, FIELD_KEYS, errors)?;
    let number = number(&settings, errors);
    let compartment = needed(&settings, compartments, "whose keys open this field", errors);
    let class = needed(&settings, &CLASSES, "how sensitive this field is", errors);
    let search = optional(&settings, &SEARCHES, errors);
    let release = optional(&settings, &RELEASES, errors);
    rules::check_class(class.as_ref(), release.as_ref(), &declared.ty, errors);
    let (presence, value) = presence(&declared.ty, errors);
    let (number, compartment, class, (label, help)) = (number?, compartment?, class?, described?);
    let required = settings.mentions("required") || presence == Presence::Always;
    let evidence = settings.mentions("evidence");
    Some(FieldDeclaration {
        name,
        number,
        label,
        help,
        compartment,
        class,
        search,
        release,
        required,
        evidence,
        presence,
        value,
    })
}

fn described(attributes: &[syn::Attribute], name: &Ident, errors: &mut Errors) -> Option<(String, String)> {
    let described = settings::label_and_help(attributes);
    if described.is_none() {
        let name_text = name.unraw();
        errors.at(name, format!("say in a doc comment what `{name_text}` is: its first line is the catalogue's label"));
    }
    described
}

fn at_most(written: &Expr, errors: &mut Errors) -> Option<u32> {
    let number = whole_number(written);
    if number.is_none() {
        errors.at(written, "`at_most` is how many of this kind may stand below one parent: write `at_most = 64`");
    }
    number
}

/// A number from 1 to 2^32 - 1.
fn whole_number(written: &Expr) -> Option<u32> {
    match written {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => number.base10_parse::<u32>().ok().filter(|n| *n > 0),
        _ => None,
    }
}

fn number(settings: &Settings<'_>, errors: &mut Errors) -> Option<(u64, Expr)> {
    if !settings.mentions("no") {
        errors.at(settings.attribute, "give this field a number that no field of this kind ever had: `no = ..`");
    }
    let written = settings.value("no")?;
    let number = whole_number(written);
    if number.is_none() {
        errors.at(written, "a field number is from 1 to 4294967295; higher ones are for the extra fields of a vault");
    }
    Some((number?.into(), written.clone()))
}

fn needed(settings: &Settings<'_>, names: &Vocabulary, what: &str, errors: &mut Errors) -> Option<Term> {
    let key = names.key();
    if !settings.mentions(key) {
        errors.at(settings.attribute, format!("say {what}: `{key} = ..`, one of: {}", names.listed()));
    }
    optional(settings, names, errors)
}

fn optional(settings: &Settings<'_>, names: &Vocabulary, errors: &mut Errors) -> Option<Term> {
    names.look_up(settings.value(names.key())?, errors)
}

/// When a field of this type is absent, and what of it is encoded.
fn presence(field: &Type, errors: &mut Errors) -> (Presence, Type) {
    if within(field, "Vec").is_some() {
        return (Presence::List, field.clone());
    }
    let Some(value) = within(field, "Option") else {
        return (Presence::Always, field.clone());
    };
    if within(value, "Vec").is_some() || within(value, "Option").is_some() {
        errors.at(field, "use `Vec<T>` or `Option<T>` alone: an empty list is absent already");
    }
    (Presence::Optional, value.clone())
}

/// The `T` of `Outer<T>`.
fn within<'a>(outer: &'a Type, name: &str) -> Option<&'a Type> {
    let path = type_path(outer)?;
    let last = path.segments.last().filter(|last| last.ident == name)?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            GenericArgument::Type(inner) => Some(inner),
            _ => None,
        },
        _ => None,
    }
}

/// The last word of a type, within `Option` and `Vec`.
pub(crate) fn bare_name(field: &Type) -> Option<&Ident> {
    if let Some(inner) = within(field, "Option").or_else(|| within(field, "Vec")) {
        return bare_name(inner);
    }
    type_path(field)?.segments.last().map(|last| &last.ident)
}

/// The path of a type, also of one that a macro passed on.
fn type_path(named: &Type) -> Option<&syn::Path> {
    match named {
        Type::Path(path) => Some(&path.path),
        Type::Group(group) => type_path(&group.elem),
        Type::Paren(paren) => type_path(&paren.elem),
        _ => None,
    }
}
