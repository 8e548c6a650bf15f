#!/bin/sh
# Runs a command inside the tree that root.sh made, with this repository at /repository and its build directory at /build.
# The mounts are private to the command: they end with it. Needs root.
#
#     bindings/swift/scripts/inside.sh target/swift-root "$PWD" "$PWD/target" swift --version
set -eu
[ $# -ge 4 ] || { echo "usage: inside.sh TREE REPOSITORY BUILD COMMAND..." >&2; exit 2; }
exec unshare --mount --propagation private sh -euc '
root=$1; repository=$2; build=$3; shift 3
mkdir -p "$root/repository" "$root/build"
# Without /proc the Swift driver does not find its own libraries.
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$repository" "$root/repository"
mount --bind "$build" "$root/build"
exec chroot "$root" /usr/bin/env -i PATH=/usr/bin:/bin HOME=/tmp LANG=C.UTF-8 \
  sh -euc "cd /repository/bindings/swift; exec \"\$@\"" sh "$@"
' sh "$@"
