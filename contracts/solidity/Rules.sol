// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Settings} from "./IProviderRegistry.sol";

// Where the demands stand in a policy (docs/protocol.md section 7): bit and width.
uint256 constant MIN_AGE = 0;
uint256 constant MIN_DOCUMENT = 8;
uint256 constant MIN_DEVICE = 12;
uint256 constant MIN_UNIQUE = 16;
uint256 constant MAX_SLOTS = 20;
uint256 constant MAX_VERIFIED_DAYS = 28;
uint256 constant MIN_ESTABLISHED_DAYS = 44;
uint256 constant POLICY_BITS = 60;

// The order of the field F_r: every public input is below it.
uint256 constant FIELD_ORDER = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

function demand(uint256 policy, uint256 bit, uint256 width) pure returns (uint256) {
    return policy >> bit & (1 << width) - 1;
}

/// Whether every setting is within its bounds.
function inBounds(Settings memory next) pure returns (bool) {
    return next.policy >> POLICY_BITS == 0 && demand(next.policy, MAX_SLOTS, 8) != 0 && next.excluded >> 253 == 0
        && next.windowHours != 0 && next.windowHours <= 168 && next.termDays != 0 && next.termDays <= 365
        && next.maxBanDays <= 3650 && next.coolDownHours <= uint256(next.termDays) * 24;
}

/// The least `min_established_days` under which one line never holds two places (docs/protocol.md section 9):
/// a lost secret's last proof is made under a root that is W old, and its registration or ban then lasts L.
function leastEstablishedDays(Settings memory next) pure returns (uint16) {
    uint16 longest = next.termDays > next.maxBanDays ? next.termDays : next.maxBanDays;
    return longest + (uint16(next.windowHours) + 23) / 24 + 1;
}

/// Whether `next` admits nobody whom `present` does not: each demand at least as high, each allowance at most.
/// The longest ban admits nobody, so it may change either way.
function isTighter(Settings memory next, Settings memory present) pure returns (bool) {
    (uint256 n, uint256 p) = (next.policy, present.policy);
    return demand(n, MIN_AGE, 8) >= demand(p, MIN_AGE, 8) && demand(n, MIN_DOCUMENT, 4) >= demand(p, MIN_DOCUMENT, 4)
        && demand(n, MIN_DEVICE, 4) >= demand(p, MIN_DEVICE, 4) && demand(n, MIN_UNIQUE, 4) >= demand(p, MIN_UNIQUE, 4)
        && demand(n, MAX_SLOTS, 8) <= demand(p, MAX_SLOTS, 8)
        && demand(n, MAX_VERIFIED_DAYS, 16) <= demand(p, MAX_VERIFIED_DAYS, 16)
        && demand(n, MIN_ESTABLISHED_DAYS, 16) >= demand(p, MIN_ESTABLISHED_DAYS, 16)
        && next.excluded & present.excluded == present.excluded && next.windowHours <= present.windowHours
        && next.termDays <= present.termDays && next.coolDownHours >= present.coolDownHours;
}
