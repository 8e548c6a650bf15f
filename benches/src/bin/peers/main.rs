//! The programs of the comparison that live in this workspace: `cargo xtask bench --bench peers` asks them in turns with those
//! that need a workspace or a language of their own (`benches/peers`).
//!
//! `peers NAME FOLDER`, with commands on the standard input; see `saferoom_peers::serve`.

mod chacha;
mod commit;
mod kinds;
mod logs;
mod vault;

use std::path::Path;

use saferoom_peers::table::{AsTheyAre, Table};
use saferoom_peers::{log, serve::serve};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = arguments.as_slice() else {
        eprintln!("peers NAME FOLDER: see `cargo xtask bench --bench peers`");
        return;
    };
    let folder = Path::new(folder);
    match name.as_str() {
        "saferoom" => serve(vault::Measured::<kinds::Visit>::new(folder)),
        "saferoom-case" => serve(vault::Measured::<kinds::CaseWork>::new(folder)),
        "saferoom-searched" => serve(vault::Measured::<kinds::Searched>::new(folder)),
        "sqlite" => serve(Table::new(&folder.join("plain.db"), AsTheyAre, "", false)),
        "chacha20poly1305" => serve(Table::new(&folder.join("chacha.db"), chacha::PerField::new(), "", false)),
        "commit" => serve(commit::Commit::new(folder)),
        "log-saferoom" => log::serve::<logs::Ours>(),
        "log-tlog-tiles" => log::serve::<logs::TlogTiles>(),
        other => panic!("no program {other}"),
    }
}
