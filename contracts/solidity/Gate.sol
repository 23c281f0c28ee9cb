// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPresentVerifier} from "./IPresentVerifier.sol";

/// What every check of a registration reads, in one word, so that it costs one storage read. From bit 0:
/// verifier 160, trusted issuers 32 (bit i: index i), trusted verifying keys 8 (likewise), version 16,
/// windowHours 8, termDays 9, coolDownHours 14, key 3 (index of `verifier`).
type Gate is uint256;

using {verifier, issuers, keys, version, windowSeconds, termSeconds, coolDownSeconds, key} for Gate global;
using {trusts, trustsIssuer, trustsKey} for Gate global;
using {withIssuer, withoutIssuer, withVerifier, withoutKey, withNextVersion, withTimes} for Gate global;

// An index is never used twice, so these are for the registry's whole life.
uint256 constant MAX_ISSUERS = 32;
uint256 constant MAX_KEYS = 8;

uint256 constant ISSUERS_AT = 160;
uint256 constant KEYS_AT = 192;
uint256 constant VERSION_AT = 200;
uint256 constant WINDOW_AT = 216;
uint256 constant TERM_AT = 224;
uint256 constant COOL_DOWN_AT = 233;
uint256 constant KEY_AT = 247;

function verifier(Gate self) pure returns (IPresentVerifier) {
    return IPresentVerifier(address(uint160(Gate.unwrap(self))));
}

function issuers(Gate self) pure returns (uint32) {
    return uint32(Gate.unwrap(self) >> ISSUERS_AT);
}

function keys(Gate self) pure returns (uint8) {
    return uint8(Gate.unwrap(self) >> KEYS_AT);
}

/// Rises whenever a cached point that was made before must not be found again.
function version(Gate self) pure returns (uint16) {
    return uint16(Gate.unwrap(self) >> VERSION_AT);
}

function windowSeconds(Gate self) pure returns (uint256) {
    return (Gate.unwrap(self) >> WINDOW_AT & 0xff) * 1 hours;
}

function termSeconds(Gate self) pure returns (uint256) {
    return (Gate.unwrap(self) >> TERM_AT & 0x1ff) * 1 days;
}

function coolDownSeconds(Gate self) pure returns (uint256) {
    return (Gate.unwrap(self) >> COOL_DOWN_AT & 0x3fff) * 1 hours;
}

function key(Gate self) pure returns (uint8) {
    return uint8(Gate.unwrap(self) >> KEY_AT & 0x7);
}

/// An index beyond the bitmap is trusted by nobody: the bitmap is cut out first.
function trustsIssuer(Gate self, uint256 index) pure returns (bool) {
    return self.issuers() >> index & 1 == 1;
}

function trustsKey(Gate self, uint256 index) pure returns (bool) {
    return self.keys() >> index & 1 == 1;
}

function trusts(Gate self, uint256 issuer, uint256 keyIndex) pure returns (bool) {
    return (self.issuers() >> issuer) & (self.keys() >> keyIndex) & 1 == 1;
}

function withIssuer(Gate self, uint256 index) pure returns (Gate) {
    return Gate.wrap(Gate.unwrap(self) | 1 << ISSUERS_AT + index);
}

function withoutIssuer(Gate self, uint256 index) pure returns (Gate) {
    return Gate.wrap(Gate.unwrap(self) & ~(1 << ISSUERS_AT + index));
}

/// The verifier of a new key, trusted from now on; earlier keys stay trusted for what they admitted.
function withVerifier(Gate self, IPresentVerifier next, uint256 keyIndex) pure returns (Gate) {
    uint256 kept = Gate.unwrap(self) & ~(uint256(type(uint160).max) | 0x7 << KEY_AT);
    return Gate.wrap(kept | uint160(address(next)) | 1 << KEYS_AT + keyIndex | keyIndex << KEY_AT);
}

function withoutKey(Gate self, uint256 keyIndex) pure returns (Gate) {
    return Gate.wrap(Gate.unwrap(self) & ~(1 << KEYS_AT + keyIndex));
}

/// Reverts after 65535 of them: a version that came again would find points of another policy or key.
function withNextVersion(Gate self) pure returns (Gate) {
    uint16 next = self.version() + 1;
    return Gate.wrap(Gate.unwrap(self) & ~(uint256(type(uint16).max) << VERSION_AT) | uint256(next) << VERSION_AT);
}

/// The caller checked the bounds: at most 255, 365 and 8760.
function withTimes(Gate self, uint8 windowHours, uint16 termDays, uint16 coolDownHours) pure returns (Gate) {
    uint256 kept = Gate.unwrap(self) & ~(0xff << WINDOW_AT | 0x1ff << TERM_AT | 0x3fff << COOL_DOWN_AT);
    return Gate.wrap(
        kept | uint256(windowHours) << WINDOW_AT | uint256(termDays) << TERM_AT | uint256(coolDownHours) << COOL_DOWN_AT
    );
}
