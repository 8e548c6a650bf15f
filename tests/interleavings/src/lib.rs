//! The locks of a vault under every order in which threads can come (loom): the sources of the library are compiled here
//! once more, with loom's locks in the place of those of the standard library.

#![cfg(test)]

#[allow(dead_code)]
#[path = "../../../core/src/vault/exclusive.rs"]
mod exclusive;
#[allow(dead_code)]
#[path = "../../../core/src/vault/wipeable.rs"]
mod wipeable;

mod sync {
    pub(super) use loom::sync::atomic::{AtomicBool, Ordering, fence};
    pub(super) use loom::sync::{Mutex, MutexGuard};
    pub(super) use loom::thread::{ThreadId, current as current_thread};
}

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, Ordering};
use loom::thread;
use wipeable::Wipeable;

/// What the library answers to a thread that already holds what it asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Error {
    WithinCall,
}

/// All orders with at most so many changes of the thread where it could have gone on.
const CHANGES: usize = 3;

fn in_every_order(scenario: impl Fn() + Sync + Send + 'static) {
    let mut model = loom::model::Builder::new();
    model.preemption_bound = Some(CHANGES);
    model.check(scenario);
}

/// The keys, and whether somebody has taken them.
struct Scene {
    keys: Wipeable<u8>,
    taken: AtomicBool,
}

/// Takes the keys and lets go of them. With `slowly`, others come in between for certain.
fn use_them(scene: &Scene, slowly: bool) {
    let held = scene.keys.lock().unwrap();
    scene.taken.store(true, Ordering::Relaxed);
    if slowly {
        thread::yield_now();
    }
    drop(held);
}

/// Users, and one who wipes: in the end the keys are gone, though nobody asks for them again.
fn wiped_while<const USERS: usize>(slowly: [bool; USERS]) {
    in_every_order(move || {
        let scene = Arc::new(Scene { keys: Wipeable::new(7), taken: AtomicBool::new(false) });
        let users = slowly.map(|slowly| {
            let scene = scene.clone();
            thread::spawn(move || use_them(&scene, slowly))
        });
        // Not asked for its answer. Without it loom sees no reason to try the wipe while the keys are in use: a lock that
        // is asked for without waiting is none.
        let _ = scene.taken.load(Ordering::Relaxed);
        scene.keys.wipe();
        users.into_iter().for_each(|user| user.join().unwrap());
        assert!(scene.keys.lock().unwrap().is_none());
    });
}

#[test]
fn a_wipe_is_never_missed() {
    wiped_while([false]);
    wiped_while([true]);
}

/// One that lets go for the other does not hide the mark from it.
#[test]
fn a_wipe_is_never_missed_by_two_users() {
    wiped_while([false, false]);
    wiped_while([false, true]);
    wiped_while([true, true]);
}

/// Users, and one who marks the keys as ending, without waiting: whoever comes last takes them.
fn ended_while<const USERS: usize>(slowly: [bool; USERS]) {
    in_every_order(move || {
        let scene = Arc::new((Scene { keys: Wipeable::new(7), taken: AtomicBool::new(false) }, AtomicBool::new(false)));
        let end = |scene: &(Scene, AtomicBool)| {
            if let Some(mut keys) = scene.0.keys.take_if(|| scene.1.load(Ordering::Acquire)) {
                *keys = None;
            }
        };
        let users = slowly.map(|slowly| {
            let scene = scene.clone();
            thread::spawn(move || {
                use_them(&scene.0, slowly);
                end(&scene);
            })
        });
        let _ = scene.0.taken.load(Ordering::Relaxed);
        scene.1.store(true, Ordering::Release);
        end(&scene);
        users.into_iter().for_each(|user| user.join().unwrap());
        assert!(scene.0.keys.lock().unwrap().is_none());
    });
}

#[test]
fn an_end_is_never_missed() {
    ended_while([false]);
    ended_while([true]);
    ended_while([false, true]);
}

/// A value is used by one thread at a time, and a thread that asks twice is refused and does not hang.
#[test]
fn one_thread_at_a_time() {
    in_every_order(|| {
        let counter = Arc::new(exclusive::Exclusive::new(0));
        let add = |counter: &exclusive::Exclusive<i32>| {
            let mut held = counter.lock().unwrap();
            assert!(counter.is_held_here());
            assert_eq!(counter.lock().err(), Some(Error::WithinCall));
            let seen = *held;
            thread::yield_now();
            *held = seen + 1;
        };
        let other = {
            let counter = counter.clone();
            thread::spawn(move || add(&counter))
        };
        add(&counter);
        other.join().unwrap();
        assert_eq!(*counter.lock().unwrap(), 2);
        assert!(!counter.is_held_here());
    });
}
