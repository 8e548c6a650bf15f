//! The log against independent implementations of its formats: the crates `signed_note` and `tlog_tiles`. What one makes
//! the other accepts, and nothing that ours accepts is refused by theirs.

use proptest::prelude::*;
use saferoom::keys::SigningKey;
use saferoom::log::{
    Checkpoint, EntryStream, Frontier, Hash, KeyName, MemoryFolder, Note, NoteKey, NoteSignature, ReadFolder, TileKind,
    TilePath, TileReader, TileWriter, frontier_at, leaf_hash, prove_consistency, prove_inclusion, verify_consistency,
    verify_inclusion,
};
use signed_note::{Note as PeerNote, Signer, StandardSigner, StandardVerifier, Verifier, VerifierList};
use tlog_tiles::{
    Checkpoint as PeerCheckpoint, Error as PeerError, Hash as PeerHash, HashReader as PeerHashReader, Tile,
    TileHashReader, check_record, check_tree, prove_record, prove_tree, record_hash, stored_hash_index, stored_hashes,
    tree_hash,
};

/// The peer's tree: all its hashes in a row.
#[derive(Default)]
struct PeerTree(Vec<PeerHash>, u64);

impl PeerTree {
    fn append(&mut self, entry: &[u8]) {
        let hashes = stored_hashes(self.1, entry, self).unwrap();
        self.0.extend(hashes);
        self.1 += 1;
    }
}

impl PeerHashReader for PeerTree {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<PeerHash>, PeerError> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn entries() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop_oneof![
        4 => prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 1..80),
        1 => prop::collection::vec(prop::collection::vec(any::<u8>(), 0..4), 250..800),
    ]
}

/// The log of these entries: ours as tiles, theirs as hashes.
fn both(entries: &[Vec<u8>]) -> (MemoryFolder, Frontier, PeerTree) {
    let (mut folder, mut peer) = (MemoryFolder::default(), PeerTree::default());
    let mut writer = TileWriter::new(&mut folder);
    for entry in entries {
        writer.append(entry).unwrap();
        peer.append(entry);
    }
    let frontier = writer.finish().unwrap();
    (folder, frontier, peer)
}

fn of_peer(hash: PeerHash) -> Hash {
    Hash::from_bytes(hash.0)
}

fn to_peer(hash: &Hash) -> PeerHash {
    PeerHash(*hash.as_bytes())
}

/// The peer's reader over our folder; it names tiles by their height as well.
struct PeerTiles<'f>(&'f MemoryFolder);

impl tlog_tiles::TileReader for PeerTiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[Tile]) -> Result<Vec<Vec<u8>>, PeerError> {
        let read = |tile: &Tile| self.0.read(&tile.path().replacen("tile/8/", "tile/", 1), 8192);
        tiles.iter().map(|tile| read(tile).map_err(|_| PeerError::InvalidTile)).collect()
    }

    fn save_tiles(&self, _: &[Tile], _: &[Vec<u8>]) {}
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn roots_and_proofs_are_the_same(
        entries in entries(),
        index in any::<prop::sample::Index>(),
        old in any::<prop::sample::Index>(),
    ) {
        let size = entries.len() as u64;
        let (folder, frontier, peer) = both(&entries);
        let root = frontier.root();
        prop_assert_eq!(of_peer(tree_hash(size, &peer).unwrap()), root);
        let reader = TileReader::new(&folder, size).unwrap();

        let index = index.index(entries.len()) as u64;
        let leaf = leaf_hash(&entries[index as usize]);
        prop_assert_eq!(of_peer(record_hash(&entries[index as usize])), leaf);
        let ours = prove_inclusion(index, size, &reader).unwrap();
        let theirs = prove_record(size, index, &peer).unwrap();
        prop_assert_eq!(&ours, &theirs.iter().map(|hash| of_peer(*hash)).collect::<Vec<_>>());
        prop_assert!(check_record(&theirs, size, to_peer(&root), index, to_peer(&leaf)).is_ok());
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &ours, &root), Ok(()));

        let old = old.index(entries.len()) as u64 + 1;
        let old_root = frontier_at(old, &reader).unwrap().root();
        prop_assert_eq!(of_peer(tree_hash(old, &peer).unwrap()), old_root);
        let ours = prove_consistency(old, size, &reader).unwrap();
        let theirs = prove_tree(size, old, &peer).unwrap();
        prop_assert_eq!(&ours, &theirs.iter().map(|hash| of_peer(*hash)).collect::<Vec<_>>());
        prop_assert!(check_tree(&theirs, size, to_peer(&root), old, to_peer(&old_root)).is_ok());
        prop_assert_eq!(verify_consistency(old, &old_root, size, &root, &ours), Ok(()));
    }

    #[test]
    fn both_judge_a_spoilt_proof_alike(
        entries in entries(),
        index in any::<prop::sample::Index>(),
        spoil in (any::<prop::sample::Index>(), 0_u8..4, any::<u8>()),
    ) {
        let size = entries.len() as u64;
        let (_, frontier, peer) = both(&entries);
        let index = index.index(entries.len()) as u64;
        let mut proof = prove_record(size, index, &peer).unwrap();
        let (place, how, byte) = spoil;
        match how {
            0 if !proof.is_empty() => drop(proof.remove(place.index(proof.len()))),
            1 => proof.insert(place.index(proof.len() + 1), PeerHash([byte; 32])),
            2 if !proof.is_empty() => {
                let place = place.index(proof.len());
                proof[place].0[usize::from(byte % 32)] ^= byte;
            }
            _ => (),
        }
        let leaf = leaf_hash(&entries[index as usize]);
        let theirs = check_record(&proof, size, to_peer(&frontier.root()), index, to_peer(&leaf)).is_ok();
        let ours: Vec<_> = proof.iter().map(|hash| of_peer(*hash)).collect();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &ours, &frontier.root()).is_ok(), theirs);
    }

    #[test]
    fn their_reader_takes_every_leaf_out_of_our_tiles(entries in entries()) {
        let size = entries.len() as u64;
        let (folder, frontier, _) = both(&entries);
        let tiles = PeerTiles(&folder);
        let reader = TileHashReader::new(size, to_peer(&frontier.root()), &tiles);
        let indexes: Vec<u64> = (0..size).map(|leaf| stored_hash_index(0, leaf)).collect();
        let leaves: Vec<_> = reader.read_hashes(&indexes).unwrap().into_iter().map(of_peer).collect();
        prop_assert_eq!(leaves, entries.iter().map(|entry| leaf_hash(entry)).collect::<Vec<_>>());
    }

    #[test]
    fn our_reader_takes_every_leaf_out_of_their_tiles(entries in entries()) {
        let size = entries.len() as u64;
        let (ours, frontier, peer) = both(&entries);
        let mut folder = MemoryFolder::default();
        // Their new tiles of a growing tree: the last of each is that of the whole.
        for tile in Tile::new_tiles(8, 0, size) {
            folder.0.insert(tile.path().replacen("tile/8/", "tile/", 1), tile.read_data(&peer).unwrap());
        }
        for (name, bytes) in ours.0.iter().filter(|(name, _)| !name.starts_with("tile/entries")) {
            prop_assert_eq!(folder.0.get(name), Some(bytes), "{}", name);
        }
        folder.0.extend(ours.0.into_iter().filter(|(name, _)| name.starts_with("tile/entries")));
        let mut stream = EntryStream::new(&folder, size).unwrap();
        while stream.next_entry().unwrap().is_some() {}
        prop_assert_eq!(stream.frontier(), frontier);
    }

    #[test]
    fn tiles_have_the_same_names(level in 0_u8..7, index in 0_u64..(1 << 40), width in 1_u16..=256) {
        let Ok(ours) = TilePath::new(TileKind::Hashes(level), index, width) else { return Ok(()) };
        let theirs = Tile::new(8, level, index, width.into(), false);
        prop_assert_eq!(theirs.path().replacen("tile/8/", "tile/", 1), ours.to_string());
    }

    #[test]
    fn what_ours_accepts_theirs_accepts(text in "[a-z\n\u{2014} ]{0,30}\n", place in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let (key, name) = (SigningKey::from_seed(&[5; 32]), KeyName::new("log.example.org").unwrap());
        let known = [NoteKey::new(name.clone(), key.verifying_key())];
        let verifiers = || VerifierList::new(vec![Box::new(StandardVerifier::new(&known[0].to_string()).unwrap())]);
        let mut note = Note::new(text).unwrap();
        note.sign(name, &key).unwrap();
        let mut bytes = note.to_string().into_bytes();
        prop_assert!(PeerNote::from_bytes(&bytes).unwrap().verify(&verifiers()).is_ok());
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let ours = Note::parse(&bytes).and_then(|note| note.verify(&known).map(|signers| signers.len()));
        if ours.is_ok() {
            prop_assert!(PeerNote::from_bytes(&bytes).unwrap().verify(&verifiers()).is_ok());
        }
    }
}

/// The test key of golang.org/x/mod/sumdb/note.
const PRIVATE: &str = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
const PUBLIC: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

#[test]
fn each_opens_the_checkpoints_of_the_other() {
    // Theirs, opened by ours.
    let (_, frontier, _) = both(&[b"one".to_vec(), b"two".to_vec()]);
    let body = format!("PeterNeumann\n2\n{}\n", frontier.root().to_base64());
    let mut theirs = PeerNote::new(body.as_bytes(), &[]).unwrap();
    let signer = StandardSigner::new(PRIVATE).unwrap();
    theirs.add_sigs(&[&signer as &dyn Signer]).unwrap();
    let known = [PUBLIC.parse().unwrap()];
    let opened = Checkpoint::open(&theirs.to_bytes(), &known).unwrap();
    assert_eq!(opened.checkpoint.root(), &frontier.root());

    // Ours, opened by theirs, with lines beside that they do not know.
    let (log, witness) = (SigningKey::from_seed(&[5; 32]), SigningKey::from_seed(&[6; 32]));
    let (origin, name) = (KeyName::new("log.example.org").unwrap(), KeyName::new("w.example.org").unwrap());
    let mut ours = Checkpoint::new(origin.clone(), 2, frontier.root()).unwrap().sign(&log).unwrap();
    ours.add(NoteSignature::cosign(name.clone(), &witness, ours.text(), 1_767_230_000).unwrap()).unwrap();
    let vkey = NoteKey::new(origin, log.verifying_key()).to_string();
    let verifiers = VerifierList::new(vec![Box::new(StandardVerifier::new(&vkey).unwrap())]);
    let note = PeerNote::from_bytes(ours.to_string().as_bytes()).unwrap();
    let (verified, unverified) = note.verify(&verifiers).unwrap();
    assert_eq!((verified.len(), unverified.len()), (1, 1));
    let checkpoint = PeerCheckpoint::from_bytes(note.text()).unwrap();
    assert_eq!((checkpoint.origin(), checkpoint.size()), ("log.example.org", 2));
    assert_eq!(of_peer(*checkpoint.hash()), frontier.root());

    // The line of the witness, verified as the specification says with their Ed25519.
    let plain = NoteKey::new(name, witness.verifying_key()).to_string();
    let (time, signature) = unverified[0].signature().split_at(8);
    assert_eq!(time, 1_767_230_000_u64.to_be_bytes());
    let message = format!("cosignature/v1\ntime 1767230000\n{}", ours.text());
    assert!(StandardVerifier::new(&plain).unwrap().verify(message.as_bytes(), signature));
}
