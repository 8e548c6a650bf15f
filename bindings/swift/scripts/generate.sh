#!/bin/sh
# Makes the sources that are not kept: what uniffi generates from the built library, and the layer of make_layer.py.
#
#     bindings/swift/scripts/generate.sh target/release/libsaferoom_ffi.so
set -eu
LIBRARY=$(realpath "${1:?the built library: a .so, .dylib or .a}")
cd "$(dirname "$0")/../../.."
OUT=$(mktemp -d)
trap 'rm -rf "$OUT"' EXIT
# With --workspace it has the features that all tests have built it with; with -p it would be built once more.
"${CARGO:-cargo}" build --quiet --locked --workspace --bin uniffi-bindgen
"${CARGO_TARGET_DIR:-target}/debug/uniffi-bindgen" generate "$LIBRARY" \
  --config uniffi.toml --language swift --no-format --out-dir "$OUT"
cd bindings/swift
mkdir -p Sources/SaferoomNative Sources/SaferoomFFI Sources/Saferoom/Generated
python3 mend_native.py "$OUT/SaferoomNative.swift" Sources/SaferoomNative/SaferoomNative.swift
# A parameter that is a word of Kotlin and Swift is quoted there; of C, uniffi forgets.
sed -E 's/ (auto|case|const|default|for|goto|long|register|short|static|switch|union)([,)])/ \1_\2/g' \
  "$OUT/SaferoomFFI.h" > Sources/SaferoomFFI/SaferoomFFI.h
cat ../door.h >> Sources/SaferoomFFI/SaferoomFFI.h
# Not uniffi's own module map: that one names Darwin, and no library to link.
cat > Sources/SaferoomFFI/module.modulemap <<'MAP'
module SaferoomFFI {
    header "SaferoomFFI.h"
    link "saferoom_ffi"
    export *
}
MAP
python3 make_layer.py
