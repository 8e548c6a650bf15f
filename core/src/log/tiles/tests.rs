//! Logs written as tiles and read back; the files spoilt one by one.

use std::cell::Cell;

use proptest::prelude::*;

use super::*;
use crate::log::{
    FolderProblem, Frontier, Hash, HashReader, MemoryFolder, ReadFolder, WriteFolder, prove_consistency,
    verify_consistency,
};

fn entry(number: u64) -> Vec<u8> {
    let length = (number * 7 % 40) as usize;
    number.to_be_bytes().into_iter().cycle().take(length).collect()
}

fn written(size: u64) -> (MemoryFolder, Frontier) {
    let mut folder = MemoryFolder::default();
    let mut writer = TileWriter::new(&mut folder);
    for number in 0..size {
        writer.append(&entry(number)).unwrap();
    }
    let frontier = writer.finish().unwrap();
    (folder, frontier)
}

/// Reads all entries; the root over them.
fn streamed(folder: &impl ReadFolder, size: u64) -> Result<Hash, TileError> {
    let mut stream = EntryStream::new(folder, size)?;
    while let Some(read) = stream.next_entry()? {
        assert_eq!(read.bytes, entry(read.index), "a wrong entry is never given without a wrong root");
    }
    assert_eq!(stream.next_entry(), Ok(None));
    Ok(stream.frontier().root())
}

#[test]
fn a_log_is_written_and_read_whole() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 700, 65_536, 65_793] {
        let (folder, frontier) = written(size);
        let names: Vec<_> = folder.0.keys().cloned().collect();
        let mut expected: Vec<_> = TilePath::all(size).map(|path| path.to_string()).collect();
        expected.sort();
        assert_eq!(names, expected, "{size}");
        assert_eq!(streamed(&folder, size), Ok(frontier.root()), "{size}");
        let reader = TileReader::new(&folder, size).unwrap();
        assert_eq!(reader.root(), Ok(frontier.root()));
        assert_eq!(reader.frontier().as_ref(), Ok(&frontier));
        for index in [0, size / 2, size.saturating_sub(1)].into_iter().filter(|index| *index < size) {
            assert_eq!(reader.entry(index).unwrap(), entry(index));
            reader.prove_inclusion(index, &frontier.root()).unwrap();
        }
        assert_eq!(reader.entry(size), Err(LogError::IndexOutOfRange.into()));
        assert_eq!(reader.read(0, size), Err(LogError::IndexOutOfRange.into()));
        assert_eq!(reader.read(63, 2), Err(LogError::IndexOutOfRange.into()));
        assert_eq!(reader.read(255, u64::MAX), Err(LogError::IndexOutOfRange.into()));
    }
}

#[test]
fn a_later_export_goes_on_where_an_earlier_one_ended() {
    let (mut folder, mut frontier) = written(0);
    let mut sizes = vec![0_u64];
    for step in [1, 200, 55, 1, 300, 43, 10_000] {
        let size = frontier.size();
        let mut writer = TileWriter::resume(&mut folder, size).unwrap();
        for number in size..size + step {
            writer.append(&entry(number)).unwrap();
        }
        frontier = writer.finish().unwrap();
        sizes.push(frontier.size());
    }
    // Older partial files are still there, and the log can be read at every size that it had.
    for size in sizes {
        let (whole, expected) = written(size);
        assert_eq!(streamed(&folder, size), Ok(expected.root()));
        assert!(whole.0.iter().all(|(name, bytes)| folder.0.get(name) == Some(bytes)), "{size}");
        let reader = TileReader::new(&folder, frontier.size()).unwrap();
        reader.prove_consistency(size, &expected.root(), &frontier.root()).unwrap();
        let wrong = reader.prove_consistency(size, &Hash::of(b"another"), &frontier.root());
        assert_eq!(wrong, Err(LogError::RootMismatch.into()), "{size}");
    }
    // Without them, too: the full ones serve.
    let names: Vec<_> = folder.0.keys().cloned().collect();
    folder.0.retain(|name, _| name.split_once(".p/").is_none_or(|(full, _)| !names.iter().any(|name| name == full)));
    assert!(folder.0.len() < names.len());
    for size in [1, 201, 256, 300] {
        assert_eq!(streamed(&folder, size), Ok(written(size).1.root()), "{size}");
    }
    let size = frontier.size();
    assert!(TileWriter::resume(&mut folder, size).is_ok());
    folder.0.retain(|name, _| !name.contains(".p/"));
    assert!(TileWriter::resume(&mut folder, size).is_err());
}

#[test]
fn every_changed_byte_is_noticed() {
    let (folder, frontier) = written(600);
    for name in folder.0.keys() {
        for place in (0..folder.0[name].len()).step_by(97) {
            let mut spoilt = folder.clone();
            spoilt.0.get_mut(name).unwrap()[place] ^= 1;
            let mut stream = EntryStream::new(&spoilt, 600).unwrap();
            let mut problem = None;
            loop {
                match stream.next_entry() {
                    Ok(Some(_)) => (),
                    Ok(None) => break,
                    Err(error) if problem.as_ref() == Some(&error) => break,
                    Err(error) => problem = Some(error),
                }
            }
            assert!(problem.is_some(), "{name} {place}: a tile or a bundle disagrees");
            // A tile that differs does not keep the entries from being read.
            if !name.contains("entries") {
                assert_eq!(problem, Some(TileError::Mismatch { path: name.parse().unwrap() }));
                assert_eq!(stream.frontier(), frontier);
            }
        }
    }
}

#[test]
fn files_of_another_length_are_refused() {
    let (folder, _) = written(600);
    for name in folder.0.keys() {
        let path: TilePath = name.parse().unwrap();
        let bytes = &folder.0[name];
        let more = [&bytes[..], &[0]].concat();
        let shorter = &bytes[..bytes.len() - 1];
        for content in [&[][..], shorter, &more] {
            let mut spoilt = folder.clone();
            spoilt.0.insert(name.clone(), content.to_vec());
            let error = streamed(&spoilt, 600).unwrap_err();
            let too_long = matches!(&error, TileError::Folder(error) if error.problem == FolderProblem::TooLong);
            assert!(error == TileError::Length { path } || too_long && content == more, "{name}: {error}");
        }
        let mut missing = folder.clone();
        missing.0.remove(name);
        let error = streamed(&missing, 600).unwrap_err();
        assert!(matches!(&error, TileError::Folder(error) if error.problem == FolderProblem::Missing), "{error}");
    }
}

#[test]
fn a_partial_tile_does_not_pass_for_a_full_one() {
    let (folder, _) = written(600);
    for (full, partial) in [("tile/0/000", "tile/0/002.p/88"), ("tile/entries/001", "tile/entries/002.p/88")] {
        let mut spoilt = folder.clone();
        let bytes = spoilt.0[partial].clone();
        spoilt.0.insert(full.to_owned(), bytes.clone());
        assert_eq!(streamed(&spoilt, 600), Err(TileError::Length { path: full.parse().unwrap() }));
        // Nor does one that stands beside the missing full one.
        spoilt.0.remove(full);
        spoilt.0.insert(format!("{full}.p/88"), bytes);
        assert!(matches!(streamed(&spoilt, 600), Err(TileError::Folder(_))));
    }
}

#[test]
fn the_longest_entry_fits_and_a_longer_one_does_not() {
    let mut folder = MemoryFolder::default();
    let mut writer = TileWriter::new(&mut folder);
    assert_eq!(writer.append(&vec![1; 65_536]), Err(LogError::EntryTooLong.into()));
    let leaf = writer.append(&vec![1; 65_535]).unwrap();
    assert_eq!(writer.finish().unwrap().root(), leaf);
    let mut stream = EntryStream::new(&folder, 1).unwrap();
    assert_eq!(stream.next_entry().unwrap().unwrap().bytes.len(), 65_535);
}

#[test]
fn absurd_sizes_end_in_an_error() {
    let (folder, _) = written(3);
    assert_eq!(TileReader::new(&folder, (1 << 63) + 1).map(drop), Err(LogError::SizeOutOfRange.into()));
    assert_eq!(EntryStream::new(&folder, u64::MAX).map(drop), Err(LogError::SizeOutOfRange.into()));
    for size in [4, 300, 1 << 40, 1 << 63] {
        assert!(streamed(&folder, size).is_err(), "{size}");
        let reader = TileReader::new(&folder, size).unwrap();
        assert!(reader.root().is_err());
        assert!(prove_consistency(3, size, &reader).is_err());
    }
}

/// Counts what is read, and how much of it is held at once.
struct Counting<'f>(&'f MemoryFolder, Cell<usize>);

impl ReadFolder for Counting<'_> {
    fn read(&self, name: &str, at_most: usize) -> Result<Vec<u8>, FolderError> {
        self.1.set(self.1.get() + 1);
        self.0.read(name, at_most)
    }
}

#[test]
fn each_file_is_read_once_and_a_proof_reads_few() {
    let (folder, frontier) = written(70_000);
    let counting = Counting(&folder, Cell::new(0));
    assert_eq!(streamed(&counting, 70_000), Ok(frontier.root()));
    assert_eq!(counting.1.take(), folder.0.len());
    let reader = TileReader::new(&counting, 70_000).unwrap();
    reader.prove_inclusion(12_345, &frontier.root()).unwrap();
    let read = counting.1.get();
    assert!(read <= 6, "{read} files");
}

#[test]
fn writing_that_fails_is_told() {
    struct Full;
    impl WriteFolder for Full {
        fn write(&mut self, name: &str, _: &[u8]) -> Result<(), FolderError> {
            let problem = FolderProblem::Io(std::io::ErrorKind::StorageFull);
            Err(FolderError { name: name.to_owned(), problem })
        }
    }
    let mut writer = TileWriter::new(Full);
    for number in 0..255 {
        writer.append(&entry(number)).unwrap();
    }
    assert!(writer.append(&entry(255)).is_err());
}

proptest! {
    #[test]
    fn what_a_bundle_says_is_what_is_in_it(entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9)) {
        let mut bytes = Vec::new();
        for entry in &entries {
            bytes.extend((entry.len() as u16).to_be_bytes());
            bytes.extend(entry);
        }
        let width = entries.len() as u16;
        prop_assert_eq!(split_bundle(&bytes, width).unwrap(), entries);
        prop_assert_eq!(split_bundle(&bytes, width + 1), Err(LogError::MalformedBundle));
        if width > 0 {
            prop_assert_eq!(split_bundle(&bytes, width - 1), Err(LogError::MalformedBundle));
        }
    }

    #[test]
    fn any_bytes_as_a_bundle_are_split_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..99), width in any::<u16>()) {
        if let Ok(entries) = split_bundle(&bytes, width) {
            prop_assert_eq!(entries.iter().map(|entry| 2 + entry.len()).sum::<usize>(), bytes.len());
        }
    }

    #[test]
    fn proofs_out_of_tiles_hold(size in 1_u64..3000, old in any::<prop::sample::Index>(), index in any::<prop::sample::Index>()) {
        let (folder, frontier) = written(size);
        let (old, index) = (old.index(size as usize + 1) as u64, index.index(size as usize) as u64);
        let reader = TileReader::new(&folder, size).unwrap();
        reader.prove_inclusion(index, &frontier.root()).unwrap();
        let old_root = written(old).1.root();
        let proof = reader.prove_consistency(old, &old_root, &frontier.root()).unwrap();
        prop_assert_eq!(verify_consistency(old, &old_root, size, &frontier.root(), &proof), Ok(()));
    }
}
