// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// EIP-1271: a contract says whether it takes a signature for its own.
interface IContractWallet {
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4);
}

/// A question to a node, never a contract on a chain: the creation code runs within one `eth_call` without an
/// address to call, answers with one word in the place of the code that it would leave, and is gone with everything
/// that it did.
///
/// It asks a contract wallet for a signature (EIP-1271). A wallet that has no code yet is first made by the call that
/// its signature came wrapped with (EIP-6492). A wallet that has code is asked as it stands: nobody's wrapping changes
/// its state before, so that no signature holds only after a call that whoever sent it chose.
contract AccountSignature {
    /// The answers. Everything but `SIGNED` is a refusal.
    uint256 private constant NOT_SIGNED = 0;
    uint256 private constant SIGNED = 1;
    /// The account has no code, also after the call: only a key could have signed for it.
    uint256 private constant NO_CODE = 2;

    /// `factory` and `deployment` are what a signature was wrapped with; 0 and empty where it was not.
    constructor(address account, bytes32 hash, bytes memory signature, address factory, bytes memory deployment) {
        if (account.code.length == 0 && factory != address(0)) {
            assembly ("memory-safe") {
                // Whether it failed shows in the account; what it returns is not read.
                pop(call(gas(), factory, 0, add(deployment, 32), mload(deployment), 0, 0))
            }
        }
        uint256 answer = NO_CODE;
        if (account.code.length != 0) answer = signed(account, hash, signature) ? SIGNED : NOT_SIGNED;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }

    /// Whether the wallet answers with the one word that means yes, and with all of it.
    function signed(address account, bytes32 hash, bytes memory signature) private view returns (bool yes) {
        bytes memory question = abi.encodeCall(IContractWallet.isValidSignature, (hash, signature));
        bytes32 magic = IContractWallet.isValidSignature.selector;
        assembly ("memory-safe") {
            mstore(0, 0)
            let called := staticcall(gas(), account, add(question, 32), mload(question), 0, 32)
            yes := and(and(called, gt(returndatasize(), 31)), eq(mload(0), magic))
        }
    }
}
