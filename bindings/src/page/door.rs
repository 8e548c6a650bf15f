//! The plain door to pages: a question by its address in, the place of an answer out (docs/adr/0107).
//!
//! uniffi hands structures over by value, which costs the JVM microseconds for each of them, and wants a handle of its own
//! for each call. Here four numbers cross, and the caller's handle is only looked at. What is answered is what `ask_page`
//! answers; errors and panics have uniffi's own form. The two functions are declared to C in `bindings/door.h`.

use std::slice;
use std::sync::Arc;

use uniffi::{Handle, LowerError, RustBuffer, RustCallError, RustCallStatus, rust_call};

use crate::UniFfiTag;
use crate::error::SaferoomError;
use crate::session::Session;

/// Asks a page as `Session::ask_page` does. Answers 0 and the page in `answer`, or the code of uniffi's call status and what
/// belongs to it. What stands in `answer` is given back with `saferoom_free_answer`.
///
/// # Safety
/// `session` is a handle that uniffi has given out and that is not freed before this returns. `question` points to `length`
/// bytes that nobody writes meanwhile, or `length` is 0. `answer` points to room for a buffer, aligned for it.
#[unsafe(no_mangle)]
unsafe extern "C" fn saferoom_ask_page(session: u64, question: *const u8, length: u64, answer: *mut RustBuffer) -> i8 {
    let mut status = RustCallStatus::default();
    let page = rust_call(&mut status, || {
        let unusable = |what: &str| RustCallError::InternalError(what.to_owned());
        let length = usize::try_from(length).map_err(|_| unusable("the question is too long"))?;
        let question = match length {
            0 => &[],
            // SAFETY: the caller promises so many bytes, which nobody writes until this returns.
            _ => unsafe { slice::from_raw_parts(question, length) },
        };
        // SAFETY: the caller promises a handle of uniffi, which makes them of an `Arc`, and keeps it until this returns.
        let session: Arc<Session> = unsafe {
            Handle::from_raw(session).ok_or_else(|| unusable("the session was let go of"))?.into_arc_borrowed()
        };
        let page = session.ask_page(question);
        page.map(RustBuffer::from_vec)
            .map_err(|error| RustCallError::Error(<SaferoomError as LowerError<UniFfiTag>>::lower_error(error)))
    });
    let code = status.code as i8;
    let told = if code == 0 { page } else { std::mem::take(&mut *status.error_buf) };
    // SAFETY: the caller promises room for a buffer; what stands there is no value, so that nothing is dropped.
    unsafe { answer.write(told) };
    code
}

/// Takes an answer back; its bytes are overwritten, as everything that this library frees.
///
/// # Safety
/// `answer` points to what `saferoom_ask_page` has put there, and that has not been given back before.
#[unsafe(no_mangle)]
unsafe extern "C" fn saferoom_free_answer(answer: *mut RustBuffer) {
    // SAFETY: the caller promises such a buffer. An empty one stays behind: given back twice by mistake, it is none.
    let told = unsafe { answer.replace(RustBuffer::default()) };
    told.destroy();
}

#[cfg(test)]
mod tests;
