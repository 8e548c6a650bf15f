//! Collects compile errors, so that all of them are reported at once.

use std::fmt::Display;

use quote::ToTokens;

/// What is wrong so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    /// Adds an error that underlines these tokens.
    pub(crate) fn at(&mut self, tokens: impl ToTokens, message: impl Display) {
        self.push(syn::Error::new_spanned(tokens, message));
    }

    /// Adds an error.
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The result, if nothing was wrong.
    pub(crate) fn finish<T>(self, result: T) -> syn::Result<T> {
        self.0.map_or(Ok(result), Err)
    }
}
