//! The desk of a build without extracts has the same calls, and each of them says so with the same code.

use std::path::Path;
use std::sync::Arc;

use saferoom::keys::{Identity as CoreIdentity, MemoryKeyStore};
use saferoom::model::{Text, records::Unit};
use saferoom::vault::{Host, Vault};

use super::{absent, counts, extracts, rules, tables};
use crate::error::{ErrorKind, SaferoomError};
use crate::held::Begun;
use crate::identity::Identity;
use crate::session::Session;
use crate::types::AccessInput;

fn told<T>(answer: Result<T, SaferoomError>) {
    let Err(SaferoomError::Failure { code, kind, text, advice, .. }) = answer else {
        panic!("a build without extracts has answered");
    };
    assert_eq!((code, kind), (990, ErrorKind::Input));
    assert!(text.contains("extracts") && advice.contains("extract desk"), "{text} {advice}");
}

fn signed_in(folder: &Path) -> (Session, Arc<Identity>) {
    let identity = CoreIdentity::generate();
    let unit = Unit { name: Some(Text::new("Extract desk").unwrap()), ..Unit::default() };
    let path = folder.join("desk.saferoom");
    let host = Host::new(MemoryKeyStore::default());
    let vault = Vault::create(&path, host, &identity, "desk.example.org/audit/1", &unit).unwrap();
    let session = vault.sign_in(&identity).unwrap();
    (Session(session), Identity::of(identity, Begun::now()).unwrap())
}

/// An array takes functions of one type only: where the two desks differ, this does not compile.
#[test]
fn without_a_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (_session, identity) = signed_in(folder.path());
    let [_, call] = [tables::verify_extract, absent::verify_extract];
    told(call("extract", None));
    let [_, call] = [tables::anonymise_table, absent::anonymise_table];
    told(call(b"", "", ("", ""), None));
    let [_, call] = [tables::extract_signing_key, absent::extract_signing_key];
    told(call(&identity));
    let [_, call] = [tables::table_risk, absent::table_risk];
    told(call(b"", (&[], &[]), None));
    let [_, call] = [rules::series, absent::series];
    told(call("Monthly".into(), "inside", None, false));
    let [_, call] = [rules::exception, absent::exception];
    told(call("Monthly".into(), ""));
}

#[test]
fn of_a_vault() {
    let folder = tempfile::tempdir().unwrap();
    let (session, identity) = signed_in(folder.path());
    let access = || AccessInput { purpose: "aggregate-statistics".into(), reason: None };
    let [_, call] = [extracts::plan_extract, absent::plan_extract];
    told(call(&session, ("", ""), access(), None));
    let [_, call] = [extracts::build_extract, absent::build_extract];
    told(call(&session, ("", ""), ("", &identity), access(), None));
    let [_, call] = [extracts::finish_extract, absent::finish_extract];
    told(call(&session, "", ("", &identity), access()));
    let [_, call] = [extracts::reverse_pseudonym, absent::reverse_pseudonym];
    told(call(&session, ("", b""), &[], access()));
    let [_, call] = [counts::plan_tables, absent::plan_tables];
    told(call(&session, "", access(), None));
    let [_, call] = [counts::build_tables, absent::build_tables];
    told(call(&session, "", "", access(), None));
    let [_, call] = [counts::plan_noisy_tables, absent::plan_noisy_tables];
    told(call(&session, "", "", access()));
    let [_, call] = [counts::build_noisy_tables, absent::build_noisy_tables];
    told(call(&session, "", ("", ""), access()));
    let [_, call] = [rules::release_policy, absent::release_policy];
    told(call(&session));
    let [_, call] = [rules::release_series, absent::release_series];
    told(call(&session));
    let [_, call] = [rules::past_releases, absent::past_releases];
    told(call(&session, access()));
    let [_, call] = [rules::budget_left, absent::budget_left];
    told(call(&session, "Monthly", access()));
}
