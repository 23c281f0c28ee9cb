// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim} from "../solidity/IPresentVerifier.sol";
import {Cheating} from "./Vm.sol";

/// A real proof with what it was made for.
struct Vector {
    Claim claim;
    /// The nullifier's count.
    uint256 nonce;
    uint256 binding;
    /// Name of the root that it is under.
    string root;
}

/// A status root as its issuer signed it for chains.
struct SignedRoot {
    /// 0, or 1 of `other`.
    uint8 issuer;
    uint256 root;
    uint64 issuedAt;
    bytes32 previous;
    bytes signature;
}

/// Reads the vectors; contracts/examples/vectors/main.rs makes them and says what the names mean.
abstract contract Vectors is Cheating {
    string private constant FILE = "contracts/forge/vectors/present.json";

    // forge decodes a member as such a type says.
    string private constant CLAIM_TYPE =
        "Flat(uint256[8] proof,uint256 nullifier,address account,uint256 today,uint256 nonce,uint256 binding,string root)";
    string private constant ROOT_TYPE =
        "Root(uint256 issuer,uint256 root,uint256 issuedAt,bytes32 previous,bytes signature)";

    struct Flat {
        uint256[8] proof;
        uint256 nullifier;
        address account;
        uint256 today;
        uint256 nonce;
        uint256 binding;
        string root;
    }

    /// The proof of this name among `claims`.
    function _claim(string memory name) internal view returns (Vector memory) {
        bytes memory member = vm.parseJsonType(vm.readFile(FILE), string.concat(".claims.", name), CLAIM_TYPE);
        return _vector(abi.decode(member, (Flat)));
    }

    /// The proofs of 32 holders, all under the root `first`.
    function _batch() internal view returns (Vector[] memory vectors) {
        bytes memory member = vm.parseJsonTypeArray(vm.readFile(FILE), ".batch", CLAIM_TYPE);
        Flat[] memory batch = abi.decode(member, (Flat[]));
        vectors = new Vector[](batch.length);
        for (uint256 i = 0; i < batch.length; ++i) {
            vectors[i] = _vector(batch[i]);
        }
    }

    function _root(string memory name) internal view returns (SignedRoot memory) {
        bytes memory member = vm.parseJsonType(vm.readFile(FILE), string.concat(".roots.", name), ROOT_TYPE);
        return abi.decode(member, (SignedRoot));
    }

    /// `id` as the proofs have it, and the address that signs the issuer's roots.
    function _issuer(uint256 index) internal view returns (uint256 id, address rootSigner) {
        string memory member = string.concat(".issuers[", vm.toString(index), "]");
        id = _number(string.concat(member, ".id"));
        rootSigner = vm.parseJsonAddress(vm.readFile(FILE), string.concat(member, ".rootSigner"));
    }

    function _account(string memory name) internal view returns (address) {
        return vm.parseJsonAddress(vm.readFile(FILE), string.concat(".accounts.", name, ".address"));
    }

    /// The private key of an account, for signatures.
    function _key(string memory name) internal view returns (uint256) {
        return _number(string.concat(".accounts.", name, ".key"));
    }

    /// Where the bindings say that the registry is.
    function _registryAddress() internal view returns (address) {
        return vm.parseJsonAddress(vm.readFile(FILE), ".registry");
    }

    /// A number by its path: `.scope`, `.policy`, `.excluded`, `.vkHash`, `.day`.
    function _number(string memory path) internal view returns (uint256) {
        return vm.parseJsonUint(vm.readFile(FILE), path);
    }

    /// A point on G2's curve outside of the subgroup, as four words.
    function _twist() internal view returns (uint256[] memory) {
        return vm.parseJsonUintArray(vm.readFile(FILE), ".twist");
    }

    function _vector(Flat memory flat) private pure returns (Vector memory) {
        Claim memory claim = Claim(flat.proof, flat.nullifier, flat.account, flat.today);
        return Vector(claim, flat.nonce, flat.binding, flat.root);
    }
}
