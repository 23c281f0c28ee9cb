//! What hardware and system say, forged in one place each: only the check of that place refuses.

use humanseal_attestation::android::specimen::{Attestation, Value};
use humanseal_attestation::android::{SecurityLevel, VerifiedBootState, tag};

use crate::phone::{
    BOOT_KEY, PACKAGE, attestation, code, describe, judge, set, set_application, signer,
};

use SecurityLevel::Software;
use VerifiedBootState::{Failed, SelfSigned, Unverified, Verified};

/// The name of a forgery, the change, the code of the refusal.
type Forgery = (&'static str, Change, &'static str);
type Change = fn(&mut Attestation);

fn integer(number: u64) -> Value {
    Value::integer(number).unwrap()
}

fn integers(numbers: &[u64]) -> Value {
    Value::integers(numbers).unwrap()
}

fn set_hardware(attestation: &mut Attestation, number: u32, value: Value) {
    set(&mut describe(attestation).hardware, number, value);
}

fn drop_hardware(attestation: &mut Attestation, number: u32) {
    describe(attestation).hardware.0.remove(&number).unwrap();
}

/// Moves what the hardware says of a tag into the list of the software.
fn move_to_software(attestation: &mut Attestation, number: u32) {
    let description = describe(attestation);
    let value = description.hardware.0.remove(&number).unwrap();
    set(&mut description.software, number, value);
}

fn set_root(a: &mut Attestation, key: &[u8], locked: bool, state: VerifiedBootState) {
    let value = Value::root_of_trust(key, locked, state).unwrap();
    set_hardware(a, tag::ROOT_OF_TRUST, value);
}

const FORGERIES: [Forgery; 56] = [
    ("version 2", |a| describe(a).version = 2, "android_version"),
    ("version 0", |a| describe(a).version = 0, "android_version"),
    (
        "another challenge",
        |a| describe(a).challenge[31] ^= 1,
        "android_challenge",
    ),
    (
        "no challenge",
        |a| describe(a).challenge.clear(),
        "android_challenge",
    ),
    (
        "the challenge's beginning",
        |a| describe(a).challenge.truncate(31),
        "android_challenge",
    ),
    (
        "more than the challenge",
        |a| describe(a).challenge.push(0),
        "android_challenge",
    ),
    (
        "attested by software",
        |a| describe(a).attestation_level = Software,
        "android_attestation_level",
    ),
    (
        "kept by software",
        |a| describe(a).key_level = Software,
        "android_key_level",
    ),
    (
        "root of trust of the software beside the hardware's",
        |a| {
            let root = describe(a).hardware.0[&tag::ROOT_OF_TRUST].clone();
            set(&mut describe(a).software, tag::ROOT_OF_TRUST, root);
        },
        "android_root_of_trust_in_software",
    ),
    (
        "no root of trust",
        |a| drop_hardware(a, tag::ROOT_OF_TRUST),
        "android_root_of_trust_missing",
    ),
    (
        "unlocked, verified",
        |a| set_root(a, &[0x5e; 32], false, Verified),
        "android_unlocked",
    ),
    (
        "unlocked, a listed boot key",
        |a| set_root(a, &BOOT_KEY, false, SelfSigned),
        "android_unlocked",
    ),
    (
        "locked, not verified",
        |a| set_root(a, &[0x5e; 32], true, Unverified),
        "android_boot_state",
    ),
    (
        "locked, verification failed",
        |a| set_root(a, &[0x5e; 32], true, Failed),
        "android_boot_state",
    ),
    (
        "a listed boot key, not verified",
        |a| set_root(a, &BOOT_KEY, true, Unverified),
        "android_boot_state",
    ),
    (
        "an unlisted boot key",
        |a| set_root(a, &[0xb1; 32], true, SelfSigned),
        "android_boot_key",
    ),
    (
        "the beginning of a boot key",
        |a| set_root(a, &BOOT_KEY[..31], true, SelfSigned),
        "android_boot_key",
    ),
    (
        "no boot key",
        |a| set_root(a, &[], true, SelfSigned),
        "android_boot_key",
    ),
    (
        "an old patch level",
        |a| set_hardware(a, tag::OS_PATCHLEVEL, integer(202_812)),
        "android_patch_level",
    ),
    (
        "patch level 0",
        |a| set_hardware(a, tag::OS_PATCHLEVEL, integer(0)),
        "android_patch_level",
    ),
    (
        "month 13",
        |a| set_hardware(a, tag::OS_PATCHLEVEL, integer(203_013)),
        "android_patch_level",
    ),
    (
        "a day for a month",
        |a| set_hardware(a, tag::OS_PATCHLEVEL, integer(20_290_105)),
        "android_patch_level",
    ),
    (
        "a patch level past 32 bits",
        |a| set_hardware(a, tag::OS_PATCHLEVEL, integer((1 << 32) + 203_001)),
        "android_patch_level",
    ),
    (
        "no patch level",
        |a| drop_hardware(a, tag::OS_PATCHLEVEL),
        "android_patch_level",
    ),
    (
        "the software's patch level",
        |a| move_to_software(a, tag::OS_PATCHLEVEL),
        "android_patch_level",
    ),
    (
        "no app",
        |a| {
            drop(
                describe(a)
                    .software
                    .0
                    .remove(&tag::ATTESTATION_APPLICATION_ID),
            )
        },
        "android_app_missing",
    ),
    (
        "an app in the hardware's list",
        |a| {
            let app = describe(a)
                .software
                .0
                .remove(&tag::ATTESTATION_APPLICATION_ID);
            set_hardware(a, tag::ATTESTATION_APPLICATION_ID, app.unwrap());
        },
        "android_app_missing",
    ),
    (
        "no package",
        |a| set_application(a, &[], &[signer().as_bytes()]),
        "android_package_count",
    ),
    (
        "a second package",
        |a| {
            set_application(
                a,
                &[PACKAGE.as_bytes(), b"com.example.other"],
                &[signer().as_bytes()],
            )
        },
        "android_package_count",
    ),
    (
        "the package twice",
        |a| set_application(a, &[PACKAGE.as_bytes(); 2], &[signer().as_bytes()]),
        "android_package_count",
    ),
    (
        "another package",
        |a| set_application(a, &[b"com.example.seam"], &[signer().as_bytes()]),
        "android_package_unlisted",
    ),
    (
        "the package and a zero byte",
        |a| set_application(a, &[b"com.example.seal\0"], &[signer().as_bytes()]),
        "android_package_unlisted",
    ),
    (
        "a package that is no text",
        |a| set_application(a, &[&[0xff; 16]], &[signer().as_bytes()]),
        "android_package_unlisted",
    ),
    (
        "no signer",
        |a| set_application(a, &[PACKAGE.as_bytes()], &[]),
        "android_signer_count",
    ),
    (
        "a second signer",
        |a| set_application(a, &[PACKAGE.as_bytes()], &[signer().as_bytes(), &[0; 32]]),
        "android_signer_count",
    ),
    (
        "another signer",
        |a| set_application(a, &[PACKAGE.as_bytes()], &[&[0; 32]]),
        "android_signer_unlisted",
    ),
    (
        "the signer's beginning",
        |a| set_application(a, &[PACKAGE.as_bytes()], &[&signer().as_bytes()[..31]]),
        "android_signer_unlisted",
    ),
    (
        "for verifying",
        |a| set_hardware(a, tag::PURPOSE, integers(&[3])),
        "android_purpose",
    ),
    (
        "for nothing",
        |a| set_hardware(a, tag::PURPOSE, integers(&[])),
        "android_purpose",
    ),
    (
        "for decrypting too",
        |a| set_hardware(a, tag::PURPOSE, integers(&[1, 2])),
        "android_purpose",
    ),
    (
        "for agreeing too",
        |a| set_hardware(a, tag::PURPOSE, integers(&[2, 6])),
        "android_purpose",
    ),
    (
        "for attesting",
        |a| set_hardware(a, tag::PURPOSE, integers(&[7])),
        "android_purpose",
    ),
    (
        "for attesting too",
        |a| set_hardware(a, tag::PURPOSE, integers(&[2, 7])),
        "android_purpose",
    ),
    (
        "no purpose",
        |a| drop_hardware(a, tag::PURPOSE),
        "android_purpose",
    ),
    (
        "the software's purpose",
        |a| move_to_software(a, tag::PURPOSE),
        "android_purpose",
    ),
    (
        "an RSA key",
        |a| set_hardware(a, tag::ALGORITHM, integer(1)),
        "android_algorithm",
    ),
    (
        "no algorithm",
        |a| drop_hardware(a, tag::ALGORITHM),
        "android_algorithm",
    ),
    (
        "384 bits",
        |a| set_hardware(a, tag::KEY_SIZE, integer(384)),
        "android_algorithm",
    ),
    (
        "no size",
        |a| drop_hardware(a, tag::KEY_SIZE),
        "android_algorithm",
    ),
    (
        "for every app",
        |a| set_hardware(a, tag::ALL_APPLICATIONS, Value::null()),
        "android_all_applications",
    ),
    (
        "for every app, says the software",
        |a| {
            set(
                &mut describe(a).software,
                tag::ALL_APPLICATIONS,
                Value::null(),
            )
        },
        "android_all_applications",
    ),
    (
        "derived",
        |a| set_hardware(a, tag::ORIGIN, integer(1)),
        "android_origin",
    ),
    (
        "imported",
        |a| set_hardware(a, tag::ORIGIN, integer(2)),
        "android_origin",
    ),
    (
        "securely imported",
        |a| set_hardware(a, tag::ORIGIN, integer(4)),
        "android_origin",
    ),
    (
        "no origin",
        |a| drop_hardware(a, tag::ORIGIN),
        "android_origin",
    ),
    (
        "the software's origin",
        |a| move_to_software(a, tag::ORIGIN),
        "android_origin",
    ),
];

#[test]
fn every_field_has_forgeries_that_its_check_alone_refuses() {
    assert_eq!(code(judge(&attestation())), "passed");
    let mut wrong = Vec::new();
    for (name, forge, refusal) in FORGERIES {
        let mut forged = attestation();
        forge(&mut forged);
        let judged = code(judge(&forged));
        if judged != refusal {
            wrong.push((name, refusal, judged));
        }
    }
    assert_eq!(wrong, []);
}

#[test]
fn what_may_differ_passes() {
    let differences: [(&str, Change); 7] = [
        ("a listed boot key", |a| {
            set_root(a, &BOOT_KEY, true, SelfSigned)
        }),
        ("a later patch level", |a| {
            set_hardware(a, tag::OS_PATCHLEVEL, integer(203_001))
        }),
        ("for verifying too", |a| {
            set_hardware(a, tag::PURPOSE, integers(&[2, 3]))
        }),
        ("version 3", |a| describe(a).version = 3),
        ("a later version", |a| describe(a).version = 600),
        ("a key that its owner unlocks", |a| {
            drop_hardware(a, tag::NO_AUTH_REQUIRED);
            set_hardware(a, 504, integer(2));
        }),
        ("a unique id", |a| describe(a).unique_id = vec![7; 16]),
    ];
    for (name, change) in differences {
        let mut changed = attestation();
        change(&mut changed);
        assert_eq!(code(judge(&changed)), "passed", "{name}");
    }
}
