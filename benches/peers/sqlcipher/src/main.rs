//! SQLCipher by rusqlite: the whole file sealed by pages, no log. `FOLDER [searched]`.

use std::path::Path;

use saferoom_peers::serve::serve;
use saferoom_peers::table::{AsTheyAre, Table};

/// A raw key, as an app has it that keeps keys in the host's key store: no derivation from a passphrase.
const KEY: &str = "PRAGMA key = \"x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'\"";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let searched = arguments.get(2).is_some_and(|word| word == "searched");
    serve(Table::new(&Path::new(&arguments[1]).join("sqlcipher.db"), AsTheyAre, KEY, searched));
}
