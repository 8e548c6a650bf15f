//! A folder of tiles: any files under the right names, read as a log of any size. What is read to the end without an
//! error is exactly what an honest writer would have written.

use saferoom::log::{EMPTY_ROOT, EntryStream, MemoryFolder, TilePath, TileReader, TileWriter};

pub(crate) fn run(input: (u64, Vec<Vec<u8>>)) {
    let (size, files) = input;
    // Small logs above all: large ones lack a file at once.
    let size = if size % 8 == 0 { size } else { size % 600 };
    let names = TilePath::all(size).map(|path| path.to_string());
    let folder = MemoryFolder(names.zip(files).collect());
    let Ok(mut stream) = EntryStream::new(&folder, size) else { return };
    let mut written = MemoryFolder::default();
    let mut writer = TileWriter::new(&mut written);
    loop {
        match stream.next_entry() {
            Ok(Some(entry)) => drop(writer.append(entry.bytes).unwrap()),
            Ok(None) => break,
            Err(_) => {
                let reader = TileReader::new(&folder, size).unwrap();
                drop(reader.root());
                drop(reader.prove_inclusion(size / 2, &EMPTY_ROOT));
                return;
            }
        }
    }
    let frontier = writer.finish().unwrap();
    assert_eq!(frontier, stream.frontier());
    assert!(written.0.iter().all(|(name, bytes)| folder.0.get(name) == Some(bytes)));
}
