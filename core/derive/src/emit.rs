//! Writes the implementation of `saferoom::model::Record`.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use crate::declare::{FieldDeclaration, Presence, RecordDeclaration};
use crate::rules::NARRATIVE_CLASS;
use crate::vocabulary::Term;

/// The implementation for a declared record.
pub(crate) fn record(record: &RecordDeclaration) -> TokenStream {
    let RecordDeclaration { name, kind, .. } = record;
    let spec = spec(record);
    let assertions = record.fields.iter().filter(|field| field.class.name != "narrative").map(no_narrative);
    let encoded = record.fields.iter().map(encode);
    let decoded = record.fields.iter().map(decode);
    quote! {
        const _: () = {
            const KIND: ::saferoom::model::RecordKind = ::saferoom::model::RecordKind::#kind;
            static SPEC: ::saferoom::model::RecordSpec = #spec;
            #(#assertions)*

            #[automatically_derived]
            impl ::saferoom::model::Record for #name {
                fn spec() -> &'static ::saferoom::model::RecordSpec {
                    &SPEC
                }

                #[allow(unused_variables)]
                fn encode(
                    &self,
                    fields: &mut ::saferoom::model::FieldBuffer,
                ) -> ::core::result::Result<(), ::saferoom::model::ModelError> {
                    #(#encoded)*
                    ::core::result::Result::Ok(())
                }

                #[allow(unused_variables)]
                fn decode(
                    fields: &::saferoom::model::FieldBuffer,
                ) -> ::core::result::Result<Self, ::saferoom::model::ModelError> {
                    ::core::result::Result::Ok(Self { #(#decoded)* })
                }
            }
        };
    }
}

fn spec(record: &RecordDeclaration) -> TokenStream {
    let RecordDeclaration { parents, opens_scope, label, help, .. } = record;
    let fields = record.fields.iter().map(field_spec);
    let at_most = match record.at_most {
        Some(number) => quote!(::core::option::Option::Some(#number)),
        None => quote!(::core::option::Option::None),
    };
    quote! {
        ::saferoom::model::RecordSpec {
            kind: KIND,
            label: #label,
            help: #help,
            parents: &[#(::saferoom::model::RecordKind::#parents),*],
            opens_scope: #opens_scope,
            at_most: #at_most,
            fields: &[#(#fields),*],
        }
    }
}

fn field_spec(field: &FieldDeclaration) -> TokenStream {
    let FieldDeclaration { label, help, evidence, required, .. } = field;
    let (number, name) = (number(field), name(field));
    let (compartment, class) = (term(&field.compartment), term(&field.class));
    let (search, release) = (optional_term(field.search.as_ref()), optional_term(field.release.as_ref()));
    let value = value_type(field);
    quote! {
        ::saferoom::model::FieldSpec {
            number: #number,
            name: #name,
            label: #label,
            help: #help,
            compartment: #compartment,
            class: #class,
            evidence: #evidence,
            search: #search,
            release: #release,
            value_type: #value::TYPE,
            repeated: #value::REPEATED,
            required: #required,
            code_list: #value::CODE_LIST,
            extra: ::core::option::Option::None,
        }
    }
}

/// Refuses a narrative that goes by another name, such as a type alias, which the rules cannot see.
fn no_narrative(field: &FieldDeclaration) -> TokenStream {
    let (value, message) = (value_type(field), NARRATIVE_CLASS);
    quote_spanned! {field.value.span()=>
        const _: () = ::core::assert!(
            !::core::matches!(#value::TYPE, ::saferoom::model::ValueType::Narrative),
            #message
        );
    }
}

/// Appends a field, unless it is absent.
fn encode(field: &FieldDeclaration) -> TokenStream {
    let FieldDeclaration { name, .. } = field;
    let (number, value) = (number(field), value_type(field));
    let push = quote! {
        fields.reserve(#value::encoded_length_hint(value));
        fields.push_with(#number, |out| #value::encode(value, out))?;
    };
    match field.presence {
        Presence::Optional => quote!(if let ::core::option::Option::Some(value) = &self.#name { #push }),
        Presence::List => quote!(if !self.#name.is_empty() { let value = &self.#name; #push }),
        Presence::Always => quote!({ let value = &self.#name; #push }),
    }
}

/// Takes a field out of the buffer.
fn decode(field: &FieldDeclaration) -> TokenStream {
    let name = &field.name;
    let (number, text, value) = (number(field), self::name(field), value_type(field));
    let when_absent = when_absent(field);
    quote! {
        #name: fields
            .get(#number)
            .map(#value::decode)
            .transpose()
            .map_err(|reason| ::saferoom::model::ModelError::Field { kind: KIND.name(), field: #text, reason })?
            #when_absent,
    }
}

fn when_absent(field: &FieldDeclaration) -> TokenStream {
    let name = name(field);
    match field.presence {
        Presence::Optional => TokenStream::new(),
        Presence::List => quote!(.unwrap_or_default()),
        Presence::Always => quote! {
            .ok_or_else(|| ::saferoom::model::ModelError::Invalid(::std::vec![::saferoom::model::Violation {
                kind: KIND.name(),
                field: #name,
                rule: "required",
            }]))?
        },
    }
}

fn number(field: &FieldDeclaration) -> TokenStream {
    let number = field.number.0;
    quote!(const { ::saferoom::model::FieldNumber::new(#number) })
}

fn name(field: &FieldDeclaration) -> String {
    field.name.unraw().to_string()
}

/// `<T as FieldType>`, so that a type that is none is underlined where the struct has it.
fn value_type(field: &FieldDeclaration) -> TokenStream {
    let value = &field.value;
    quote_spanned!(value.span()=> <#value as ::saferoom::model::FieldType>)
}

fn term(term: &Term) -> TokenStream {
    let Term { enumeration, case, .. } = term;
    quote!(::saferoom::model::#enumeration::#case)
}

fn optional_term(optional: Option<&Term>) -> TokenStream {
    match optional.map(term) {
        Some(term) => quote!(::core::option::Option::Some(#term)),
        None => quote!(::core::option::Option::None),
    }
}
