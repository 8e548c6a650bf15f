use std::path::Path;

use saferoom::access::Access;
use saferoom::id::ID_LENGTH;
use saferoom::keys::{Identity, MemoryKeyStore};
use saferoom::model::Text;
use saferoom::model::records::{Case, Unit};
use saferoom::vault::{Host, Vault};

use super::*;
use crate::page::question::PageQuestion;
use crate::types::AccessInput;

/// A session as a host holds it, and the id of a case.
fn held(folder: &Path) -> (Arc<Session>, u64, [u8; ID_LENGTH]) {
    let identity = Identity::generate();
    let unit = Unit { name: Some(Text::new("Unit of the door").unwrap()), ..Unit::default() };
    let host = Host::new(MemoryKeyStore::default());
    let vault = Vault::create(&folder.join("door.saferoom"), host, &identity, "door.example.org/1", &unit).unwrap();
    let session = vault.sign_in(&identity).unwrap();
    let access = Access::for_purpose("forensic-interview");
    let case = session.create(Some(session.unit()), &Case::default(), &access).unwrap().record;
    let session = Arc::new(Session(session));
    let handle = Handle::from_arc(Arc::clone(&session)).as_raw();
    (session, handle, *case.as_bytes())
}

fn question(purpose: &str, id: [u8; ID_LENGTH]) -> Vec<u8> {
    let access = AccessInput { purpose: purpose.into(), reason: None };
    PageQuestion { kind: Some("case".into()), access, ids: id.to_vec() }.encode()
}

/// What comes out of the door: the code, and the bytes.
fn asked(handle: u64, question: &[u8]) -> (i8, Vec<u8>) {
    let mut answer = RustBuffer::default();
    // SAFETY: the tests keep their sessions until they end; the question and the room live longer than the call.
    let code = unsafe { saferoom_ask_page(handle, question.as_ptr(), question.len() as u64, &raw mut answer) };
    // SAFETY: `answer` was filled above, and is given back once; the second time it is the empty one that stays behind.
    let bytes = unsafe {
        let bytes = slice::from_raw_parts(answer.data_pointer(), answer.len()).to_vec();
        saferoom_free_answer(&raw mut answer);
        saferoom_free_answer(&raw mut answer);
        bytes
    };
    assert!(answer.is_empty());
    (code, bytes)
}

#[test]
fn it_answers_what_ask_page_answers_and_keeps_the_handle() {
    let folder = tempfile::tempdir().unwrap();
    let (session, handle, case) = held(folder.path());
    let question = question("forensic-interview", case);
    let (code, page) = asked(handle, &question);
    assert_eq!((code, page), (0, session.ask_page(&question).unwrap()));
    assert_eq!(Arc::strong_count(&session), 2, "ours, and that of the host");
}

#[test]
fn an_error_has_the_form_of_uniffi() {
    let folder = tempfile::tempdir().unwrap();
    let (session, handle, case) = held(folder.path());
    // Number of the variant, then the code.
    let code_of = |told: &[u8]| (told[..4].to_vec(), u16::from_be_bytes([told[4], told[5]]));
    let (code, told) = asked(handle, b"");
    assert_eq!((code, code_of(&told)), (1, (vec![0, 0, 0, 1], 991)));
    session.lock();
    let (code, told) = asked(handle, &question("forensic-interview", case));
    assert_eq!((code, code_of(&told)), (1, (vec![0, 0, 0, 1], 704)));
    assert_eq!(Arc::strong_count(&session), 2);
}

#[test]
fn no_session_is_an_error_of_the_host() {
    let (code, told) = asked(0, b"");
    assert_eq!((code, told.as_slice()), (2, b"the session was let go of".as_slice()));
}
