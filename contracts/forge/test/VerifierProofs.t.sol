// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IPresentVerifier, Point} from "../../solidity/IPresentVerifier.sol";
import {PresentVerifier} from "../foreign/PresentVerifier.sol";
import {Vector} from "../Vectors.sol";
import {VerifierWorld} from "../VerifierWorld.sol";

/// One proof: what holds, and what does not.
contract VerifierProofsTest is VerifierWorld {
    function test_realProofsHold() public {
        assertTrue(_verify(alice));
        vm.snapshotGasLastCall("verifier", "verify");
        for (uint256 nonce = 1; nonce < 4; ++nonce) {
            assertTrue(_verify(_claim(string.concat("alice_alice_", vm.toString(nonce)))));
        }
        assertTrue(_verify(_claim("yesterday")));
        assertTrue(_verify(_claim("rerandomised")));
        Vector[] memory batch = _batch();
        for (uint256 i = 0; i < batch.length; ++i) {
            assertTrue(_verify(batch[i]));
        }
    }

    function test_aProofUnderAnotherRootHoldsWithThatRootsPointAlone() public {
        Vector memory second = _claim("alice_alice_0_second");
        assertFalse(_verify(second));
        point = _constantPoint("second");
        assertTrue(_verify(second));
        assertFalse(_verify(alice));
    }

    /// What the constant point is made of: each of its inputs, if it is another, makes another point.
    function test_aProofForOtherConstantInputsFails() public view {
        assertFalse(_verify(_claim("other_scope")));
        assertFalse(_verify(_claim("other_epoch")));
        assertFalse(_verify(_claim("other_policy")));
        assertFalse(_verify(_claim("other_excluded")));
        assertFalse(_verify(_claim("other_issuer")));
    }

    function test_everyConstantInputMovesThePoint() public view {
        uint256[5] memory inputs = _constantInputs();
        for (uint256 i = 0; i < 5; ++i) {
            inputs[i] += 1;
            Point memory moved = verifier.constantPoint(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
            inputs[i] -= 1;
            assertTrue(moved.x != point.x);
        }
    }

    /// In a key whose IC0 is −IC4, the root 1 cancels the constant; the point would look like one that is not cached.
    function test_aConstantPointAtInfinityIsRefused() public {
        Point memory constantTerm = verifier.constantPoint(0, 0, 0, 0, 0);
        Point memory withRoot = verifier.constantPoint(1, 0, 0, 0, 0);
        (uint256 x, uint256 y) = _add(withRoot.x, withRoot.y, constantTerm.x, P - constantTerm.y);
        bytes memory code = address(verifier).code;
        _replace(code, bytes32(constantTerm.x), bytes32(x));
        _replace(code, bytes32(constantTerm.y), bytes32(P - y));
        vm.etch(address(verifier), code);
        vm.expectRevert(IPresentVerifier.Malformed.selector);
        verifier.constantPoint(1, 0, 0, 0, 0);
        Point memory twice = verifier.constantPoint(2, 0, 0, 0, 0);
        assertTrue(twice.x == x && twice.y == y);
        // And in a key whose IC0 is no point at all.
        _replace(code, bytes32(P - y), bytes32(P - y + 1));
        vm.etch(address(verifier), code);
        vm.expectRevert(IPresentVerifier.Malformed.selector);
        verifier.constantPoint(2, 0, 0, 0, 0);
    }

    /// Puts another word into code where the first stands, once.
    function _replace(bytes memory code, bytes32 word, bytes32 by) private pure {
        for (uint256 i = 32; i <= code.length; ++i) {
            bytes32 there;
            assembly ("memory-safe") {
                there := mload(add(code, i))
            }
            if (there != word) continue;
            assembly ("memory-safe") {
                mstore(add(code, i), by)
            }
            return;
        }
        revert("the code has no such word");
    }

    function test_everyConstantInputPlusRIsRefused() public {
        uint256[5] memory inputs = _constantInputs();
        for (uint256 i = 0; i < 5; ++i) {
            inputs[i] += R;
            vm.expectRevert(IPresentVerifier.Malformed.selector);
            verifier.constantPoint(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4]);
            inputs[i] -= R;
        }
    }

    function test_everyPublicInputPlusRFails() public view {
        Vector memory vector = alice;
        vector.claim.nullifier += R;
        assertFalse(_verify(vector));
        vector = alice;
        vector.binding += R;
        assertFalse(_verify(vector));
        vector = alice;
        vector.claim.today += R;
        assertFalse(_verify(vector));
        assertTrue(_verify(alice));
    }

    /// Any other value of an input, and any other word of the proof.
    function testFuzz_everyChangeFails(uint8 place, uint256 word) public view {
        Vector memory vector = alice;
        place %= 11;
        if (place < 8) vector.claim.proof[place] ^= word;
        else if (place == 8) vector.claim.nullifier ^= word;
        else if (place == 9) vector.binding ^= word;
        else vector.claim.today ^= word;
        assertTrue(_verify(vector) == (word == 0));
    }

    /// A coordinate plus p is the same point in another spelling.
    function test_everyCoordinatePlusPFails() public view {
        for (uint256 i = 0; i < 8; ++i) {
            Vector memory vector = alice;
            vector.claim.proof[i] += P;
            assertFalse(_verify(vector));
        }
    }

    function test_pointsAtInfinityFail() public view {
        for (uint256 places = 1; places < 8; ++places) {
            assertFalse(_verify(_atInfinity(places)));
        }
        // The point at infinity that is (0, p) is none either.
        Vector memory vector = _atInfinity(1);
        vector.claim.proof[1] = P;
        assertFalse(_verify(vector));
    }

    /// A, B, C at infinity by the bits of `places`.
    function _atInfinity(uint256 places) private view returns (Vector memory vector) {
        vector = alice;
        uint256[8] memory proof = vector.claim.proof;
        if (places & 1 != 0) (proof[0], proof[1]) = (0, 0);
        if (places & 2 != 0) (proof[2], proof[3], proof[4], proof[5]) = (0, 0, 0, 0);
        if (places & 4 != 0) (proof[6], proof[7]) = (0, 0);
    }

    /// On the twist, but not in the subgroup of order r.
    function test_aPointOutsideTheSubgroupFails() public view {
        assertFalse(_verify(_onTwist(alice)));
    }

    function test_swappedPartsFail() public view {
        Vector memory vector = alice;
        uint256[8] memory proof = vector.claim.proof;
        // Real and imaginary parts.
        (proof[2], proof[3], proof[4], proof[5]) = (proof[3], proof[2], proof[5], proof[4]);
        assertFalse(_verify(vector));
        // A and C.
        vector = alice;
        proof = vector.claim.proof;
        (proof[0], proof[1], proof[6], proof[7]) = (proof[6], proof[7], proof[0], proof[1]);
        assertFalse(_verify(vector));
        // Nullifier and binding.
        vector = alice;
        (vector.claim.nullifier, vector.binding) = (vector.binding, vector.claim.nullifier);
        assertFalse(_verify(vector));
    }

    function test_aChangedSignFails() public view {
        Vector memory vector = alice;
        vector.claim.proof[1] = P - vector.claim.proof[1];
        assertFalse(_verify(vector));
        vector = alice;
        vector.claim.proof[7] = P - vector.claim.proof[7];
        assertFalse(_verify(vector));
    }

    function test_aConstantPointOffTheCurveFails() public {
        point.y += 1;
        assertFalse(_verify(alice));
    }

    /// Given too little gas for the precompiles, the verifier says nothing, rather than false.
    function test_tooLittleGasSaysNothing() public view {
        for (uint256 gas_ = 3_000; gas_ < 260_000; gas_ += 1_501) {
            try verifier.verify{gas: gas_}(
                point, alice.claim.proof, alice.claim.nullifier, alice.binding, alice.claim.today
            ) returns (
                bool holds
            ) {
                assertTrue(holds);
            } catch (bytes memory reason) {
                assertTrue(reason.length == 0);
            }
        }
    }

    /// A failing precompile takes what it is offered, and no more.
    function test_aMalformedProofCostsLittleMoreThanAFalseOne() public {
        Vector memory vector = _onTwist(alice);
        uint256 before = gasleft();
        assertFalse(_verify(vector));
        assertTrue(before - gasleft() < 300_000);
        vector = alice;
        vector.claim.proof[6] += 1;
        before = gasleft();
        assertFalse(_verify(vector));
        assertTrue(before - gasleft() < 300_000);
        point.y += 1;
        before = gasleft();
        assertFalse(_verify(alice));
        assertTrue(before - gasleft() < 60_000);
    }

    /// A contract rendered from a key of snarkjs takes snarkjs' proof, on any chain.
    function test_aForeignKeysContractTakesItsProofAlone() public {
        vm.chainId(1);
        PresentVerifier foreign = new PresentVerifier();
        (uint256[8] memory proof, uint256[] memory inputs) = _snarkjs();
        Point memory constantPart = foreign.constantPoint(inputs[3], inputs[4], inputs[5], inputs[6], inputs[7]);
        assertTrue(foreign.verify(constantPart, proof, inputs[0], inputs[1], inputs[2]));
        assertFalse(foreign.verify(constantPart, proof, inputs[0], inputs[1], inputs[2] + 1));
        assertFalse(foreign.verify(point, alice.claim.proof, alice.claim.nullifier, alice.binding, alice.claim.today));
    }
}
