#!/bin/sh
# Makes the Swift toolchain that `cargo xtask test` uses on Linux: a Debian trixie tree with swiftlang, in the directory
# given. It needs root and downloads about 570 MB; the tree takes about 1.7 GB. A finished tree is left as it is.
#
#     sudo bindings/swift/scripts/root.sh target/swift-root
#
# A tree that was cut short is made again from nothing: `.ready` is written last.
set -eu
ROOT=${1:?directory of the tree}
[ -e "$ROOT/.ready" ] && exit 0
rm -rf "$ROOT"
mkdir -p "$ROOT"
if ! command -v debootstrap >/dev/null; then
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends debootstrap
fi
# The mirror is the one the machine itself uses, so that a closed network or a proxy works.
MIRROR=$(sed -n 's/^URIs: //p' /etc/apt/sources.list.d/*.sources 2>/dev/null | head -1)
[ -n "$MIRROR" ] || MIRROR=$(sed -n 's/^deb \(\[[^]]*\] \)\{0,1\}\(http[^ ]*\).*/\2/p' /etc/apt/sources.list 2>/dev/null | head -1)
debootstrap --variant=minbase --keyring=/usr/share/keyrings/debian-archive-keyring.gpg \
  --include=ca-certificates,swiftlang,libc6-dev,libstdc++-14-dev \
  trixie "$ROOT" "${MIRROR:-https://deb.debian.org/debian}"
cd "$ROOT"
rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/doc usr/share/locale usr/share/man \
  usr/libexec/swift/lib/liblldb.so* usr/libexec/swift/lib/libsourcekitdInProc.so usr/libexec/swift/lib/swift_static \
  usr/libexec/swift/bin/lldb* usr/libexec/swift/bin/clangd usr/libexec/swift/bin/sourcekit-lsp \
  usr/libexec/swift/bin/docc usr/libexec/swift/bin/swift-format
touch .ready
