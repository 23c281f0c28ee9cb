#!/usr/bin/env bash
# Makes chip keys and answers with Bouncy Castle, which JMRTD verifies with: nothing in them comes from
# this project's own code. Needs Java and its jar (Debian: openjdk-17-jdk-headless, libbcprov-java).
# Private keys are made for the run and thrown away, so that every run gives other bytes.
#
#   scripts/vectors/chips.sh >fixtures/vectors/chips.tsv
set -euo pipefail
cd "$(dirname "$0")"
jar="${BCPROV:-/usr/share/java/bcprov.jar}"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
javac -cp "$jar" -d "$work" Chips.java
java -cp "$jar:$work" Chips
