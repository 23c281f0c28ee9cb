#!/usr/bin/env bash
# Compiles the Swift package, its example app and its scenario on Linux x86-64, and runs both against a development
# service on loopback. Swift is Debian 13's, which is unpacked into target/sdk/debian once: 450 MB are fetched, 3 GB
# written. Needs root, for chroot.
#
#   scripts/sdk/swift.sh
set -euo pipefail
# Mounts of its own, so that none outlives it; and one run at a time.
[ "${1:-}" = inside ] || exec unshare --mount --propagation private "$0" inside
if [ "$(readlink /proc/self/ns/mnt)" = "$(readlink "/proc/$PPID/ns/mnt")" ]; then
  echo 'without an argument, please' >&2
  exit 2
fi
source "$(dirname "$0")/tools.sh"
source scripts/development/service.sh

exec 9>"$out/swift.lock"
flock 9
debian debootstrap debian-archive-keyring
debian="$out/debian"
if [ ! -e "$debian/complete" ]; then
  rm -rf "$debian"
  debootstrap --force-check-gpg --variant=minbase trixie "$debian" >&2
  chroot "$debian" apt-get install --quiet=2 --yes --no-install-recommends swiftlang libc6-dev libstdc++-14-dev openssl >&2
  touch "$debian/complete"
fi

scripts/sdk/package.sh swift
programs="$out/swift-programs"
rm -rf "$programs"
mkdir -p "$programs/Sources/App" "$programs/Sources/Scenario"
cp sdk/packages/swift/programs/Package.swift "$programs"
cp sdk/packages/swift/programs/{Account,App}.swift "$programs/Sources/App"
cp sdk/packages/swift/programs/{Account,App,Scenario}.swift "$programs/Sources/Scenario"
stage "$out/stage-swift"

# The project at its own path. Swift finds its own folder by /proc.
mount -t proc proc "$debian/proc"
mount --bind /dev "$debian/dev"
mkdir -p "$debian$root"
mount --bind "$root" "$debian$root"
swift() { chroot "$debian" env LD_LIBRARY_PATH="$bin" "$@"; }
swift swift build --package-path "$programs" --disable-sandbox --quiet -Xlinker "-L$bin"
run() { swift "$programs/.build/debug/${1^}" "${@:2}"; }

play swift
