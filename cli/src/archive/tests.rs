//! Bundles as zips: read as folders are, and hostile ones.

use std::fs;

use super::*;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("bundle.zip")
    }

    /// A zip with these files, as another program makes it.
    fn with(&self, files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
        for (name, bytes) in files {
            writer.start_file(*name, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    fn open(&self, bytes: &[u8]) -> Result<ZipFolder, ArchiveError> {
        fs::write(self.path(), bytes).unwrap();
        ZipFolder::open(&self.path())
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut found = 0;
    for at in 0..bytes.len() - from.len() {
        if bytes[at..].starts_with(from) {
            bytes[at..at + to.len()].copy_from_slice(to);
            found += 1;
        }
    }
    assert!(found > 0);
    bytes
}

fn problem(result: Result<Vec<u8>, FolderError>) -> FolderProblem {
    result.unwrap_err().problem
}

#[test]
fn what_is_written_is_read_as_from_a_folder() {
    let place = Place::new();
    let mut zip = NewZip::begin(&place.path()).unwrap();
    zip.write("tile/0/000.p/3", &[7; 96]).unwrap();
    zip.write("bundle", b"list").unwrap();
    // A file of a bundle is written once.
    assert!(zip.write("bundle", b"another").is_err());
    zip.finish().unwrap();
    assert_eq!(NewZip::begin(&place.path()).err().unwrap().exit, exit::FILE);
    let folder = BundleFolder::open(&place.path()).unwrap();
    assert_eq!(folder.read("bundle", 4).unwrap(), b"list");
    assert_eq!(folder.read("tile/0/000.p/3", 96).unwrap(), [7; 96]);
    assert_eq!(problem(folder.read("bundle", 3)), FolderProblem::TooLong);
    assert_eq!(folder.find("checkpoint", 9), Ok(None));
    // Two exports of the same say the same, whatever the clock says.
    let first = fs::read(place.path()).unwrap();
    fs::remove_file(place.path()).unwrap();
    let mut zip = NewZip::begin(&place.path()).unwrap();
    zip.write("tile/0/000.p/3", &[7; 96]).unwrap();
    zip.write("bundle", b"list").unwrap();
    drop(zip.write("bundle", b"another"));
    zip.finish().unwrap();
    assert_eq!(fs::read(place.path()).unwrap(), first);
}

#[test]
fn an_unfinished_zip_goes_away() {
    let place = Place::new();
    let mut zip = NewZip::begin(&place.path()).unwrap();
    zip.write("bundle", b"list").unwrap();
    drop(zip);
    assert!(!place.path().exists());
}

#[test]
fn a_folder_that_was_zipped_with_its_name_is_read_too() {
    let place = Place::new();
    let folder = place.open(&place.with(&[("audit/", b""), ("audit/bundle", b"list"), ("audit/x/y", b"1")])).unwrap();
    assert_eq!(folder.read("bundle", 9).unwrap(), b"list");
    assert_eq!(folder.read("x/y", 9).unwrap(), b"1");
    // Not if there is something beside it.
    let folder = place.open(&place.with(&[("audit/bundle", b"list"), ("other", b"1")])).unwrap();
    assert_eq!(problem(folder.read("bundle", 9)), FolderProblem::Missing);
}

#[test]
fn names_that_lead_out_are_refused() {
    let place = Place::new();
    for name in ["../bundle", "/bundle", "a/../../b", "a\\b", "C:b", "a//b", "./a", "a/\u{7}"] {
        let bytes = place.with(&[("bundle", b"list"), ("xxxxxxxxx", b"")]);
        let padded = format!("{name}{}", "y".repeat(9 - name.len()));
        let bytes = replaced(&bytes, b"xxxxxxxxx", padded.as_bytes());
        assert_eq!(place.open(&bytes).err(), Some(ArchiveError::Name), "{name}");
    }
}

#[test]
fn the_same_name_twice_is_refused() {
    let place = Place::new();
    let bytes = place.with(&[("bundle", b"one"), ("cundle", b"two")]);
    assert_eq!(place.open(&replaced(&bytes, b"cundle", b"bundle")).err(), Some(ArchiveError::Twice));
}

#[test]
fn links_and_what_is_encrypted_are_refused() {
    let place = Place::new();
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.add_symlink("bundle", "/etc/passwd", SimpleFileOptions::default()).unwrap();
    assert_eq!(place.open(&writer.finish().unwrap().into_inner()).err(), Some(ArchiveError::Link));

    let bytes = place.with(&[("bundle", b"list")]);
    let at = bytes.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut encrypted = bytes.clone();
    encrypted[at + 8] |= 1;
    assert_eq!(place.open(&encrypted).err(), Some(ArchiveError::Packing));
    let mut packed = bytes;
    packed[at + 10] = 14;
    assert_eq!(place.open(&packed).err(), Some(ArchiveError::Packing));
}

#[test]
fn a_small_zip_that_stands_for_a_huge_file_costs_nothing() {
    let place = Place::new();
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    writer.start_file("bundle", SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1 << 20];
    (0..256).for_each(|_| writer.write_all(&zeros).unwrap());
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let folder = place.open(&bomb).unwrap();
    assert_eq!(problem(folder.read("bundle", 1000)), FolderProblem::TooLong);
    // One that says it is small and is not: nothing beyond what it says, or an error.
    let at = bomb.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    let mut liar = bomb;
    liar[at + 24..at + 28].copy_from_slice(&4_u32.to_le_bytes());
    let read = place.open(&liar).map(|folder| folder.read("bundle", 1000));
    assert!(!matches!(read, Ok(Ok(_))), "{read:?}");
    // More files than a bundle has.
    let mut many = place.with(&[("bundle", b"list")]);
    let end = many.len() - 22;
    many[end + 12..end + 16].copy_from_slice(&(1_u32 << 27).to_le_bytes());
    assert!(place.open(&many).is_err());
}

#[test]
fn what_can_be_read_in_two_ways_is_refused() {
    let place = Place::new();
    let bytes = place.with(&[("bundle", b"list"), ("checkpoint", b"note")]);
    assert!(place.open(&bytes).is_ok());
    let before = [b"#!/bin/sh\n", &bytes[..]].concat();
    assert_eq!(place.open(&before).err(), Some(ArchiveError::Ambiguous));
    let behind = [&bytes[..], b"more"].concat();
    assert_eq!(place.open(&behind).err(), Some(ArchiveError::NoZip));
    let both = [&bytes[..], &bytes[..]].concat();
    assert_eq!(place.open(&both).err(), Some(ArchiveError::Ambiguous));
    // A directory that counts one file less than it has.
    let mut fewer = bytes.clone();
    let end = fewer.len() - 22;
    fewer[end + 8] = 1;
    fewer[end + 10] = 1;
    assert_eq!(place.open(&fewer).err(), Some(ArchiveError::Ambiguous));
    for cut in [0, 1, 21, bytes.len() / 2, bytes.len() - 1] {
        assert!(place.open(&bytes[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn any_changed_byte_is_no_panic_and_never_another_content() {
    let place = Place::new();
    let bytes = place.with(&[("bundle", b"list of files")]);
    for at in 0..bytes.len() {
        for bit in [1, 0x80] {
            let mut changed = bytes.clone();
            changed[at] ^= bit;
            if let Ok(folder) = place.open(&changed) {
                let read = folder.read("bundle", 100);
                assert!(read.is_err() || read.as_deref() == Ok(b"list of files"), "{at}: {read:?}");
            }
        }
    }
}
