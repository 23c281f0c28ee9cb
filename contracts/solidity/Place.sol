// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

error CountOver();

/// What the registry keeps of one nullifier, in one word. From bit 0: the account that it had last 160,
/// count 32, since 40 (Unix seconds of the registration or the last move), bannedUntilDay 24.
/// Never reset: what ended is seen in the account's registration.
type Place is uint256;

using {account, count, since, bannedUntilDay, taken, counted, withBan} for Place global;

uint256 constant COUNT_AT = 160;
uint256 constant SINCE_AT = 192;
uint256 constant BANNED_AT = 232;

/// The low 200 bits of a nullifier name its place: whoever wanted to meet another's would need 2^200 hashes,
/// and an account's registration with the place in it fits one word.
function placeId(uint256 nullifier) pure returns (uint200) {
    return uint200(nullifier);
}

function account(Place self) pure returns (address) {
    return address(uint160(Place.unwrap(self)));
}

function count(Place self) pure returns (uint32) {
    return uint32(Place.unwrap(self) >> COUNT_AT);
}

function since(Place self) pure returns (uint40) {
    return uint40(Place.unwrap(self) >> SINCE_AT);
}

function bannedUntilDay(Place self) pure returns (uint24) {
    return uint24(Place.unwrap(self) >> BANNED_AT);
}

/// By a registration or a move, now; a ban stays.
function taken(Place self, address by) view returns (Place) {
    unchecked {
        uint256 kept =
            Place.unwrap(self.counted()) & ~(uint256(type(uint160).max) | uint256(type(uint40).max) << SINCE_AT);
        return Place.wrap(kept | uint160(by) | block.timestamp << SINCE_AT);
    }
}

/// By one more proof or revocation. Reverts at the end, 2^32 - 1: a count that came again would let old proofs in.
function counted(Place self) pure returns (Place) {
    if (self.count() == type(uint32).max) revert CountOver();
    unchecked {
        return Place.wrap(Place.unwrap(self) + (1 << COUNT_AT));
    }
}

function withBan(Place self, uint24 untilDay) pure returns (Place) {
    return Place.wrap(Place.unwrap(self) & ~(uint256(type(uint24).max) << BANNED_AT) | uint256(untilDay) << BANNED_AT);
}
