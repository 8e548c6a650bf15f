#!/bin/sh
# Makes SaferoomFFI.xcframework and the generated sources, on a Mac with Xcode and the Rust targets below. NOT RUN in this
# repository's tests: they have no Apple machine. After it, the package builds for iOS and macOS as it is.
#
#     rustup target add aarch64-apple-ios aarch64-apple-ios-sim aarch64-apple-darwin
#     bindings/swift/scripts/xcframework.sh
set -eu
cd "$(dirname "$0")/../../.."
TARGET=${CARGO_TARGET_DIR:-target}
PACKAGE=bindings/swift
# For phones without extracts, which answer `NotInThisBuild`; all builds have the same surface.
for triple in aarch64-apple-ios aarch64-apple-ios-sim; do
  bindings/mobile.sh --target "$triple"
done
cargo build --release --locked -p saferoom-ffi --lib --target aarch64-apple-darwin
"$PACKAGE/scripts/generate.sh" "$TARGET/aarch64-apple-darwin/release/libsaferoom_ffi.dylib"

HEADERS=$(mktemp -d)
trap 'rm -rf "$HEADERS"' EXIT
mkdir "$HEADERS/SaferoomFFI"
mv "$PACKAGE/Sources/SaferoomFFI/SaferoomFFI.h" "$HEADERS/SaferoomFFI/"
# No `link`: the framework brings its library.
printf 'module SaferoomFFI {\n    header "SaferoomFFI.h"\n    export *\n}\n' > "$HEADERS/SaferoomFFI/module.modulemap"
rm -rf "$PACKAGE/Sources/SaferoomFFI" "$PACKAGE/SaferoomFFI.xcframework"
set --
for built in aarch64-apple-ios/mobile aarch64-apple-ios-sim/mobile aarch64-apple-darwin/release; do
  set -- "$@" -library "$TARGET/$built/libsaferoom_ffi.a" -headers "$HEADERS"
done
xcodebuild -create-xcframework "$@" -output "$PACKAGE/SaferoomFFI.xcframework"
