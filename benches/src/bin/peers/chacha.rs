//! One `chacha20poly1305` seal per field: what a careful app does by hand, without keys for each case, heads or a log.

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use ring::rand::{SecureRandom as _, SystemRandom};
use saferoom_peers::record::{FIELDS, Row};
use saferoom_peers::table::Codec;

/// Bytes of a nonce, which stands before what is sealed.
const NONCE: usize = 12;

/// One key, a fresh nonce for each field, and the field's number as context.
pub struct PerField {
    cipher: ChaCha20Poly1305,
    random: SystemRandom,
}

impl PerField {
    /// With a key of its own.
    pub fn new() -> Self {
        Self { cipher: ChaCha20Poly1305::new(&[7; 32].into()), random: SystemRandom::new() }
    }
}

fn context(index: usize) -> [u8; 36] {
    [index as u8; 36]
}

impl Codec for PerField {
    type Stored = Vec<u8>;

    fn seal(&mut self, row: &Row) -> Vec<Vec<u8>> {
        let mut nonces = [0; NONCE * FIELDS];
        self.random.fill(&mut nonces).unwrap();
        let seal = |(index, (value, nonce)): (usize, (&String, &[u8; NONCE]))| {
            let payload = Payload { msg: value.as_bytes(), aad: &context(index) };
            let sealed = self.cipher.encrypt(&Nonce::from(*nonce), payload).unwrap();
            [nonce.as_slice(), &sealed].concat()
        };
        row.iter().zip(nonces.as_chunks().0).enumerate().map(seal).collect()
    }

    fn open(&mut self, row: &rusqlite::Row<'_>) -> usize {
        let open = |index: usize| {
            let stored = row.get_ref(index).unwrap().as_blob().unwrap();
            let (nonce, sealed) = stored.split_first_chunk::<NONCE>().unwrap();
            let payload = Payload { msg: sealed, aad: &context(index) };
            self.cipher.decrypt(&Nonce::from(*nonce), payload).unwrap().len()
        };
        (0..FIELDS).map(open).sum()
    }
}
