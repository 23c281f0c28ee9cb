// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, IPresentVerifier, Point} from "../../solidity/IPresentVerifier.sol";

/// Stands for the proof check where a test is about the registry's own rules: it checks no proof. It holds true
/// exactly what a test listed: all eight public inputs. So a registry that passed another binding, day, nullifier,
/// or the point of another root, issuer, policy, mask or scope is refused here as by a real verifier.
/// RegistryProofs.t.sol runs with the real one.
contract ListedProofs is IPresentVerifier {
    uint256 public constant NO_POINT = type(uint256).max;

    bytes32 public immutable vkHash;
    mapping(bytes32 publicInputs => bool) private _listed;

    constructor(bytes32 name) {
        vkHash = name;
    }

    /// `fixedInputs`: root, issuer, policy, excluded, scope.
    function list(uint256[5] calldata fixedInputs, uint256 nullifier, uint256 binding, uint256 today) external {
        Point memory point =
            constantPoint(fixedInputs[0], fixedInputs[1], fixedInputs[2], fixedInputs[3], fixedInputs[4]);
        _listed[_id(point, nullifier, binding, today)] = true;
    }

    function constantPoint(uint256 root, uint256 issuer, uint256 policy, uint256 excluded, uint256 scope)
        public
        view
        returns (Point memory)
    {
        bytes32 all = keccak256(abi.encode(vkHash, root, issuer, policy, excluded, scope));
        return Point(uint256(all), uint256(keccak256(abi.encode(all))));
    }

    function verify(Point calldata point, uint256[8] calldata proof, uint256 nullifier, uint256 binding, uint256 today)
        external
        view
        returns (bool)
    {
        return proof[0] != NO_POINT && _listed[_id(point, nullifier, binding, today)];
    }

    function verifyBatch(Point calldata point, Entry[] calldata entries, uint256[] calldata bindings)
        external
        view
        returns (bool)
    {
        require(entries.length == bindings.length, "one binding an entry");
        for (uint256 i = 0; i < entries.length; ++i) {
            if (entries[i].claim.proof[0] == NO_POINT) revert MalformedEntry(i);
        }
        for (uint256 i = 0; i < entries.length; ++i) {
            bytes32 id = _id(point, entries[i].claim.nullifier, bindings[i], entries[i].claim.today);
            if (!_listed[id]) return false;
        }
        return entries.length != 0;
    }

    function _id(Point memory point, uint256 nullifier, uint256 binding, uint256 today) private pure returns (bytes32) {
        return keccak256(abi.encode(point.x, point.y, nullifier, binding, today));
    }
}
