#!/usr/bin/env bash
# Checks that the library compiles for phones, where neither's SDK is at hand: every crate and its C and assembly for
# aarch64-linux-android and aarch64-apple-ios. Nothing is linked. The standard library of each is built from Debian's
# sources (rust-web-src), C by clang with the headers of musl.
#
#   scripts/sdk/targets.sh
set -euo pipefail
source "$(dirname "$0")/tools.sh"
debian rustc-web cargo-web rust-web-src clang llvm musl-dev
export RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1

# What Xcode would be asked for: a folder, and the one header of Apple's that C here includes.
export SDKROOT="$out/targets/apple"
mkdir -p "$SDKROOT"
printf '#define TARGET_OS_MAC 1\n#define TARGET_OS_IPHONE 1\n#define TARGET_OS_IOS 1\n' >"$SDKROOT/TargetConditionals.h"
export AR=llvm-ar CC=clang CFLAGS="-isystem /usr/include/x86_64-linux-musl -isystem $SDKROOT"
export CC_x86_64_unknown_linux_gnu=gcc CFLAGS_x86_64_unknown_linux_gnu=

for target in aarch64-linux-android aarch64-apple-ios; do
  /usr/bin/cargo check --release --locked --package humanseal-sdk-ffi --target "$target" \
    -Zbuild-std=std,panic_unwind --target-dir "$out/targets"
  echo "$target: the library compiles"
done
