// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry} from "../../solidity/IPresentVerifier.sol";
import {PresentVerifierDevelopment} from "../../solidity/PresentVerifierDevelopment.sol";
import {VerifierWorld} from "../VerifierWorld.sol";
import "../refused/Keys.sol" as Refused;

/// What is deployed: which keys are refused, and where a development key works.
contract VerifierKeysTest is VerifierWorld {
    function test_theHashIsThatOfTheKey() public view {
        assertTrue(uint256(verifier.vkHash()) == _number(".vkHash"));
    }

    /// The same text with the key as it is: the refusals below are the keys' own.
    function test_control_aGoodKeyIsDeployed() public {
        new Refused.NothingIsWrong();
    }

    function test_aKeyWithDeltaGammaIsRefused() public {
        vm.expectRevert(Refused.DeltaIsGamma.KeyRefused.selector);
        new Refused.DeltaIsGamma();
    }

    function test_aKeyWithDeltaMinusGammaIsRefused() public {
        vm.expectRevert(Refused.DeltaIsMinusGamma.KeyRefused.selector);
        new Refused.DeltaIsMinusGamma();
    }

    function test_aKeyWithDeltaTheGeneratorIsRefused() public {
        vm.expectRevert(Refused.DeltaIsGenerator.KeyRefused.selector);
        new Refused.DeltaIsGenerator();
    }

    function test_aKeyWithDeltaMinusTheGeneratorIsRefused() public {
        vm.expectRevert(Refused.DeltaIsMinusGenerator.KeyRefused.selector);
        new Refused.DeltaIsMinusGenerator();
    }

    function test_aKeyWithAlphaAtInfinityIsRefused() public {
        vm.expectRevert(Refused.AlphaAtInfinity.KeyRefused.selector);
        new Refused.AlphaAtInfinity();
    }

    function test_aKeyWithBetaAtInfinityIsRefused() public {
        vm.expectRevert(Refused.BetaAtInfinity.KeyRefused.selector);
        new Refused.BetaAtInfinity();
    }

    function test_aKeyWithGammaAtInfinityIsRefused() public {
        vm.expectRevert(Refused.GammaAtInfinity.KeyRefused.selector);
        new Refused.GammaAtInfinity();
    }

    function test_aKeyWithDeltaAtInfinityIsRefused() public {
        vm.expectRevert(Refused.DeltaAtInfinity.KeyRefused.selector);
        new Refused.DeltaAtInfinity();
    }

    function test_aKeyWithAZeroFirstIcIsRefused() public {
        vm.expectRevert(Refused.FirstIcAtInfinity.KeyRefused.selector);
        new Refused.FirstIcAtInfinity();
    }

    function test_aKeyWithAZeroLastIcIsRefused() public {
        vm.expectRevert(Refused.LastIcAtInfinity.KeyRefused.selector);
        new Refused.LastIcAtInfinity();
    }

    /// Deployed where it may be, as by a fork of the chain, it is still of no use elsewhere.
    function test_aDevelopmentKeyWorksOnLocalChainsAlone() public {
        vm.chainId(1337);
        assertTrue(_verify(alice));
        new PresentVerifierDevelopment();
        bytes4 refusal = PresentVerifierDevelopment.DevelopmentKey.selector;
        uint256[4] memory others = [uint256(1), 10, 8453, 31338];
        for (uint256 i = 0; i < 4; ++i) {
            vm.chainId(others[i]);
            vm.expectRevert(refusal);
            new PresentVerifierDevelopment();
            vm.expectRevert(refusal);
            verifier.verify(point, alice.claim.proof, alice.claim.nullifier, alice.binding, alice.claim.today);
            vm.expectRevert(refusal);
            verifier.verifyBatch(point, new Entry[](0), new uint256[](0));
            vm.expectRevert(refusal);
            verifier.constantPoint(1, 2, 3, 4, 5);
            vm.expectRevert(refusal);
            verifier.vkHash();
        }
    }

    /// What is tested here is what is committed, by the byte.
    function test_theArtifactIsTheTestedBytecode() public view {
        string memory artifact = vm.readFile("contracts/artifacts/PresentVerifierDevelopment.json");
        bytes memory committed = vm.parseJsonBytes(artifact, ".bytecode");
        assertTrue(keccak256(committed) == keccak256(type(PresentVerifierDevelopment).creationCode));
    }
}
