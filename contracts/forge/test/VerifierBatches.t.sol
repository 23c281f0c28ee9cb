// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, IPresentVerifier} from "../../solidity/IPresentVerifier.sol";
import {Vector} from "../Vectors.sol";
import {VerifierWorld} from "../VerifierWorld.sol";

/// Many proofs by one equation: as each alone, and no attack on the sum.
contract VerifierBatchesTest is VerifierWorld {
    function test_batchesOfRealProofsHold() public {
        Vector[] memory all = _batch();
        uint256[4] memory sizes = [uint256(1), 2, 7, 32];
        for (uint256 i = 0; i < 4; ++i) {
            assertTrue(_verifyBatch(_first(all, sizes[i])));
        }
        vm.snapshotGasLastCall("verifier", "verifyBatch of 32");
    }

    /// A batch may hold one proof twice: that a nullifier registers once is the registry's rule.
    function test_aProofTwiceHolds() public view {
        Vector[] memory vectors = new Vector[](2);
        (vectors[0], vectors[1]) = (alice, alice);
        assertTrue(_verifyBatch(vectors));
    }

    function test_anEmptyBatchShowsNothing() public view {
        assertFalse(_verifyBatch(new Vector[](0)));
    }

    function test_bindingsOfAnotherNumberAreRefused() public {
        (Entry[] memory entries, uint256[] memory bindings) = _entries(_first(_batch(), 3));
        uint256[] memory fewer = new uint256[](2);
        (fewer[0], fewer[1]) = (bindings[0], bindings[1]);
        vm.expectRevert(IPresentVerifier.Malformed.selector);
        verifier.verifyBatch(point, entries, fewer);
        vm.expectRevert(IPresentVerifier.Malformed.selector);
        verifier.verifyBatch(point, new Entry[](0), fewer);
    }

    /// One false proof at any place, false by any word that is left well-formed.
    function testFuzz_oneFalseProofFailsAll(uint8 size, uint8 place, uint8 input, uint256 other) public view {
        Vector[] memory vectors = _first(_batch(), 1 + size % 8);
        Vector memory vector = vectors[place % vectors.length];
        other %= R;
        if (input % 3 == 0) vector.claim.nullifier = other;
        else if (input % 3 == 1) vector.binding = other;
        else vector.claim.today = other;
        assertFalse(_verifyBatch(vectors));
    }

    function test_aProofUnderAnotherRootFailsAll() public view {
        Vector[] memory vectors = _first(_batch(), 5);
        vectors[3] = _claim("alice_alice_0_second");
        assertFalse(_verifyBatch(vectors));
    }

    /// Entries may stand in any order, but nothing of one may stand in another.
    function test_swappedPartsOfEntriesFailAll() public view {
        Vector[] memory vectors = _first(_batch(), 3);
        (vectors[0], vectors[2]) = (vectors[2], vectors[0]);
        assertTrue(_verifyBatch(vectors));
        (vectors[0].binding, vectors[2].binding) = (vectors[2].binding, vectors[0].binding);
        assertFalse(_verifyBatch(vectors));
        (vectors[0].binding, vectors[2].binding) = (vectors[2].binding, vectors[0].binding);
        (vectors[0].claim.proof, vectors[2].claim.proof) = (vectors[2].claim.proof, vectors[0].claim.proof);
        assertFalse(_verifyBatch(vectors));
    }

    function test_aConstantPointOffTheCurveIsRefused() public {
        point.y += 1;
        (Entry[] memory entries, uint256[] memory bindings) = _entries(_first(_batch(), 2));
        vm.expectRevert(IPresentVerifier.Malformed.selector);
        verifier.verifyBatch(point, entries, bindings);
    }

    function test_pointsAtInfinityFailAll() public view {
        for (uint256 i = 0; i < 3; ++i) {
            Vector[] memory vectors = _first(_batch(), 3);
            uint256[8] memory proof = vectors[1].claim.proof;
            if (i == 0) (proof[0], proof[1]) = (0, 0);
            if (i == 1) (proof[2], proof[3], proof[4], proof[5]) = (0, 0, 0, 0);
            if (i == 2) (proof[6], proof[7]) = (0, 0);
            assertFalse(_verifyBatch(vectors));
        }
    }

    /// C + D in one and C − D in another: with weights that are all one, D would cancel.
    function test_craftedProofsThatCancelInASumFail() public view {
        Vector[] memory vectors = _first(_batch(), 4);
        uint256[8] memory one = vectors[0].claim.proof;
        uint256[8] memory two = vectors[2].claim.proof;
        (uint256 sumX,) = _add(one[6], one[7], two[6], two[7]);
        (uint256 x, uint256 y) = (vectors[1].claim.proof[6], vectors[1].claim.proof[7]);
        (one[6], one[7]) = _add(one[6], one[7], x, y);
        (two[6], two[7]) = _add(two[6], two[7], x, P - y);
        (uint256 shiftedX,) = _add(one[6], one[7], two[6], two[7]);
        assertTrue(shiftedX == sumX);
        assertFalse(_verifyBatch(vectors));
    }

    // Inputs of two entries moved to x1 + δ·r2 and x2 − δ·r1, by the coefficients of the batch as it was: Σr·x stays,
    // so this would pass if the coefficients stayed.
    function test_shiftedNullifiersFail() public view {
        (Vector[] memory vectors, uint256 up, uint256 down) = _shift();
        vectors[0].claim.nullifier = addmod(vectors[0].claim.nullifier, up, R);
        vectors[1].claim.nullifier = addmod(vectors[1].claim.nullifier, down, R);
        assertFalse(_verifyBatch(vectors));
    }

    function test_shiftedDaysFail() public view {
        (Vector[] memory vectors, uint256 up, uint256 down) = _shift();
        vectors[0].claim.today = addmod(vectors[0].claim.today, up, R);
        vectors[1].claim.today = addmod(vectors[1].claim.today, down, R);
        assertFalse(_verifyBatch(vectors));
    }

    function test_shiftedBindingsFail() public view {
        (Vector[] memory vectors, uint256 up, uint256 down) = _shift();
        vectors[0].binding = addmod(vectors[0].binding, up, R);
        vectors[1].binding = addmod(vectors[1].binding, down, R);
        assertFalse(_verifyBatch(vectors));
    }

    /// The same with points: C1 + δ·r2·D and C2 − δ·r1·D.
    function test_shiftedPointsFail() public view {
        (Vector[] memory vectors, uint256 up, uint256 down) = _shift();
        for (uint256 i = 0; i < 2; ++i) {
            uint256[8] memory proof = vectors[i].claim.proof;
            (uint256 x, uint256 y) = _mul(1, 2, i == 0 ? up : down);
            (proof[6], proof[7]) = _add(proof[6], proof[7], x, y);
        }
        assertFalse(_verifyBatch(vectors));
    }

    /// Why those fail: the coefficients are a hash of everything that they weigh, of chain, caller and key. Seen is
    /// what the verifier multiplies A and C with.
    function test_theCoefficientsAreThoseOfTheProtocol() public {
        Vector[] memory vectors = _first(_batch(), 3);
        for (uint256 i = 0; i < 3; ++i) {
            uint256[8] memory proof = vectors[i].claim.proof;
            uint256 coefficient = _coefficient(vectors, i);
            vm.expectCall(address(7), abi.encode(proof[0], proof[1], coefficient), 1);
            vm.expectCall(address(7), abi.encode(proof[6], proof[7], coefficient), 1);
        }
        assertTrue(_verifyBatch(vectors));
    }

    function test_aNumberNotBelowRIsNamed() public {
        for (uint256 input = 0; input < 3; ++input) {
            Vector[] memory vectors = _first(_batch(), 4);
            Vector memory vector = vectors[input + 1];
            if (input == 0) vector.claim.nullifier += R;
            if (input == 1) vector.binding += R;
            if (input == 2) vector.claim.today += R;
            _expectMalformed(vectors, input + 1);
        }
    }

    function test_aPointOfG1OffTheCurveIsNamed() public {
        uint256[4] memory words = [uint256(0), 1, 6, 7];
        for (uint256 i = 0; i < 4; ++i) {
            Vector[] memory vectors = _first(_batch(), 5);
            vectors[i + 1].claim.proof[words[i]] += 1;
            _expectMalformed(vectors, i + 1);
            vectors[i + 1].claim.proof[words[i]] += P - 1;
            _expectMalformed(vectors, i + 1);
        }
    }

    /// Each place of batches of one to nine, for the halving.
    function test_aPointOutsideTheSubgroupIsNamed() public {
        Vector[] memory all = _batch();
        for (uint256 size = 1; size < 10; ++size) {
            for (uint256 place = 0; place < size; ++place) {
                Vector[] memory vectors = _first(all, size);
                uint256[8] memory good = vectors[place].claim.proof;
                vectors[place].claim.proof = abi.decode(abi.encode(good), (uint256[8]));
                _onTwist(vectors[place]);
                _expectMalformed(vectors, place);
                vectors[place].claim.proof = good;
            }
        }
    }

    function test_ofTwoMalformedEntriesTheFirstIsNamed() public {
        Vector[] memory vectors = _first(_batch(), 8);
        vectors[3] = _onTwist(vectors[3]);
        vectors[6] = _onTwist(vectors[6]);
        _expectMalformed(vectors, 3);
    }

    function test_aPointOfG2OffTheCurveIsNamed() public {
        for (uint256 word = 2; word < 6; ++word) {
            Vector[] memory vectors = _first(_batch(), 6);
            vectors[word - 1].claim.proof[word] += 1;
            _expectMalformed(vectors, word - 1);
            vectors[word - 1].claim.proof[word] += P - 1;
            _expectMalformed(vectors, word - 1);
        }
    }

    /// A failing precompile takes what it is offered and no more, so twice the gas of a good batch is enough to name
    /// a B, and next to none to name the first entry's A or C.
    function test_aMalformedBatchHasABoundedCost() public {
        Vector[] memory vectors = _batch();
        vectors[31] = _onTwist(vectors[31]);
        _expectMalformed(vectors, 31, 3_400_000);
        for (uint256 word = 1; word < 8; word += 6) {
            vectors = _first(_batch(), 4);
            vectors[0].claim.proof[word] += 1;
            _expectMalformed(vectors, 0, 20_000);
        }
    }

    /// Given too little gas, no entry is blamed and no proof called false.
    function test_tooLittleGasBlamesNobody() public view {
        Vector[] memory all = _batch();
        for (uint256 size = 1; size < 4; ++size) {
            (Entry[] memory entries, uint256[] memory bindings) = _entries(_first(all, size));
            for (uint256 gas_ = 10_000; gas_ < 500_000; gas_ += 1_703) {
                try verifier.verifyBatch{gas: gas_}(point, entries, bindings) returns (bool holds) {
                    assertTrue(holds);
                } catch (bytes memory reason) {
                    assertTrue(reason.length == 0);
                }
            }
        }
    }

    function _expectMalformed(Vector[] memory vectors, uint256 place) private {
        _expectMalformed(vectors, place, gasleft());
    }

    function _expectMalformed(Vector[] memory vectors, uint256 place, uint256 gas_) private {
        (Entry[] memory entries, uint256[] memory bindings) = _entries(vectors);
        vm.expectRevert(abi.encodeWithSelector(IPresentVerifier.MalformedEntry.selector, place));
        verifier.verifyBatch{gas: gas_}(point, entries, bindings);
    }

    /// Two good entries, and what to add to an input of the first and of the second so that Σr·x stays as it was.
    function _shift() private view returns (Vector[] memory vectors, uint256 up, uint256 down) {
        vectors = _first(_batch(), 2);
        (uint256 r1, uint256 r2) = (_coefficient(vectors, 0), _coefficient(vectors, 1));
        (up, down) = (mulmod(5, r2, R), R - mulmod(5, r1, R));
        assertTrue(addmod(mulmod(r1, up, R), mulmod(r2, down, R), R) == 0);
    }

    /// The coefficient of an entry as docs/protocol.md section 10 has it.
    function _coefficient(Vector[] memory vectors, uint256 i) private view returns (uint256) {
        bytes memory weighed =
            abi.encode(keccak256("humanseal/v1/batch"), block.chainid, address(this), verifier.vkHash(), point);
        for (uint256 j = 0; j < vectors.length; ++j) {
            weighed = bytes.concat(weighed, abi.encode(vectors[j].claim, vectors[j].nonce));
        }
        for (uint256 j = 0; j < vectors.length; ++j) {
            weighed = bytes.concat(weighed, abi.encode(vectors[j].binding));
        }
        return uint256(keccak256(abi.encode(keccak256(weighed), i))) >> 128;
    }
}
