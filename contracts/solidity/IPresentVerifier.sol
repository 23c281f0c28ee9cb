// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

/// A point of BN254's G1 in affine coordinates; (0, 0) is the point at infinity.
struct Point {
    uint256 x;
    uint256 y;
}

/// One `present` proof and the public inputs of its own. The other inputs are the same for all proofs under one
/// status root; they are in the constant point.
struct Claim {
    /// A, B, C as the pairing precompile reads them (EIP-197): A.x, A.y, B.x imaginary, B.x real, B.y imaginary,
    /// B.y real, C.x, C.y.
    uint256[8] proof;
    /// The place of one human in the registry's scope; below r.
    uint256 nullifier;
    /// The account that takes the place.
    address account;
    /// `date + 2^25·day`, date as the number yyyymmdd, day since 1970-01-01, UTC.
    uint256 today;
}

/// An entry of a batch. It says which count of its nullifier the proof was made for, so that one that is stale by
/// then can be told from a false one.
struct Entry {
    Claim claim;
    uint256 nonce;
}

/// The verifying key of circuit `present` as a contract: constants, no storage, no owner.
/// Formulas: docs/protocol.md sections 7, 8 and 10.
interface IPresentVerifier {
    /// A coordinate is not below p, a point not on its curve or not in the subgroup, or a number not below r.
    error Malformed();
    /// The same, of this entry of a batch.
    error MalformedEntry(uint256 index);

    /// keccak256 of α, β, γ, δ, IC in EVM order, as every other part of the project pins it.
    function vkHash() external view returns (bytes32);

    /// What the inputs that all proofs share add to: IC0 + root·IC4 + issuer·IC5 + policy·IC6 + excluded·IC7 +
    /// scope·IC8. Reverts with `Malformed` for an input not below r, and where the sum is the point at infinity.
    function constantPoint(uint256 root, uint256 issuer, uint256 policy, uint256 excluded, uint256 scope)
        external
        view
        returns (Point memory);

    /// Whether the proof holds. False and malformed proofs alike are false: nobody needs to know which.
    function verify(
        Point calldata constantPart,
        uint256[8] calldata proof,
        uint256 nullifier,
        uint256 binding,
        uint256 today
    ) external view returns (bool);

    /// Whether all proofs of a batch hold, by one random linear combination of N + 3 pairings. `bindings[i]` is the
    /// binding of `entries[i]`, computed by the caller, whose address is part of the coefficients' seed. An empty
    /// batch is false. Reverts with `MalformedEntry` where an entry is no proof at all.
    function verifyBatch(Point calldata constantPart, Entry[] calldata entries, uint256[] calldata bindings)
        external
        view
        returns (bool);
}
