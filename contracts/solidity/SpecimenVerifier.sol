// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Point} from "./IPresentVerifier.sol";

/// For tests: as much of a verifier as a registry reads when it admits one. It states whatever hash it is told, and
/// checks no proof.
contract SpecimenVerifier {
    bytes32 public immutable vkHash;

    constructor(bytes32 vkHash_) {
        vkHash = vkHash_;
    }

    function constantPoint(uint256, uint256, uint256, uint256, uint256) external pure returns (Point memory) {
        return Point(1, 2);
    }
}
