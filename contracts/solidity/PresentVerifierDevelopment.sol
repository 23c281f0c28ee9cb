// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, IPresentVerifier, Point} from "./IPresentVerifier.sol";

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
/// INSECURE: anybody can make proofs under this development key. It works on local chains only.
contract PresentVerifierDevelopment is IPresentVerifier {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();
    /// The key is for development, the chain is not.
    error DevelopmentKey();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x0086df34b2265d0bb2de8c77fdf8f9346fa6b868c5736d7c3f552fc493d818d1;
    uint256 private constant ALPHA_Y = 0x2d5940b42524987078d064882aac62fb0e835c97cbd4df538bfe17d6c1863025;
    uint256 private constant BETA_X_IM = 0x1c076889030672dc598ff8c1eab9bbe9b3a8bb1748c560d75b96c0074d35f935;
    uint256 private constant BETA_X_RE = 0x2e0327a198e5b240f26e8e1c07bfa37e563eee3f67edc0a73d94fda98db2e51f;
    uint256 private constant BETA_Y_IM = 0x12675bbd8329a91c86445fa4e4486ee96d1c7d19c3f5918cd9a600cd550616e6;
    uint256 private constant BETA_Y_RE = 0x2350ac9b8049e831a5f55989b82e697cd6b2398584c07d707086dc61c0ead07e;
    uint256 private constant GAMMA_X_IM = 0x17a6ccc9bcb891be93506b7d05fd2157fd033addc2505276d32b2a6120d0168d;
    uint256 private constant GAMMA_X_RE = 0x1d6277e4b00935fc354bb26fdd7bca42067924df8ec3cd8fdcf5238ca6b862dc;
    uint256 private constant GAMMA_Y_IM = 0x29d1f0dca8343e9c521cc1f78ef739fb682a4e863d9a07def3ff8c8149b1d859;
    uint256 private constant GAMMA_Y_RE = 0x0f91eb13c376a3b69d8d648043ee10e556bdd6be1388b9e32e60db3f5be8a2f7;
    uint256 private constant DELTA_X_IM = 0x04be3937735fae75e59266b466e891ee2b8a1ab173e1da0dc4728674ccc00843;
    uint256 private constant DELTA_X_RE = 0x0283548290df246bda891aa8c4751280cd1e49d4a11588f33aed7420d60e6adf;
    uint256 private constant DELTA_Y_IM = 0x2581cf584ddc15188d61ac9cc1a55b4670f69c0401813d482a9e6ac3b258e30c;
    uint256 private constant DELTA_Y_RE = 0x168923702214e17b0b5ceb4eed902369f623df7ce3135af77733c38fed559f79;
    uint256 private constant IC0_X = 0x1efbb5ec9007ba4c8f74eb7e28a9da2359dabc710c0c5d2fc90d0063d1243c72;
    uint256 private constant IC0_Y = 0x1faa8fcc743a45b547d9fdf375a83212e78e849c7be6a22dc464ba01b3562b25;
    uint256 private constant IC1_X = 0x06bf22f241a87b01da6f4a51d3b37b1030f354352f917c5da58509c3c5b3c737;
    uint256 private constant IC1_Y = 0x032a3f1f9e612366501f033e6332ae46fe6934843c9fbecf05dfbe5688e7cf21;
    uint256 private constant IC2_X = 0x1b61d75764f43a11a5c4ea3c89890f24fbe66f9217f102d2dc69bdec7fec10a4;
    uint256 private constant IC2_Y = 0x064499206bceeffdb01d71d332cb1434bb5be17b2f6ca8a9663473910c1010e6;
    uint256 private constant IC3_X = 0x2e997efd0b0691a885ebde1d32e195c91d0fc1444c97701eed06510de47c1319;
    uint256 private constant IC3_Y = 0x1a054fe802fce1905adb429fc1905f7bfda3959241da407184fc3bf45aa6f4e1;
    uint256 private constant IC4_X = 0x1a9c64966141b71a399c94708763f6b31283714eb77a69637200f83f4aa05abe;
    uint256 private constant IC4_Y = 0x1b114a828895875d64893d31546de807c3674b2fa7641a481963088f0c8674f5;
    uint256 private constant IC5_X = 0x1e0b33ff7b8bbe294f5703e0b3b62165d2dbe4fc68d430fd48a7266b2f92167b;
    uint256 private constant IC5_Y = 0x23648956a990d5e7e887c0df476c3668efd3757b75952f303b2722e9316bca02;
    uint256 private constant IC6_X = 0x216957f5fd495ef6cbf356c986f7ccdd16583e8a9e5343fb52ed7a8859305d81;
    uint256 private constant IC6_Y = 0x3009ef0964bc997b7ff97ba44833825766b7a58f6f2d149d0959b13e8f82eca3;
    uint256 private constant IC7_X = 0x0fd7d692a41f569f1079d13dd5b5dc7000b0c3d41e56c1b7082e2992ba4c66ed;
    uint256 private constant IC7_Y = 0x039137261ca527e90b8bccc3974b195cb2e8145d2425a7b03663e1cb72e23375;
    uint256 private constant IC8_X = 0x122d8452c1d21ddb6f98cd997b1622626975ad95d71db76f7430c955ee1067d4;
    uint256 private constant IC8_Y = 0x092255447ec3edd2f7c83328c3b5cb879787d57be864ab17173b6d4ddc68377b;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
        _onlyLocalChains();
        uint256[32] memory key = [
            ALPHA_X,
            ALPHA_Y,
            BETA_X_IM,
            BETA_X_RE,
            BETA_Y_IM,
            BETA_Y_RE,
            GAMMA_X_IM,
            GAMMA_X_RE,
            GAMMA_Y_IM,
            GAMMA_Y_RE,
            DELTA_X_IM,
            DELTA_X_RE,
            DELTA_Y_IM,
            DELTA_Y_RE,
            IC0_X,
            IC0_Y,
            IC1_X,
            IC1_Y,
            IC2_X,
            IC2_Y,
            IC3_X,
            IC3_Y,
            IC4_X,
            IC4_Y,
            IC5_X,
            IC5_Y,
            IC6_X,
            IC6_Y,
            IC7_X,
            IC7_Y,
            IC8_X,
            IC8_Y
        ];
        VK_HASH = keccak256(abi.encode(key));

        // With α or β at infinity, the inputs' sum, γ and nothing make a proof; with γ there, inputs count for nothing.
        if (ALPHA_X | ALPHA_Y == 0) revert KeyRefused();
        if (BETA_X_IM | BETA_X_RE | BETA_Y_IM | BETA_Y_RE == 0) revert KeyRefused();
        if (GAMMA_X_IM | GAMMA_X_RE | GAMMA_Y_IM | GAMMA_Y_RE == 0) revert KeyRefused();
        if (DELTA_X_IM | DELTA_X_RE | DELTA_Y_IM | DELTA_Y_RE == 0) revert KeyRefused();
        // With an IC at infinity any value of its input would do. The first 14 words are α to δ.
        for (uint256 i = 14; i < 32; i += 2) {
            if (key[i] | key[i + 1] == 0) revert KeyRefused();
        }
        // Two points of one curve that share their x are the same or each other's negative. With δ = ±γ anybody can
        // make proofs; with δ = ± the generator nobody contributed to the set-up's second phase.
        if (DELTA_X_IM == GAMMA_X_IM && DELTA_X_RE == GAMMA_X_RE) revert KeyRefused();
        if (DELTA_X_IM == GENERATOR_X_IM && DELTA_X_RE == GENERATOR_X_RE) revert KeyRefused();
    }

    /// Passes on the chain ids of anvil and hardhat, and of ganache and geth's development mode.
    function _onlyLocalChains() private view {
        if (block.chainid != 31337 && block.chainid != 1337) revert DevelopmentKey();
    }

    /// Words of a pair of the pairing precompile: x, y of G1, then four of G2.
    uint256 private constant PAIR = 0xc0;

    // What the precompiles are offered. A failing one takes all of it, so it is bounded; EIP-1108's prices are
    // 150, 6,000 and 45,000 + 34,000 a pair, and the room above lets a chain raise them somewhat.
    uint256 private constant ADD_GAS = 600;
    uint256 private constant MUL_GAS = 7_500;
    uint256 private constant PAIRING_GAS = 56_250;
    uint256 private constant PAIR_GAS = 42_500;

    /// Stands first under the seed of a batch.
    bytes32 private constant BATCH_TAG = keccak256("humanseal/v1/batch");

    /// @inheritdoc IPresentVerifier
    function vkHash() external view returns (bytes32) {
        _onlyLocalChains();
        return VK_HASH;
    }

    /// @inheritdoc IPresentVerifier
    function constantPoint(uint256 root, uint256 issuer, uint256 policy, uint256 excluded, uint256 scope)
        external
        view
        returns (Point memory)
    {
        _onlyLocalChains();
        if (root >= R || issuer >= R || policy >= R || excluded >= R || scope >= R) revert Malformed();
        uint256 sum = _reserve(5 * 0x20);
        assembly ("memory-safe") {
            mstore(sum, IC0_X)
            mstore(add(sum, 0x20), IC0_Y)
        }
        bool added = _addProduct(sum, IC4_X, IC4_Y, root) && _addProduct(sum, IC5_X, IC5_Y, issuer)
            && _addProduct(sum, IC6_X, IC6_Y, policy) && _addProduct(sum, IC7_X, IC7_Y, excluded)
            && _addProduct(sum, IC8_X, IC8_Y, scope);
        uint256 x;
        uint256 y;
        assembly ("memory-safe") {
            x := mload(sum)
            y := mload(add(sum, 0x20))
        }
        // At infinity it could not be told from a point that was never cached.
        if (!added || x | y == 0) revert Malformed();
        return Point(x, y);
    }

    /// @inheritdoc IPresentVerifier
    function verify(
        Point calldata constantPart,
        uint256[8] calldata proof,
        uint256 nullifier,
        uint256 binding,
        uint256 today
    ) external view returns (bool) {
        _onlyLocalChains();
        // The precompile would take x + r for x, and one proof would have several nullifiers.
        if (nullifier >= R || binding >= R || today >= R) return false;
        // Four pairs.
        uint256 pairs = _reserve(0x300);
        bool added;
        // e(inputs, −γ) · e(C, −δ) · e(α, −β) · e(A, B). The pair of the inputs first: behind its point there is room
        // for the products. In one piece, since every registration pays for it.
        assembly ("memory-safe") {
            calldatacopy(pairs, constantPart, 0x40)
            let product := add(pairs, 0x40)
            let y := add(pairs, 0x60)
            let scalar := add(pairs, 0x80)
            mstore(product, IC1_X)
            mstore(y, IC1_Y)
            mstore(scalar, nullifier)
            added := staticcall(MUL_GAS, 7, product, 0x60, product, 0x40)
            added := and(staticcall(ADD_GAS, 6, pairs, 0x80, pairs, 0x40), added)
            mstore(product, IC2_X)
            mstore(y, IC2_Y)
            mstore(scalar, binding)
            added := and(staticcall(MUL_GAS, 7, product, 0x60, product, 0x40), added)
            added := and(staticcall(ADD_GAS, 6, pairs, 0x80, pairs, 0x40), added)
            mstore(product, IC3_X)
            mstore(y, IC3_Y)
            mstore(scalar, today)
            added := and(staticcall(MUL_GAS, 7, product, 0x60, product, 0x40), added)
            added := and(staticcall(ADD_GAS, 6, pairs, 0x80, pairs, 0x40), added)

            mstore(product, GAMMA_X_IM)
            mstore(y, GAMMA_X_RE)
            mstore(scalar, sub(P, GAMMA_Y_IM))
            mstore(add(pairs, 0xa0), sub(P, GAMMA_Y_RE))

            calldatacopy(add(pairs, 0xc0), add(proof, 0xc0), 0x40)
            mstore(add(pairs, 0x100), DELTA_X_IM)
            mstore(add(pairs, 0x120), DELTA_X_RE)
            mstore(add(pairs, 0x140), sub(P, DELTA_Y_IM))
            mstore(add(pairs, 0x160), sub(P, DELTA_Y_RE))

            mstore(add(pairs, 0x180), ALPHA_X)
            mstore(add(pairs, 0x1a0), ALPHA_Y)
            mstore(add(pairs, 0x1c0), BETA_X_IM)
            mstore(add(pairs, 0x1e0), BETA_X_RE)
            mstore(add(pairs, 0x200), sub(P, BETA_Y_IM))
            mstore(add(pairs, 0x220), sub(P, BETA_Y_RE))

            calldatacopy(add(pairs, 0x240), proof, 0xc0)
        }
        if (!added) return false;
        (, bool one) = _pairing(pairs, 4);
        return one;
    }

    /// @inheritdoc IPresentVerifier
    function verifyBatch(Point calldata constantPart, Entry[] calldata entries, uint256[] calldata bindings)
        external
        view
        returns (bool)
    {
        _onlyLocalChains();
        if (bindings.length != entries.length) revert Malformed();
        if (entries.length == 0) return false;
        bytes32 seed = _seed(constantPart, entries, bindings);
        // e(ΣrC, −δ) · e(Σr·constant + Σrx·IC, −γ) · e(Σr·α, −β) · Π e(rA, B): each pair is given its point of G1 first,
        // for products need the room behind it.
        uint256 sumC = _reserve((entries.length + 3) * PAIR);
        uint256 sumInputs = sumC + PAIR;
        uint256 sumAlpha = sumC + 2 * PAIR;
        uint256 pairs = sumC + 3 * PAIR;
        Sums memory sums = _weigh(seed, entries, bindings, sumC, pairs);
        _putMinusDelta(sumC);
        _clear(sumInputs);
        bool added = _addProduct(sumInputs, constantPart.x, constantPart.y, sums.one)
            && _addProduct(sumInputs, IC1_X, IC1_Y, sums.nullifier)
            && _addProduct(sumInputs, IC2_X, IC2_Y, sums.binding) && _addProduct(sumInputs, IC3_X, IC3_Y, sums.today);
        _putMinusGamma(sumInputs);
        _clear(sumAlpha);
        if (!added || !_addProduct(sumAlpha, ALPHA_X, ALPHA_Y, sums.one)) revert Malformed();
        _putMinusBeta(sumAlpha);

        (bool answered, bool one) = _pairing(sumC, entries.length + 3);
        if (!answered) revert MalformedEntry(_firstBad(pairs, entries.length));
        return one;
    }

    /// What a batch sums up, each modulo r: the coefficients, and their products with the inputs.
    struct Sums {
        uint256 one;
        uint256 nullifier;
        uint256 binding;
        uint256 today;
    }

    /// The seed of a batch's coefficients: everything that they weigh, so that none of it can be chosen after them.
    /// The bindings too, which follow from the rest only where the caller computed them.
    function _seed(Point calldata constantPart, Entry[] calldata entries, uint256[] calldata bindings)
        private
        view
        returns (bytes32 seed)
    {
        bytes32 tag = BATCH_TAG;
        bytes32 hash = VK_HASH;
        // Behind the free memory, which stays free: this is not read again.
        assembly ("memory-safe") {
            let start := mload(0x40)
            mstore(start, tag)
            mstore(add(start, 0x20), chainid())
            mstore(add(start, 0x40), caller())
            mstore(add(start, 0x60), hash)
            calldatacopy(add(start, 0x80), constantPart, 0x40)
            let end := add(start, 0xc0)
            // An entry has twelve words, and they lie one behind the other.
            let size := mul(entries.length, 0x180)
            calldatacopy(end, entries.offset, size)
            end := add(end, size)
            size := mul(bindings.length, 0x20)
            calldatacopy(end, bindings.offset, size)
            end := add(end, size)
            seed := keccak256(start, sub(end, start))
        }
    }

    /// Puts the sum of r·C at `sumC` and r·A and B of each entry into its pair, and sums up the coefficients r and their
    /// products with the inputs. B is left to the pairing.
    function _weigh(bytes32 seed, Entry[] calldata entries, uint256[] calldata bindings, uint256 sumC, uint256 pair)
        private
        view
        returns (Sums memory sums)
    {
        _clear(sumC);
        uint256 one;
        uint256 nullifiers;
        uint256 bound;
        uint256 todays;
        for (uint256 i = 0; i < entries.length; ++i) {
            bool good;
            assembly ("memory-safe") {
                // r = keccak256(seed, i) >> 128, and 1 in place of 0.
                mstore(0, seed)
                mstore(0x20, i)
                let r := shr(128, keccak256(0, 0x40))
                r := add(r, iszero(r))
                // Far below the field's order: no batch has 2^125 entries.
                one := add(one, r)

                let entry := add(entries.offset, mul(i, 0x180))
                let nullifier := calldataload(add(entry, 0x100))
                let today := calldataload(add(entry, 0x140))
                let binding := calldataload(add(bindings.offset, mul(i, 0x20)))
                good := and(and(lt(nullifier, R), lt(today, R)), lt(binding, R))
                nullifiers := addmod(nullifiers, mulmod(r, nullifier, R), R)
                todays := addmod(todays, mulmod(r, today, R), R)
                bound := addmod(bound, mulmod(r, binding, R), R)

                calldatacopy(pair, entry, 0x40)
                mstore(add(pair, 0x40), r)
                good := and(good, staticcall(MUL_GAS, 7, pair, 0x60, pair, 0x40))
                calldatacopy(add(pair, 0x40), add(entry, 0x40), 0x80)

                let product := add(sumC, 0x40)
                calldatacopy(product, add(entry, 0xc0), 0x40)
                mstore(add(sumC, 0x80), r)
                good := and(good, staticcall(MUL_GAS, 7, product, 0x60, product, 0x40))
                good := and(good, staticcall(ADD_GAS, 6, sumC, 0x80, sumC, 0x40))
                pair := add(pair, PAIR)
            }
            if (!good) revert MalformedEntry(i);
        }
        return Sums(one, nullifiers, bound, todays);
    }

    /// The first entry whose B the precompile refuses, by halving. `pairs` are those of all entries, whose points of
    /// G1 are good; which of two halves fails is asked of the first alone.
    function _firstBad(uint256 pairs, uint256 count) private view returns (uint256 first) {
        while (count > 1) {
            uint256 half = count / 2;
            (bool answered,) = _pairing(pairs + first * PAIR, half);
            if (answered) first += half;
            count = answered ? count - half : half;
        }
    }

    /// `sum += scalar · (x, y)`; the sum is two words in memory, the three behind are used up. False where the sum or
    /// (x, y) is no point.
    function _addProduct(uint256 sum, uint256 x, uint256 y, uint256 scalar) private view returns (bool points) {
        assembly ("memory-safe") {
            let product := add(sum, 0x40)
            mstore(product, x)
            mstore(add(sum, 0x60), y)
            mstore(add(sum, 0x80), scalar)
            points := staticcall(MUL_GAS, 7, product, 0x60, product, 0x40)
            points := and(points, staticcall(ADD_GAS, 6, sum, 0x80, sum, 0x40))
        }
    }

    /// Whether the precompile took so many pairs, and whether their product is one. It refuses a coordinate that is
    /// not below p, a point that is not on its curve, and one of G2 outside the subgroup. Reverts without a word where
    /// it may have failed for want of gas: a proof is not judged by its relayer's gas limit.
    function _pairing(uint256 pairs, uint256 count) private view returns (bool answered, bool one) {
        uint256 offered;
        unchecked {
            // No transaction carries 2^32 pairs.
            offered = PAIRING_GAS + count * PAIR_GAS;
        }
        assembly ("memory-safe") {
            answered := staticcall(offered, 8, pairs, mul(count, PAIR), 0, 0x20)
            one := and(answered, mload(0))
        }
        // If it was not given all of the offer, it was given 63/64 of what there was (EIP-150), and less than a 63rd of
        // the offer is left. A product needs no such care: what it leaves then does not pay for the next call.
        if (!answered) {
            assembly ("memory-safe") {
                if lt(mul(gas(), 63), offered) { revert(0, 0) }
            }
        }
    }

    /// Memory for so many bytes.
    function _reserve(uint256 size) private pure returns (uint256 start) {
        assembly ("memory-safe") {
            start := mload(0x40)
            mstore(0x40, add(start, size))
        }
    }

    /// The point at infinity: an empty sum.
    function _clear(uint256 sum) private pure {
        assembly ("memory-safe") {
            mstore(sum, 0)
            mstore(add(sum, 0x20), 0)
        }
    }

    // The second half of a pair, from the third word on. Of a point of G2 the negative has the negative y; the proof
    // itself is not touched, so that the precompile sees its coordinates as they came.
    function _putMinusBeta(uint256 pair) private pure {
        assembly ("memory-safe") {
            mstore(add(pair, 0x40), BETA_X_IM)
            mstore(add(pair, 0x60), BETA_X_RE)
            mstore(add(pair, 0x80), sub(P, BETA_Y_IM))
            mstore(add(pair, 0xa0), sub(P, BETA_Y_RE))
        }
    }

    function _putMinusGamma(uint256 pair) private pure {
        assembly ("memory-safe") {
            mstore(add(pair, 0x40), GAMMA_X_IM)
            mstore(add(pair, 0x60), GAMMA_X_RE)
            mstore(add(pair, 0x80), sub(P, GAMMA_Y_IM))
            mstore(add(pair, 0xa0), sub(P, GAMMA_Y_RE))
        }
    }

    function _putMinusDelta(uint256 pair) private pure {
        assembly ("memory-safe") {
            mstore(add(pair, 0x40), DELTA_X_IM)
            mstore(add(pair, 0x60), DELTA_X_RE)
            mstore(add(pair, 0x80), sub(P, DELTA_Y_IM))
            mstore(add(pair, 0xa0), sub(P, DELTA_Y_RE))
        }
    }
}
