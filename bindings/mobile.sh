#!/bin/sh
# Builds the library for phones: without extracts and command line, small before fast (profile `mobile`), with as much of SQLite as
# is used. Options of cargo, such as a target, may follow.
#
#     bindings/mobile.sh [--target aarch64-linux-android]
#
# Beside the shared library it makes the static one, with what uniffi needs to generate; mobile_link.sh makes a smaller shared
# library of it.
set -eu
cd "$(dirname "$0")/.."
# rusqlite's SQLite has all extensions. Vaults use none of them: no full texts, no R-trees, no JSON, no statistics of pages.
for part in FTS3 FTS3_PARENTHESIS FTS5 RTREE JSON1 STAT4 DBSTAT_VTAB LOAD_EXTENSION; do
  LIBSQLITE3_FLAGS="${LIBSQLITE3_FLAGS-} -USQLITE_ENABLE_$part"
done
LIBSQLITE3_FLAGS="$LIBSQLITE3_FLAGS -USQLITE_SOUNDEX SQLITE_OMIT_JSON SQLITE_OMIT_LOAD_EXTENSION SQLITE_OMIT_DEPRECATED SQLITE_OMIT_SHARED_CACHE"
export LIBSQLITE3_FLAGS
exec "${CARGO:-cargo}" rustc --profile mobile --locked -p saferoom-ffi --lib --no-default-features \
  --crate-type cdylib,staticlib "$@"
