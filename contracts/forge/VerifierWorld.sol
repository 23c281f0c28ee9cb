// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, Point} from "../solidity/IPresentVerifier.sol";
import {PresentVerifierDevelopment} from "../solidity/PresentVerifierDevelopment.sol";
import {Vector, Vectors} from "./Vectors.sol";

/// The verifier of the development key, the constant point of root `first`, and a proof that holds.
abstract contract VerifierWorld is Vectors {
    uint256 internal constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;

    PresentVerifierDevelopment internal verifier;
    Point internal point;
    Vector internal alice;

    function setUp() public {
        verifier = new PresentVerifierDevelopment();
        point = _constantPoint("first");
        alice = _claim("alice_alice_0");
    }

    /// Root, issuer, policy, excluded, scope of root `first`.
    function _constantInputs() internal view returns (uint256[5] memory) {
        return _constantInputs("first");
    }

    function _constantInputs(string memory root) internal view returns (uint256[5] memory) {
        (uint256 issuer,) = _issuer(_root(root).issuer);
        return [_root(root).root, issuer, _number(".policy"), _number(".excluded"), _number(".scope")];
    }

    function _constantPoint(string memory root) internal view returns (Point memory) {
        uint256[5] memory inputs = _constantInputs(root);
        return verifier.constantPoint(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
    }

    function _verify(Vector memory vector) internal view returns (bool) {
        return verifier.verify(point, vector.claim.proof, vector.claim.nullifier, vector.binding, vector.claim.today);
    }

    function _verifyBatch(Vector[] memory vectors) internal view returns (bool) {
        (Entry[] memory entries, uint256[] memory bindings) = _entries(vectors);
        return verifier.verifyBatch(point, entries, bindings);
    }

    function _entries(Vector[] memory vectors)
        internal
        pure
        returns (Entry[] memory entries, uint256[] memory bindings)
    {
        entries = new Entry[](vectors.length);
        bindings = new uint256[](vectors.length);
        for (uint256 i = 0; i < vectors.length; ++i) {
            entries[i] = Entry(vectors[i].claim, vectors[i].nonce);
            bindings[i] = vectors[i].binding;
        }
    }

    /// The vector with a B that is on the twist and outside of the subgroup.
    function _onTwist(Vector memory vector) internal view returns (Vector memory) {
        uint256[] memory twist = _twist();
        for (uint256 i = 0; i < 4; ++i) {
            vector.claim.proof[2 + i] = twist[i];
        }
        return vector;
    }

    /// A proof that snarkjs made under a key of its own, and its public inputs.
    function _snarkjs() internal view returns (uint256[8] memory proof, uint256[] memory inputs) {
        string memory json = vm.readFile("fixtures/vectors/snarkjs/present.proof.json");
        // snarkjs writes real parts first.
        string[8] memory paths = ["a[0]", "a[1]", "b[0][1]", "b[0][0]", "b[1][1]", "b[1][0]", "c[0]", "c[1]"];
        for (uint256 i = 0; i < 8; ++i) {
            proof[i] = vm.parseJsonUint(json, string.concat(".pi_", paths[i]));
        }
        inputs = vm.parseJsonUintArray(vm.readFile("fixtures/vectors/snarkjs/present.public.json"), "$");
    }

    function _first(Vector[] memory all, uint256 count) internal pure returns (Vector[] memory some) {
        some = new Vector[](count);
        for (uint256 i = 0; i < count; ++i) {
            some[i] = all[i];
        }
    }

    function _add(uint256 x1, uint256 y1, uint256 x2, uint256 y2) internal view returns (uint256, uint256) {
        return _precompiled(address(6), abi.encode(x1, y1, x2, y2));
    }

    function _mul(uint256 x, uint256 y, uint256 scalar) internal view returns (uint256, uint256) {
        return _precompiled(address(7), abi.encode(x, y, scalar));
    }

    function _precompiled(address precompile, bytes memory input) private view returns (uint256, uint256) {
        (bool answered, bytes memory output) = precompile.staticcall(input);
        assertTrue(answered);
        return abi.decode(output, (uint256, uint256));
    }

    function assertTrue(bool condition) internal pure {
        require(condition, "expected true");
    }

    function assertFalse(bool condition) internal pure {
        require(!condition, "expected false");
    }
}
