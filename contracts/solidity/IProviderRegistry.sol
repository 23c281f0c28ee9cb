// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity ^0.8.30;

import {Claim, Entry, IPresentVerifier} from "./IPresentVerifier.sol";

/// What the registry demands. Days and hours are whole; every bound is checked when they are set.
struct Settings {
    /// Packed as docs/protocol.md section 7 says: min_age, min_document, min_device, min_unique, max_slots,
    /// max_verified_days, min_established_days.
    uint256 policy;
    /// Mask of nationality indices that are refused, below 2^253.
    uint256 excluded;
    /// W: for so many hours after its issue time a status root counts. 1 to 168.
    uint8 windowHours;
    /// For so many days a registration stands. 1 to 365.
    uint16 termDays;
    /// The longest ban, in days. 0 to 3650.
    uint16 maxBanDays;
    /// For so many hours after a registration or a move a place stays with its account. At most the term.
    uint16 coolDownHours;
}

/// An issuer key that the owner trusts.
struct Issuer {
    /// P(Ax, Ay) of its Baby Jubjub key. It is only a hash: the owner checked the key itself.
    uint256 id;
    /// Who signs its status roots (EIP-712).
    address rootSigner;
}

/// Why a claim takes no place.
enum Refusal {
    None,
    /// The nullifier is barred until a day.
    Banned,
    /// Another nullifier has a live registration of this account, which neither called nor consented.
    AccountOccupied,
    /// `register`: the nullifier has a live registration already.
    Registered,
    /// `renew`, `move`: the nullifier has none.
    NotRegistered,
    /// `renew`: the live registration is another account's. `move`: it is this account's.
    OtherAccount,
    /// The place changed its account too short a time ago.
    CoolingDown,
    /// `today` is neither today nor yesterday of the block's time, or its date is not that of its day.
    Day,
    /// A batch entry's nonce is not the nullifier's count.
    Stale,
    /// The claim is for the address 0, which stands for nobody.
    NoAccount
}

/// Why a registration ended before its time.
enum Cause {
    Moved,
    Revoked,
    Banned,
    Displaced
}

/// One active place of one human for the scope of this contract (docs/protocol.md sections 8 to 10).
interface IProviderRegistry {
    /// An account has a place until `expiresAt`: newly, again, or by a move.
    event Registered(uint256 indexed nullifier, address indexed account, uint40 expiresAt, uint8 issuer, uint8 key);
    /// A registration ended before its time. `place` is the low 200 bits of its nullifier.
    event Ended(uint200 indexed place, address indexed account, Cause cause);
    event Banned(uint256 indexed nullifier, uint24 untilDay);
    /// An entry of a batch that took no place.
    event Skipped(uint256 indexed index, Refusal refusal);
    event RootPosted(uint8 indexed issuer, uint256 root, uint40 issuedAt);
    event IssuerAdmitted(uint8 indexed issuer, uint256 id, address rootSigner);
    event IssuerDistrusted(uint8 indexed issuer);
    event KeyAdmitted(uint8 indexed key, IPresentVerifier verifier, bytes32 vkHash);
    event KeyDistrusted(uint8 indexed key);
    event SettingsChanged(Settings settings);
    /// `call` can be made from `readyAt` to `lapsesAt`.
    event Announced(bytes32 indexed id, bytes call, uint40 readyAt, uint40 lapsesAt);
    event Withdrawn(bytes32 indexed id);

    error Refused(Refusal refusal);
    /// The proof does not hold for this account, contract, chain, count, day and root.
    error ProofInvalid();
    /// No root of this issuer and issue time is cached for the present settings and verifying key.
    error RootUnknown();
    error RootOutsideWindow();
    /// Not later than the newest posted, or later than the block.
    error RootNotNewer();
    error RootSignature();
    error IssuerUntrusted();
    error KeyUntrusted();
    error ChainIdChanged();
    error EpochOver();
    /// No entry, more than `MAX_BATCH`, or none that takes a place.
    error BatchSize();
    error NothingRegistered();
    error ConsentInvalid();
    /// A setting, an issuer, the scope, the epoch's end or the delay is out of its bounds.
    error SettingsInvalid();
    /// Not later than the ban that stands, not in the future, or further ahead than `maxBanDays`.
    error BanInvalid();
    /// The verifier's code is not what was announced.
    error CodeMismatch();
    /// Loosening without an announcement, after it lapsed, or a second time.
    error NotAnnounced();
    error NothingLoosened();
    error TooEarly(uint40 readyAt);
    /// No index is left for another issuer or verifying key.
    error Full();
    /// A registry without an owner could distrust nobody.
    error RenouncingRefused();

    // What anybody reads.
    /// A live registration whose issuer and verifying key are trusted still.
    function isVerified(address account) external view returns (bool);
    /// The account's last registration, expired or not, trusted or not; all 0 where it has none, or where it ended
    /// before its time.
    function registrationOf(address account)
        external
        view
        returns (uint200 place, uint40 expiresAt, uint8 issuer, uint8 key);
    /// How many proofs of the nullifier were accepted, `revokeRegistration` counted too: the next proof's nonce.
    function proofCount(uint256 nullifier) external view returns (uint32);
    /// The account that the nullifier had last, since when, and until which day it is barred (0: not).
    function placeOf(uint256 nullifier) external view returns (address account, uint40 since, uint24 bannedUntilDay);
    function settings() external view returns (Settings memory);
    function scope() external view returns (uint256);
    /// Unix seconds of the first moment after the epoch; 0 where there is none.
    function epochEnd() external view returns (uint40);
    function verifier() external view returns (IPresentVerifier);
    function issuers() external view returns (Issuer[] memory);
    function issuerTrusted(uint8 issuer) external view returns (bool);
    function keyTrusted(uint8 key) external view returns (bool);
    /// Until `until` a non-zero `min_established_days` stays at this or above, whatever term, ban and window have
    /// become since: registrations made under the longer ones live until then.
    function heldDemand() external view returns (uint16 minEstablishedDays, uint40 until);
    /// From when the announced call can be made; 0 where it is not announced.
    function readyAt(bytes32 id) external view returns (uint40);
    /// Seconds between the announcement of a call and the moment from which it can be made.
    function delay() external view returns (uint40);
    function newestRoot(uint8 issuer) external view returns (uint256 root, uint40 issuedAt);

    // What whoever has a proof calls. Each names the issuer and the issue time of the root that the proof is under.
    function register(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    function renew(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    function move(Claim calldata claim, uint8 issuer, uint40 issuedAt) external;
    /// `register` or `move` of an account which another nullifier occupies: the account consents by EIP-712
    /// `Consent(address account,uint256 nullifier,uint256 nonce,uint32 date)` in the domain of name "Humanseal",
    /// version "1", chain id and this contract. The nonce is the nullifier's count, the date the proof's (yyyymmdd):
    /// with it the consent ends.
    function registerWithConsent(Claim calldata claim, uint8 issuer, uint40 issuedAt, bytes calldata consent) external;
    function moveWithConsent(Claim calldata claim, uint8 issuer, uint40 issuedAt, bytes calldata consent) external;
    /// New and renewed registrations of many holders. An entry that takes no place is `Skipped`; one false proof
    /// reverts all of them, and one that is no proof at all reverts with its index.
    function registerBatch(Entry[] calldata entries, uint8 issuer, uint40 issuedAt) external;
    /// The caller's live registration ends, and every proof that was made for its nullifier's present count is stale.
    function revokeRegistration() external;

    // What anybody calls with the issuer's signature.
    function postRoot(uint8 issuer, uint256 root, uint64 issuedAt, bytes32 previous, bytes calldata signature) external;
    /// Caches the newest root of an issuer for the present settings and key, which changed since it was posted.
    function refreshRoot(uint8 issuer) external;

    // What the owner calls. The first group acts at once, the second only after it was announced.
    function distrustIssuer(uint8 issuer) external;
    function distrustKey(uint8 key) external;
    /// Until the start of that day, at most `maxBanDays` ahead; only ever extended.
    function ban(uint256 nullifier, uint24 untilDay) external;
    /// `call` is the whole call data of one of the functions below; `id` is its keccak256. Settings that loosen
    /// nothing are refused.
    function announce(bytes calldata call) external;
    function withdraw(bytes32 id) external;
    /// At once where nothing is loosened.
    function change(Settings calldata next) external;
    function admitIssuer(Issuer calldata issuer) external;
    /// `codeHash` (EXTCODEHASH) fixes in the announcement which code the verifier will have.
    function admitKey(IPresentVerifier next, bytes32 codeHash) external;
}
