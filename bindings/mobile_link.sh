#!/bin/sh
# Links the library for phones once more, smaller: without what uniffi only reads when it generates, and with addresses that have to
# be moved when it is loaded in their short form (RELR: Android 9, glibc 2.36 and later).
#
#     bindings/mobile_link.sh target/mobile/libsaferoom_ffi.a libsaferoom_ffi.so
#
# CC links; it has to know the same target as the library. UNWINDER is the library that unwinds: gcc_s, or unwind with the NDK.
set -eu
[ $# -eq 2 ] || { echo "usage: mobile_link.sh LIBRARY.a LIBRARY.so" >&2; exit 2; }
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
# What hosts call: uniffi's functions and checksums, and the plain door.
"${NM:-nm}" --defined-only "$1" 2> /dev/null | sed -nE 's/^[0-9a-f]+ T ((uniffi|ffi)_saferoom_ffi_[a-z0-9_]+|saferoom_(ask_page|free_answer))$/\1/p' \
  | sort -u > "$WORK/names"
[ -s "$WORK/names" ] || { echo "no function was found in $1" >&2; exit 1; }
{
  echo "{ global:"
  sed 's/$/;/' "$WORK/names"
  echo "local: *; };"
} > "$WORK/map"
sed 's/^/-Wl,--undefined=/' "$WORK/names" > "$WORK/options"
"${CC:-cc}" -shared -o "$2" "@$WORK/options" -Wl,--version-script="$WORK/map" -Wl,--gc-sections -Wl,-O2 -Wl,--as-needed \
  -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,-z,pack-relative-relocs -Wl,-s "$1" "-l${UNWINDER:-gcc_s}" -lm -ldl -lc
