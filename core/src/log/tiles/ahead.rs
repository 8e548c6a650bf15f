//! Hashes bundles of entries ahead of their reader, on a thread of its own: while one bundle is decoded and judged, the next
//! ones are hashed.
//!
//! The folder is read by the caller's thread only, so it need not be shared; the thread is given bytes and gives hashes. A
//! log of a few bundles, or a system that gives no thread, hashes where it stands.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};

use super::{TILE_WIDTH, TileError};
use crate::log::{HASH_LENGTH, Hash, LogError, leaf_hash, root_of_leaves};

/// How many bundles are read ahead: enough that neither side waits for a turn of the scheduler, few enough for any memory.
const AHEAD: usize = 4;

/// A log of fewer entries is hashed faster than a thread is made.
const WORTH_A_THREAD: u64 = 4096;

/// A bundle of entries and the hashes over it.
#[derive(Debug, Default)]
pub(super) struct HashedBundle {
    bytes: Vec<u8>,
    /// Where each entry begins and ends in the bytes.
    places: Vec<(u32, u32)>,
    /// The leaf hashes, one behind the other: what its tile holds.
    leaves: Vec<u8>,
    /// The root over the leaves of a full one.
    root: Option<Hash>,
}

impl HashedBundle {
    /// Hashes a bundle.
    ///
    /// # Errors
    /// [`LogError::MalformedBundle`] if a length leads out of it.
    fn of(bytes: Vec<u8>) -> Result<Self, LogError> {
        let (mut places, mut leaves) =
            (Vec::with_capacity(TILE_WIDTH.into()), Vec::with_capacity(usize::from(TILE_WIDTH) * HASH_LENGTH));
        let mut at = 0;
        while at < bytes.len() {
            let rest = bytes.get(at..).and_then(<[u8]>::split_first_chunk);
            let (length, rest) = rest.ok_or(LogError::MalformedBundle)?;
            let length = usize::from(u16::from_be_bytes(*length));
            leaves.extend(leaf_hash(rest.get(..length).ok_or(LogError::MalformedBundle)?).as_bytes());
            let start = at + 2;
            at = start + length;
            let place = |at: usize| u32::try_from(at).map_err(|_| LogError::MalformedBundle);
            places.push((place(start)?, place(at)?));
        }
        let full = places.len() == usize::from(TILE_WIDTH);
        let root = full.then(|| root_of_leaves(&leaves)).transpose()?;
        Ok(Self { bytes, places, leaves, root })
    }

    /// How many entries it has.
    pub(super) fn count(&self) -> usize {
        self.places.len()
    }

    /// An entry and its leaf hash.
    pub(super) fn entry(&self, place: usize) -> Option<(&[u8], Hash)> {
        let (start, end) = self.places.get(place)?;
        Some((self.bytes.get(*start as usize..*end as usize)?, self.leaf(place)?))
    }

    /// The hash of one leaf.
    pub(super) fn leaf(&self, place: usize) -> Option<Hash> {
        self.leaves.as_chunks().0.get(place).map(|bytes| Hash::from_bytes(*bytes))
    }

    /// The root over all its leaves, of a full bundle.
    pub(super) fn root(&self) -> Option<Hash> {
        self.root
    }

    /// What the tile of its leaf hashes has to hold.
    pub(super) fn take_leaves(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.leaves)
    }
}

/// Gives the bundles of a log in order, hashed.
#[derive(Debug)]
pub(super) struct Ahead {
    worker: Option<Worker>,
    /// What was asked for and not given yet: on its way through the worker, or read and not hashed, or not readable.
    waiting: VecDeque<Result<Option<Vec<u8>>, TileError>>,
}

impl Ahead {
    /// For a log of so many entries.
    pub(super) fn new(size: u64) -> Self {
        Self { worker: (size >= WORTH_A_THREAD).then(Worker::start).flatten(), waiting: VecDeque::new() }
    }

    /// The next bundle. `read` gives the bytes of the one that follows those it gave before, or none after the last; it is
    /// asked for a few bundles more than are given, and never again once it gave an error.
    ///
    /// # Errors
    /// What `read` says of this bundle; [`LogError::MalformedBundle`].
    pub(super) fn next(
        &mut self,
        mut read: impl FnMut() -> Option<Result<Vec<u8>, TileError>>,
    ) -> Option<Result<HashedBundle, TileError>> {
        let wanted = if self.worker.is_some() { AHEAD } else { 1 };
        while self.waiting.len() < wanted && !matches!(self.waiting.back(), Some(Err(_))) {
            let Some(bytes) = read() else { break };
            let handed = bytes.map(|bytes| match &mut self.worker {
                Some(worker) => worker.take(bytes),
                None => Some(bytes),
            });
            self.waiting.push_back(handed);
        }
        match self.waiting.pop_front()? {
            Err(error) => Some(Err(error)),
            Ok(Some(bytes)) => Some(HashedBundle::of(bytes).map_err(TileError::from)),
            Ok(None) => self.worker.as_mut().map(Worker::give),
        }
    }
}

/// The thread that hashes. It ends when its channels do.
#[derive(Debug)]
struct Worker {
    jobs: SyncSender<Vec<u8>>,
    done: Receiver<Result<HashedBundle, LogError>>,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// None if the system gives no thread.
    fn start() -> Option<Self> {
        let (jobs, todo) = sync_channel::<Vec<u8>>(AHEAD);
        let (give, done) = sync_channel(AHEAD);
        let hash =
            move || todo.into_iter().map(HashedBundle::of).try_for_each(|hashed| give.send(hashed)).unwrap_or(());
        let thread = Builder::new().name("saferoom-hash".to_owned()).spawn(hash).ok()?;
        Some(Self { jobs, done, thread: Some(thread) })
    }

    /// Hands a bundle over; gives it back if nobody is there to hash it.
    fn take(&mut self, bytes: Vec<u8>) -> Option<Vec<u8>> {
        self.jobs.send(bytes).err().map(|back| back.0)
    }

    /// Waits for the bundle that was handed over first.
    fn give(&mut self) -> Result<HashedBundle, TileError> {
        match self.done.recv() {
            Ok(hashed) => Ok(hashed?),
            // Only a fault of ours ends the thread before its work: it goes on here, as if it had hashed in this thread.
            Err(_) => match self.thread.take().map(JoinHandle::join) {
                Some(Err(panic)) => std::panic::resume_unwind(panic),
                _ => Err(LogError::MalformedBundle.into()),
            },
        }
    }
}
