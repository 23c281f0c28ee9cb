// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Entry, IPresentVerifier, Point} from "../../solidity/IPresentVerifier.sol";

/// Checks proofs of Humanseal's circuit `present` under one verifying key, whose constants these are. Written by
/// `humanseal circuits export --solidity`. No storage, no owner.
contract PresentVerifier is IPresentVerifier {
    /// A key under which anybody could prove anything, or that does not bind all inputs.
    error KeyRefused();

    /// Below it are the coordinates of points, p of EIP-196.
    uint256 private constant P = 0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47;
    /// The number of points of G1: numbers below it are public inputs.
    uint256 private constant R = 0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001;
    /// x of the generator of G2 that everybody knows (EIP-197), imaginary part first, as with all points of G2.
    uint256 private constant GENERATOR_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GENERATOR_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;

    uint256 private constant ALPHA_X = 0x2799f2a00bd2cb4c1057085c52fbee7c3ad64072d1c32ec8753bbb1c7adf7918;
    uint256 private constant ALPHA_Y = 0x1c4f6a508dc69730a528d7520121ea12f034869a684abafa8de06a108238ff91;
    uint256 private constant BETA_X_IM = 0x2140114a3e25981d5c6071a559b6c135fc697a2faa34465cc37c297e9add5e77;
    uint256 private constant BETA_X_RE = 0x174354e33ecc775ec0ac308e5b45faffe4a5ac9567225345f77fc4199669feda;
    uint256 private constant BETA_Y_IM = 0x1f35f8f65d24537860f899a76ccb9f97431a3503e4b5bb0f14e9359570efeced;
    uint256 private constant BETA_Y_RE = 0x270e5146dea0773ab1353f5064a6ce4b7bd429339ee4187d8c7f4c596cbe3273;
    uint256 private constant GAMMA_X_IM = 0x198e9393920d483a7260bfb731fb5d25f1aa493335a9e71297e485b7aef312c2;
    uint256 private constant GAMMA_X_RE = 0x1800deef121f1e76426a00665e5c4479674322d4f75edadd46debd5cd992f6ed;
    uint256 private constant GAMMA_Y_IM = 0x090689d0585ff075ec9e99ad690c3395bc4b313370b38ef355acdadcd122975b;
    uint256 private constant GAMMA_Y_RE = 0x12c85ea5db8c6deb4aab71808dcb408fe3d1e7690c43d37b4ce6cc0166fa7daa;
    uint256 private constant DELTA_X_IM = 0x22764f828c9f30f44ae84ed05d14ab9d4789a533e831d3f6166ca7fb06b37cea;
    uint256 private constant DELTA_X_RE = 0x106f386dbe459f1920a31d5b3db2503b97481bb2d264c89e4bde21419dfd473e;
    uint256 private constant DELTA_Y_IM = 0x0d2d44bb75d54c8a2d1e7a2dbf5d61ae375a32973e6c1015070f1ad732399b3d;
    uint256 private constant DELTA_Y_RE = 0x278e72639aeb57951f7a79f4197195c6e297767d83bbe903acaea8c7e405d512;
    uint256 private constant IC0_X = 0x0ecbb9b3e591644af6975fbfedcb2ba5c68caac6a8cbf89c2276feb3e866b1b8;
    uint256 private constant IC0_Y = 0x1f13c83ea864b1cc67aea7326a0192bc2c8726027fbf70893406fe26b3b0b4e4;
    uint256 private constant IC1_X = 0x27f7f00dcc114e8ee80deb60a1b05cef9829567b7d61116a43e5ec01065a6f73;
    uint256 private constant IC1_Y = 0x224a789bf0d46c14c3bd06c1ff7a226f26cdac5a48362131e428f5513281d27a;
    uint256 private constant IC2_X = 0x2292e5cc5c7df344ef2f0c9064fb3ed7de25ccf37869df781af491a7098679f2;
    uint256 private constant IC2_Y = 0x17ae3af7ec9db7178fbd73e0bd6655b86b79093a9012eab19757e1d547e14fad;
    uint256 private constant IC3_X = 0x0267c3ca18cc5c89fcfe305c2fc5c0bf57115b3c7c5179c10f86c6a095ff1742;
    uint256 private constant IC3_Y = 0x2463092331bad082316c5a72179f1e8f3652afe104260e3a0de4182d1882d059;
    uint256 private constant IC4_X = 0x08d64d7b3179cfcf377760c53227b86e830b0d18a7533209d9c21c12eef905aa;
    uint256 private constant IC4_Y = 0x152c62c52c1ffc1e2c540d2062d7c789e0246a5a7587fb1b76b5c295dae34eb9;
    uint256 private constant IC5_X = 0x16187cd575919c9ac988bfc682d48a36289101f460764eab50436c723792ba5f;
    uint256 private constant IC5_Y = 0x1e2532c2b5607893377751c05271b1c3ffe2b6b6c9ef89bf38ade3d6eafd18ea;
    uint256 private constant IC6_X = 0x25cc5427de736765791be4693ee29f9210848bac000e839669a38b1cc3506e19;
    uint256 private constant IC6_Y = 0x02664887dff88083357dcb62864095c83f8a6563534d9866f98e35c6d7c56bd4;
    uint256 private constant IC7_X = 0x11e705f99dfbb4e68ccc15721cea235d95f5af07f046fc0dbff8019a58379604;
    uint256 private constant IC7_Y = 0x0d9b1c2859ea8b4ca08e3c719125cce57aa60ca7efb335dd2b4eb7534abd9049;
    uint256 private constant IC8_X = 0x256cbe071f4e9f16070e34f670225ee56081cebbcac1cb037cc00deb147eb5d1;
    uint256 private constant IC8_Y = 0x0a8955ffbac5a2b17392f2f4a3bbf2843b964e3a72c2a63d51a020cff72a0b69;

    /// keccak256 of the 32 words above, α to IC8.
    bytes32 private immutable VK_HASH;

    constructor() {
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
        return VK_HASH;
    }

    /// @inheritdoc IPresentVerifier
    function constantPoint(uint256 root, uint256 issuer, uint256 policy, uint256 excluded, uint256 scope)
        external
        view
        returns (Point memory)
    {
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
