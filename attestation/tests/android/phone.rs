//! A specimen phone whose attestation passes every check, to be changed in one place.

use humanseal_attestation::android::specimen::{Attestation, Description, List, Maker, Value};
use humanseal_attestation::android::{
    AndroidError, LeafKey, PatchLevel, RevocationList, SecurityLevel, Trust, tag, verify,
};
use humanseal_attestation::{AppId, Vouched};
use humanseal_documents::{Date, Fingerprint, Moment};

pub const PACKAGE: &str = "com.example.seal";
pub const CHALLENGE: [u8; 32] = [0xc4; 32];
/// A boot key that the trust lists.
pub const BOOT_KEY: [u8; 32] = [0xb0; 32];

pub fn signer() -> Fingerprint {
    Fingerprint::of(b"the certificate that signs the app")
}

pub fn now() -> Moment {
    Moment::start_of(Date::new(2030, 1, 1).unwrap())
}

pub fn later(seconds: i64) -> Moment {
    Moment::from_unix_seconds(now().unix_seconds().checked_add_signed(seconds).unwrap())
}

/// Least patch level: January 2029.
pub fn trust() -> Trust {
    let mut trust = Trust::new(PatchLevel::from_yyyymm(202_901).unwrap());
    let maker = Maker::insecure().unwrap();
    trust.add_root(&maker.root_der().unwrap()).unwrap();
    trust
        .add_app(AppId::android(PACKAGE).unwrap(), signer())
        .unwrap();
    trust.add_boot_key(BOOT_KEY);
    trust
}

pub fn empty_list() -> RevocationList {
    RevocationList::parse(br#"{"entries":{}}"#, now()).unwrap()
}

/// An attestation of exactly the least patch level, in a trusted execution environment.
pub fn attestation() -> Attestation {
    attestation_at(SecurityLevel::TrustedEnvironment)
}

pub fn attestation_at(level: SecurityLevel) -> Attestation {
    let patch_level = PatchLevel::from_yyyymm(202_901).unwrap();
    let description =
        Description::genuine(level, patch_level, &CHALLENGE, PACKAGE, signer()).unwrap();
    let maker = Maker::insecure().unwrap();
    maker.attestation(&[1; 32], description).unwrap()
}

pub type Judged = Result<(Vouched, LeafKey), AndroidError>;

/// As an issuer judges it that trusts the specimen maker.
pub fn judge(attestation: &Attestation) -> Judged {
    judge_chain(&attestation.chain().unwrap())
}

pub fn judge_chain(chain: &[Vec<u8>]) -> Judged {
    judge_with(chain, &trust(), Some(&empty_list()), now())
}

pub fn judge_with(
    chain: &[Vec<u8>],
    trust: &Trust,
    list: Option<&RevocationList>,
    now: Moment,
) -> Judged {
    let chain: Vec<&[u8]> = chain.iter().map(Vec::as_slice).collect();
    verify(&chain, &CHALLENGE, trust, list, now)
}

pub fn code(judged: Judged) -> &'static str {
    judged.map_or_else(|error| error.code(), |_| "passed")
}

/// Changes what the attestation says of its key.
pub fn describe(attestation: &mut Attestation) -> &mut Description {
    attestation.description.as_mut().unwrap()
}

pub fn set(list: &mut List, number: u32, value: Value) {
    list.0.insert(number, value);
}

pub fn set_application(attestation: &mut Attestation, packages: &[&[u8]], signers: &[&[u8]]) {
    let value = Value::application(packages, signers).unwrap();
    let list = &mut describe(attestation).software;
    set(list, tag::ATTESTATION_APPLICATION_ID, value);
}
