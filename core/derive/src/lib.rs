//! `#[derive(Record)]`: one declaration per field, from which sealing, access, search, the log and extracts follow.
//!
//! The struct says which kind of record it is, each field what it is and whose keys open it:
//!
//! ```ignore
//! /// A child: victim or witness.
//! #[derive(Record)]
//! #[record(kind = CHILD, parents(CASE), opens_scope)]
//! pub struct Child {
//!     /// Family name in Khmer script.
//!     #[field(no = 1, compartment = identity, class = direct, search = name)]
//!     pub family_name: Option<Text>,
//! }
//! ```
//!
//! | on the struct | |
//! |---|---|
//! | `kind = CHILD` | a constant of `RecordKind` |
//! | `parents(CASE, ..)` | below which kinds it may stand; none: it stands by itself |
//! | `opens_scope` | it opens a scope with data keys of its own |
//! | `at_most = 64` | how many of the kind may stand below one parent |
//! | `by_library` | saferoom alone writes it; its fields are in `statistics` |
//!
//! | on a field | |
//! |---|---|
//! | `no = 1` | its number, from 1 to 2^32 - 1, for ever |
//! | `compartment = identity` | whose keys open it |
//! | `class = direct` | how sensitive it is |
//! | `search = name` | how it can be searched |
//! | `release = age_in_years` | what of it may leave in an extract |
//! | `required` | a record without it is refused |
//! | `evidence` | a court may rely on it |
//!
//! A field is `Option<T>` (absent when `None`), `Vec<T>` (absent when empty) or a plain `T` (required). The first
//! paragraph of each doc comment is the label in the catalogue, the others are the help for whoever fills in the form.

mod declare;
mod emit;
mod errors;
mod rules;
mod settings;
#[cfg(test)]
mod tests;
mod vocabulary;

use proc_macro2::TokenStream;
use syn::DeriveInput;

/// Implements `saferoom::model::Record` for a struct; see the [crate documentation](crate).
#[proc_macro_derive(Record, attributes(record, field))]
pub fn derive_record(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(&input).unwrap_or_else(|error| error.to_compile_error()).into()
}

/// The implementation, or everything that is wrong with the declaration.
fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    let record = declare::record(input)?;
    Ok(emit::record(&record))
}
