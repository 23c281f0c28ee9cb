//! What level an attestation earns.

use humanseal_attestation::KeyProtection;
use humanseal_attestation::android::SecurityLevel;

use crate::phone::{attestation, attestation_at, describe, judge};

use SecurityLevel::{StrongBox, TrustedEnvironment};

#[test]
fn levels_are_the_lower_of_what_is_said() {
    use KeyProtection::Hardware;
    let levels = [
        (TrustedEnvironment, TrustedEnvironment, Hardware),
        (TrustedEnvironment, StrongBox, Hardware),
        (StrongBox, TrustedEnvironment, Hardware),
        (StrongBox, StrongBox, KeyProtection::StrongBox),
    ];
    for (attested_by, kept_by, protection) in levels {
        let mut attestation = attestation_at(attested_by);
        describe(&mut attestation).key_level = kept_by;
        let (vouched, _) = judge(&attestation).unwrap();
        assert_eq!(
            vouched.protection, protection,
            "{attested_by:?} {kept_by:?}"
        );
        assert_eq!(vouched.app.as_str(), "android:com.example.seal");
    }
}

#[test]
fn a_key_of_an_execution_environment_that_claims_strong_box_earns_level_2() {
    let mut attestation = attestation();
    describe(&mut attestation).attestation_level = StrongBox;
    describe(&mut attestation).key_level = StrongBox;
    let (vouched, _) = judge(&attestation).unwrap();
    assert_eq!(vouched.protection, KeyProtection::Hardware);
}
