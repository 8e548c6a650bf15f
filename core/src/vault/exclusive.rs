//! A lock that refuses the thread that already holds it, instead of letting it wait for itself for ever.

use std::ops::{Deref, DerefMut};
use std::sync::{PoisonError, TryLockError};

use super::Error;
use super::sync::{Mutex, MutexGuard, ThreadId, current_thread};

/// A value that one thread uses at a time.
pub(super) struct Exclusive<T> {
    value: Mutex<T>,
    holder: Mutex<Option<ThreadId>>,
}

/// The value, for one thread.
pub(super) struct Held<'e, T> {
    value: MutexGuard<'e, T>,
    holder: &'e Mutex<Option<ThreadId>>,
}

impl<T> Exclusive<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value: Mutex::new(value), holder: Mutex::new(None) }
    }

    /// Waits for other threads.
    ///
    /// # Errors
    /// [`Error::WithinCall`] if this thread holds it already: the host called from inside one of its own calls.
    pub(super) fn lock(&self) -> Result<Held<'_, T>, Error> {
        if self.is_held_here() {
            return Err(Error::WithinCall);
        }
        // A panic elsewhere leaves nothing half done: its transaction was rolled back, and what is in memory is not
        // trusted after an act that did not end (see `Unlocked::refresh`).
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        *recover(&self.holder) = Some(current_thread().id());
        Ok(Held { value, holder: &self.holder })
    }
}

impl<T> Exclusive<T> {
    /// Whether this thread holds it.
    pub(super) fn is_held_here(&self) -> bool {
        *recover(&self.holder) == Some(current_thread().id())
    }

    /// The value if no thread uses it, without waiting.
    pub(super) fn try_lock(&self) -> Option<Held<'_, T>> {
        let value = match self.value.try_lock() {
            Ok(value) => value,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return None,
        };
        *recover(&self.holder) = Some(current_thread().id());
        Some(Held { value, holder: &self.holder })
    }
}

fn recover<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T> Drop for Held<'_, T> {
    fn drop(&mut self) {
        *recover(self.holder) = None;
    }
}
