//! The path of a tile: any text; what is accepted has this one form, and a full file too where a tree has one.

use saferoom::log::{MAX_SIZE, TilePath};

pub(crate) fn run(text: &str) {
    if let Ok(path) = text.parse::<TilePath>() {
        assert_eq!(path.to_string(), text);
        if let Some(full) = path.full() {
            assert_eq!(full.to_string().parse(), Ok(full));
        }
        let first = path.index().checked_mul(256).unwrap();
        assert!(TilePath::holding(path.kind(), first, MAX_SIZE).is_some());
    }
}
