// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Gate} from "./Gate.sol";

/// What the registry keeps of one account, in one word. From bit 0: place 200, expiresAt 40 (Unix seconds),
/// issuer 8, key 8 (the indices that admitted it). Zero where it has none.
type Registration is uint256;

using {place, expiresAt, issuer, key, isLive} for Registration global;

uint256 constant EXPIRES_AT = 200;
uint256 constant ISSUER_AT = 240;
uint256 constant KEY_AT = 248;

/// Of a nullifier the place is kept. The caller's numbers fit their fields.
function registrationWord(uint256 nullifier, uint256 ends, uint256 issuerIndex, uint256 keyIndex)
    pure
    returns (Registration)
{
    return Registration.wrap(uint200(nullifier) | ends << EXPIRES_AT | issuerIndex << ISSUER_AT | keyIndex << KEY_AT);
}

function place(Registration self) pure returns (uint200) {
    return uint200(Registration.unwrap(self));
}

function expiresAt(Registration self) pure returns (uint40) {
    return uint40(Registration.unwrap(self) >> EXPIRES_AT);
}

function issuer(Registration self) pure returns (uint8) {
    return uint8(Registration.unwrap(self) >> ISSUER_AT);
}

function key(Registration self) pure returns (uint8) {
    return uint8(Registration.unwrap(self) >> KEY_AT);
}

/// Before its end, its issuer and its verifying key trusted still. What is not live blocks nobody. Trust is taken
/// for good, so a registration that lost it can never come back to life beside a newer one of the same place.
function isLive(Registration self, Gate gate) view returns (bool) {
    // The cheapest first: an account that is new here has the word 0.
    return self.expiresAt() > block.timestamp && gate.trusts(self.issuer(), self.key());
}
