//! A value that one thread uses at a time, and that any thread can wipe at any moment without waiting for the one that
//! uses it.
//!
//! Who wipes sets a mark, then takes the value if it is free. Who uses it looks for the mark after letting go. One of the two
//! sees the other: the mark is set before the first looks whether the value is free, and the value is free before the second
//! looks for the mark.

use std::ops::{Deref, DerefMut};

use super::Error;
use super::exclusive::{Exclusive, Held};
use super::sync::{AtomicBool, Ordering, fence};

/// A value that can be wiped.
pub(super) struct Wipeable<T> {
    value: Exclusive<Option<T>>,
    wiped: AtomicBool,
}

/// The value, for one thread; perhaps gone already.
pub(super) struct InUse<'w, T> {
    held: Option<Held<'w, Option<T>>>,
    of: &'w Wipeable<T>,
    none: Option<T>,
}

impl<T> Wipeable<T> {
    pub(super) fn new(value: T) -> Self {
        Self { value: Exclusive::new(Some(value)), wiped: AtomicBool::new(false) }
    }

    /// Waits for other threads.
    ///
    /// # Errors
    /// [`Error::WithinCall`] if this thread holds it already.
    pub(super) fn lock(&self) -> Result<InUse<'_, T>, Error> {
        Ok(InUse { held: Some(self.value.lock()?), of: self, none: None })
    }

    /// The value if the mark is set and no thread uses it, without waiting. Who sets the mark asks this afterwards, and so
    /// does who lets go of the value: of two that do so at the same moment one gets it.
    pub(super) fn take_if(&self, is_marked: impl FnOnce() -> bool) -> Option<InUse<'_, T>> {
        // Between one's own step and the look at the other's: else both could miss the other.
        fence(Ordering::SeqCst);
        if !is_marked() {
            return None;
        }
        Some(InUse { held: Some(self.value.try_lock()?), of: self, none: None })
    }

    /// Whether this thread holds it.
    pub(super) fn is_held_here(&self) -> bool {
        self.value.is_held_here()
    }

    /// Wipes the value now if nobody uses it; otherwise it goes when that thread lets go.
    pub(super) fn wipe(&self) {
        self.wiped.store(true, Ordering::Release);
        self.take_if_wiped();
    }

    fn take_if_wiped(&self) {
        // Between one's own step and the look at the other's: else both could miss the other.
        fence(Ordering::SeqCst);
        if self.wiped.load(Ordering::Acquire)
            && let Some(mut value) = self.value.try_lock()
        {
            *value = None;
        }
    }
}

impl<T> Deref for InUse<'_, T> {
    type Target = Option<T>;

    fn deref(&self) -> &Option<T> {
        self.held.as_deref().unwrap_or(&self.none)
    }
}

impl<T> DerefMut for InUse<'_, T> {
    fn deref_mut(&mut self) -> &mut Option<T> {
        self.held.as_deref_mut().unwrap_or(&mut self.none)
    }
}

impl<T> Drop for InUse<'_, T> {
    fn drop(&mut self) {
        self.held = None;
        self.of.take_if_wiped();
    }
}
