//! The settings within one attribute: `#[field(no = 1, required)]`.

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Ident, Meta, Token};

use crate::errors::Errors;

/// How a setting is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `key = value`.
    Value,
    /// `key`.
    Flag,
    /// `key(A, B)`.
    List,
}

/// A setting that an attribute may have.
pub(crate) type Key = (&'static str, Form);

/// What an attribute says.
pub(crate) struct Settings<'a> {
    /// The attribute.
    pub(crate) attribute: &'a Attribute,
    metas: Vec<Meta>,
}

/// The attributes of this name, of which there may be one.
pub(crate) fn find<'a>(attributes: &'a [Attribute], name: &str, errors: &mut Errors) -> Option<&'a Attribute> {
    let mut found = attributes.iter().filter(|attribute| attribute.path().is_ident(name));
    let first = found.next();
    for again in found {
        errors.at(again, format!("`#[{name}(..)]` is given twice; put everything into one"));
    }
    first
}

impl<'a> Settings<'a> {
    /// Reads the settings of an attribute, and reports those that are unknown, malformed or repeated.
    pub(crate) fn read(attribute: &'a Attribute, keys: &[Key], errors: &mut Errors) -> Option<Self> {
        let parsed = attribute.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let metas = parsed.map_err(|error| errors.push(error)).ok()?;
        let mut settings = Self { attribute, metas: Vec::with_capacity(metas.len()) };
        for meta in metas {
            if let Some(objection) = settings.objection(&meta, keys) {
                errors.at(&meta, objection);
            }
            settings.metas.push(meta);
        }
        Some(settings)
    }

    /// Why a setting is refused.
    fn objection(&self, meta: &Meta, keys: &[Key]) -> Option<String> {
        let Some((key, form)) = keys.iter().find(|(key, _)| meta.path().is_ident(key)) else {
            let known: Vec<_> = keys.iter().map(|(key, _)| *key).collect();
            return Some(format!("unknown key; use: {}", known.join(", ")));
        };
        if self.get(key).is_some() {
            return Some(format!("`{key}` is given twice; keep one"));
        }
        match (form, meta) {
            (Form::Value, Meta::NameValue(_)) | (Form::Flag, Meta::Path(_)) | (Form::List, Meta::List(_)) => None,
            (Form::Value, _) => Some(format!("`{key}` takes a value: write `{key} = ..`")),
            (Form::Flag, _) => Some(format!("`{key}` takes no value: write `{key}`, or leave it out")),
            (Form::List, _) => Some(format!("`{key}` takes a list: write `{key}(..)`")),
        }
    }

    fn get(&self, key: &str) -> Option<&Meta> {
        self.metas.iter().find(|meta| meta.path().is_ident(key))
    }

    /// The value of a key.
    pub(crate) fn value(&self, key: &str) -> Option<&Expr> {
        match self.get(key)? {
            Meta::NameValue(pair) => Some(&pair.value),
            _ => None,
        }
    }

    /// Whether the key is given, in whatever form.
    pub(crate) fn mentions(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The words of a list, empty if it is not given.
    pub(crate) fn list(&self, key: &str, errors: &mut Errors) -> Vec<Ident> {
        let Some(Meta::List(list)) = self.get(key) else {
            return Vec::new();
        };
        match list.parse_args_with(Punctuated::<Ident, Token![,]>::parse_terminated) {
            Ok(words) => words.into_iter().collect(),
            Err(error) => {
                errors.push(error);
                Vec::new()
            }
        }
    }
}

/// The first paragraph of the doc comment, without a full stop at its end, and the others, one to a line.
pub(crate) fn label_and_help(attributes: &[Attribute]) -> Option<(String, String)> {
    let mut paragraphs = vec![String::new()];
    for text in attributes.iter().filter_map(doc) {
        for line in text.split('\n').map(str::trim) {
            append(&mut paragraphs, line);
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    let (label, help) = paragraphs.split_first()?;
    Some((label.strip_suffix('.').unwrap_or(label).to_owned(), help.join("\n")))
}

/// Appends a line to the last paragraph; an empty line begins the next.
fn append(paragraphs: &mut Vec<String>, line: &str) {
    match paragraphs.last_mut() {
        Some(last) if !line.is_empty() => {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(line);
        }
        Some(last) if last.is_empty() => {}
        _ => paragraphs.push(String::new()),
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    match (&pair.value, pair.path.is_ident("doc")) {
        (Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }), true) => Some(text.value()),
        _ => None,
    }
}
