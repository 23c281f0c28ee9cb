// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {IContractWallet} from "./AccountSignature.sol";

/// A contract wallet for tests: one key, which anybody can change. It holds nothing and guards nothing.
contract SpecimenWallet is IContractWallet {
    address public owner;

    constructor(address owner_) {
        owner = owner_;
    }

    /// What no wallet should offer to a stranger. A check of a signature must not let it be called before.
    function setOwner(address next) external {
        owner = next;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        if (signature.length != 65) return 0xffffffff;
        address signer = ecrecover(hash, uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:64]));
        return signer != address(0) && signer == owner ? this.isValidSignature.selector : bytes4(0xffffffff);
    }
}

/// Makes specimen wallets at addresses that are known before, and remembers how many.
contract SpecimenFactory {
    uint256 public made;

    function make(address owner, bytes32 salt) external returns (SpecimenWallet) {
        made += 1;
        return new SpecimenWallet{salt: salt}(owner);
    }

    function addressOf(address owner, bytes32 salt) external view returns (address) {
        bytes32 code = keccak256(abi.encodePacked(type(SpecimenWallet).creationCode, abi.encode(owner)));
        return address(uint160(uint256(keccak256(abi.encodePacked(bytes1(0xff), address(this), salt, code)))));
    }

    /// Does something, makes no wallet.
    function idle() external {
        made += 1;
    }

    /// Takes all the gas that it is given.
    function burn() external pure {
        while (true) {}
    }
}
