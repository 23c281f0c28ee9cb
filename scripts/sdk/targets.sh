#!/usr/bin/env bash
# Checks that the library compiles for phones, where neither's SDK is at hand: every crate and its C and assembly for
# aarch64-linux-android and aarch64-apple-ios. Nothing is linked. The standard library of each is built from Debian's
# sources (rust-web-src), C by clang with this machine's headers.
#
#   scripts/sdk/targets.sh
set -euo pipefail
source "$(dirname "$0")/tools.sh"
debian rustc-web cargo-web rust-web-src clang llvm libc6-dev
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1

# A sysroot is what the compiler of a target asks Xcode for; no file of it is read.
export SDKROOT="$out"
export AR=llvm-ar CC=clang CFLAGS="-isystem /usr/include -isystem /usr/include/$(gcc -print-multiarch)"
export CC_x86_64_unknown_linux_gnu=gcc CFLAGS_x86_64_unknown_linux_gnu=

for target in aarch64-linux-android aarch64-apple-ios; do
  /usr/bin/cargo check --release --locked --package humanseal-sdk-ffi --target "$target" \
    -Zbuild-std=std,panic_unwind --target-dir "$out/targets"
  echo "$target: the library compiles"
done
