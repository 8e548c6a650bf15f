//! The locks and threads of the standard library. `tests/interleavings` puts others in their place, which try every
//! order in which threads can come.

pub(super) use std::sync::atomic::{AtomicBool, Ordering, fence};
pub(super) use std::sync::{Mutex, MutexGuard};
pub(super) use std::thread::{ThreadId, current as current_thread};
