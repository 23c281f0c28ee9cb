#!/usr/bin/env bash
# Makes a package of the SDK for one language, for the machine that it runs on, into target/sdk/LANGUAGE. Debian's
# packages and the registries' that it needs it installs; docs/sdk.md says how to use what comes out.
#
#   scripts/sdk/package.sh python     a wheel
#   scripts/sdk/package.sh kotlin     the folder of an AAR, and a jar for this machine's JVM. Needs Java 17 and npm
#   scripts/sdk/package.sh swift      a Swift package: sources, C header, module map
#   scripts/sdk/package.sh c          header, library, models
#
# HUMANSEAL_APP=1 in front of it: with the small library that an app carries, after minutes of linking.
set -euo pipefail
source "$(dirname "$0")/tools.sh"
language="${1:?which language: python, kotlin, swift, c}"
case "$language" in
  python | kotlin | swift | c) ;;
  *)
    echo "no such language: $language" >&2
    exit 2
    ;;
esac
to="$out/$language"
rm -rf "$to"
mkdir -p "$to"
build

case "$language" in
  python)
    mkdir -p "$to/source/humanseal/models"
    cp sdk/packages/python/{pyproject.toml,setup.py} "$to/source"
    sources python "$to/source/humanseal"
    cp sdk/packages/python/__init__.py "$to/source/humanseal"
    stripped "$to/source/humanseal"
    for model in "${models[@]}"; do cp "fixtures/models/$model" "$to/source/humanseal/models"; done
    python3 -m venv "$to/build"
    "$to/build/bin/pip" install --quiet --disable-pip-version-check 'setuptools==84.2.1' >&2
    "$to/build/bin/pip" wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps \
      --wheel-dir "$to" "$to/source" >&2
    rm -r "$to/build" "$to/source"
    ls "$to"/*.whl
    ;;
  kotlin)
    kotlin_tools
    debian libjna-java
    sources kotlin "$to/source"
    mkdir -p "$to/aar/assets/humanseal" "$to/aar/jni" "$to/native/linux-x86-64"
    java -cp "$kotlin/*" org.jetbrains.kotlin.cli.jvm.K2JVMCompiler -no-reflect -nowarn -jvm-target 17 \
      -cp "/usr/share/java/jna.jar:$kotlin/kotlinx-coroutines-core-jvm.jar" \
      -d "$to/aar/classes.jar" "$to/source"
    cp sdk/packages/kotlin/{AndroidManifest.xml,proguard.txt} "$to/aar"
    cp -R sdk/packages/kotlin/android "$to"
    touch "$to/aar/R.txt"
    for model in "${models[@]}"; do cp "fixtures/models/$model" "$to/aar/assets/humanseal"; done
    stripped "$to/native/linux-x86-64"
    cp "$to/aar/classes.jar" "$to/humanseal-jvm.jar"
    jar --update --file "$to/humanseal-jvm.jar" -C "$to/native" .
    rm -r "$to/native"
    echo "$to/aar"
    echo "$to/humanseal-jvm.jar"
    ;;
  swift)
    mkdir -p "$to/Sources/Humanseal" "$to/Sources/HumansealFFI/include"
    sources swift "$to/Sources/Humanseal"
    mv "$to/Sources/Humanseal/HumansealFFI.h" "$to/Sources/HumansealFFI/include"
    mv "$to/Sources/Humanseal/HumansealFFI.modulemap" "$to/Sources/HumansealFFI/include/module.modulemap"
    echo '// A target of C has a source; the library is Rust.' >"$to/Sources/HumansealFFI/empty.c"
    cp sdk/packages/swift/Package.swift "$to"
    cp sdk/packages/swift/{AppleKeys,Models}.swift "$to/Sources/Humanseal"
    mkdir "$to/Sources/Humanseal/models"
    for model in "${models[@]}"; do cp "fixtures/models/$model" "$to/Sources/Humanseal/models"; done
    echo "$to"
    ;;
  c)
    mkdir -p "$to/include" "$to/lib" "$to/models"
    "$bindgen" c sdk/ffi/src/c.rs "$to/include/humanseal.h"
    stripped "$to/lib"
    for model in "${models[@]}"; do cp "fixtures/models/$model" "$to/models"; done
    echo "$to"
    ;;
  *)
    echo "no such language: $language" >&2
    exit 2
    ;;
esac
