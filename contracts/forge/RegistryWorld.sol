// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim, Entry} from "../solidity/IPresentVerifier.sol";
import {IProviderRegistry, Issuer, Refusal, Settings} from "../solidity/IProviderRegistry.sol";
import {PresentVerifierDevelopment} from "../solidity/PresentVerifierDevelopment.sol";
import {ProviderRegistry} from "../solidity/ProviderRegistry.sol";
import {SignedRoot, Vector, Vectors} from "./Vectors.sol";

/// The registry that the vectors' proofs are bound to, over the verifier of the development key, at noon of day D with
/// the root `first` posted.
abstract contract RegistryWorld is Vectors {
    uint256 internal constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    uint8 internal constant ISSUER = 0;
    address internal constant OWNER = address(0x0143);

    PresentVerifierDevelopment internal verifier;
    ProviderRegistry internal registry;
    /// Kept here: the compiler may take `block.timestamp` for constant within a call.
    uint256 internal clock;

    function setUp() public virtual {
        warpTo(_number(".day") * 1 days + 12 hours);
        verifier = new PresentVerifierDevelopment();
        registry = deploy();
        post("first");
    }

    function warpTo(uint256 time) internal {
        clock = time;
        vm.warp(time);
    }

    function pass(uint256 time) internal {
        warpTo(clock + time);
    }

    function epochEnd() internal view virtual returns (uint40) {
        return 0;
    }

    /// At the address that the bindings name: its constructor runs there.
    function deploy() private returns (ProviderRegistry) {
        Issuer[] memory trusted = new Issuer[](1);
        (trusted[0].id, trusted[0].rootSigner) = _issuer(ISSUER);
        Settings memory settings = Settings({
            policy: _number(".policy"),
            excluded: _number(".excluded"),
            windowHours: 72,
            termDays: 30,
            maxBanDays: 30,
            coolDownHours: 12
        });
        bytes memory arguments =
            abi.encode(_number(".scope"), epochEnd(), uint40(2 days), settings, verifier, trusted, OWNER);
        address at_ = _registryAddress();
        vm.etch(at_, abi.encodePacked(type(ProviderRegistry).creationCode, arguments));
        (bool done, bytes memory code) = at_.call("");
        require(done, "constructed");
        vm.etch(at_, code);
        return ProviderRegistry(at_);
    }

    function post(string memory name) internal {
        SignedRoot memory root = _root(name);
        registry.postRoot(root.issuer, root.root, root.issuedAt, root.previous, root.signature);
    }

    function issuedAt(Vector memory vector) internal view returns (uint40) {
        return uint40(_root(vector.root).issuedAt);
    }

    function register(Vector memory vector) internal {
        registry.register(vector.claim, ISSUER, issuedAt(vector));
    }

    /// Whether it goes through now, without a trace.
    function registers(Vector memory vector) internal returns (bool done) {
        uint256 state = vm.snapshotState();
        bytes memory call = abi.encodeCall(IProviderRegistry.register, (vector.claim, ISSUER, issuedAt(vector)));
        (done,) = address(registry).call(call);
        vm.revertToState(state);
    }

    function refused(bytes4 step, Vector memory vector, Refusal why) internal {
        reverts(step, vector, abi.encodeWithSelector(IProviderRegistry.Refused.selector, why));
    }

    function invalid(bytes4 step, Vector memory vector) internal {
        reverts(step, vector, abi.encodeWithSelector(IProviderRegistry.ProofInvalid.selector));
    }

    function reverts(bytes4 step, Vector memory vector, bytes memory expected) internal {
        bytes memory call = abi.encodeWithSelector(step, vector.claim, ISSUER, issuedAt(vector));
        (bool done, bytes memory answer) = address(registry).call(call);
        require(!done && keccak256(answer) == keccak256(expected), "another answer than expected");
    }

    function batch(uint256 size) internal view returns (Entry[] memory entries) {
        Vector[] memory vectors = _batch();
        entries = new Entry[](size);
        for (uint256 i = 0; i < size; ++i) {
            entries[i] = Entry(vectors[i].claim, vectors[i].nonce);
        }
    }

    function postBatch(Entry[] memory entries) internal returns (bool done, bytes memory answer) {
        uint40 time = uint40(_root("first").issuedAt);
        return address(registry).call(abi.encodeCall(IProviderRegistry.registerBatch, (entries, ISSUER, time)));
    }

    function isError(bytes memory answer, bytes4 selector) internal pure returns (bool) {
        return answer.length == 4 && bytes4(answer) == selector;
    }

    function check(bool holds, string memory what) internal pure {
        require(holds, what);
    }
}
