//! A whole story: commit, `enrol`, credential, `present`, and what a verifier refuses.

use ark_bn254::Fr;
use humanseal_zk_credentials::calendar::{Date, Day, Today};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::{
    Credential, DeviceLevel, DocumentLevel, SignedCredential, StatusIndex, UniqueLevel,
};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::enrolment::{EnrolWitness, prove_enrol, verify_enrol};
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::groth16::{Proof, VerifyError, VerifyingKey, verify};
use humanseal_zk_credentials::holder::{HolderSecret, Scope, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::presentation::{
    PresentWitness, prove_present, verify_present, verify_present_batch,
};
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::template::{Blinding, ModelId, Tau, Template};

#[test]
fn enrol_then_present() {
    let mut rng = OsEntropy;
    let secret = HolderSecret::generate(&mut rng);
    let embedding: Vec<f32> = (0..192)
        .map(|i| ((i * 37 % 101) as f32 - 50.0) / 50.0)
        .collect();
    let near: Vec<f32> = embedding.iter().map(|e| e + 0.05).collect();
    let witness = EnrolWitness {
        secret: secret.clone(),
        portrait: Template::quantise(&embedding).unwrap(),
        portrait_blinding: Blinding::generate(&mut rng),
        live: Template::quantise(&near).unwrap(),
        live_blinding: Blinding::generate(&mut rng),
        tau: Tau::new(600).unwrap(),
        model: ModelId::of_sha256([9; 32]),
        context: FieldElement::from(77),
    };
    let (proof, public) = prove_enrol(
        keys::development(Circuit::Enrol).unwrap(),
        &witness,
        &mut rng,
    )
    .unwrap();
    let key = keys::development_verifying(Circuit::Enrol);
    let proof = Proof::from_bytes(&proof.to_bytes()).unwrap();
    assert_eq!(verify_enrol(key, &proof, &public), Ok(()));
    let mut other = public;
    other.context = FieldElement::from(78);
    assert_eq!(verify_enrol(key, &proof, &other), Err(VerifyError::Invalid));
    every_public_input_is_bound(key, &proof, &public.to_vec());

    let index = StatusIndex::new(4_711).unwrap();
    let credential = Credential {
        holder_key: public.holder_key,
        template: public.portrait,
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: Nationality::OTHER,
        document: DocumentLevel::PassiveAuthentication,
        device: DeviceLevel::Software,
        unique: UniqueLevel::NoLiveNamesake,
        established_on: Day(0),
        verified_on: Day(20_000),
        expires_on: Day(23_000),
        status_index: index,
    };
    let issuer = IssuerSecretKey::from_seed([4; 32]);
    let signature = issuer.sign(credential.message());
    let signed = SignedCredential {
        credential,
        issuer: issuer.public(),
        signature,
    };
    let statement = |slot: u8, list: &StatusList| PresentWitness {
        signed: signed.clone(),
        path: list.path(index),
        secret: secret.clone(),
        slot: Slot(slot),
        scope: Scope::new("network.example", "register", 0),
        binding: FieldElement::from(5),
        today: Today::from_day(Day(20_001)),
        policy: Policy {
            min_age: 18,
            min_document: 2,
            min_device: 1,
            min_unique: 2,
            max_slots: 2,
            max_verified_days: 360,
            min_established_days: 0,
        },
        excluded: Excluded::none(),
    };
    let mut list = StatusList::new();
    let prover = keys::development(Circuit::Present).unwrap();
    let key = keys::development_verifying(Circuit::Present);
    let (first, public) = prove_present(prover, &statement(0, &list), &mut rng).unwrap();
    let (second, other) = prove_present(prover, &statement(1, &list), &mut rng).unwrap();
    assert_eq!(verify_present(key, &first, &public), Ok(()));
    assert_eq!(verify_present(key, &second, &other), Ok(()));
    assert_ne!(public.nullifier, other.nullifier);
    // Proofs of one statement differ, its nullifier does not.
    let (again, same) = prove_present(prover, &statement(0, &list), &mut rng).unwrap();
    assert_ne!(again.to_bytes(), first.to_bytes());
    assert_eq!(same.nullifier, public.nullifier);
    every_public_input_is_bound(key, &first, &public.elements().map(|input| input.fr()));
    let mut elsewhere = public;
    elsewhere.binding = FieldElement::from(6);
    assert_eq!(
        verify_present(key, &first, &elsewhere),
        Err(VerifyError::Invalid)
    );
    // One batch has one root and one issuer: whoever mixes them gets no verdict on any.
    let mut other_root = public;
    let mut revoked = StatusList::new();
    revoked.set(index, true);
    other_root.status_root = revoked.root();
    let mixed = vec![(first.clone(), public), (first.clone(), other_root)];
    assert_eq!(
        verify_present_batch(key, mixed, &mut rng),
        Err(VerifyError::BatchMixed)
    );
    let mut other_issuer = public;
    other_issuer.issuer = IssuerSecretKey::from_seed([9; 32]).public().id();
    let mixed = vec![(first.clone(), other_issuer), (first.clone(), public)];
    assert_eq!(
        verify_present_batch(key, mixed, &mut rng),
        Err(VerifyError::BatchMixed)
    );
    let entries = vec![(first.clone(), public), (second, other), (first, elsewhere)];
    assert_eq!(
        verify_present_batch(key, entries, &mut rng),
        Err(VerifyError::Culprits(vec![2]))
    );

    assert!(prove_present(prover, &statement(2, &list), &mut rng).is_err());
    list.set(index, true);
    assert!(prove_present(prover, &statement(0, &list), &mut rng).is_err());
}

/// No input can be raised or replaced by its negative under a proof: for `binding` and `context` the
/// constraint alone, a square, would allow the negative.
fn every_public_input_is_bound(key: &VerifyingKey, proof: &Proof, public: &[Fr]) {
    assert_eq!(verify(key, proof, public), Ok(()));
    for (place, input) in public.iter().enumerate() {
        for other in [*input + Fr::from(1u64), -*input] {
            if other == *input {
                continue;
            }
            let mut changed = public.to_vec();
            changed[place] = other;
            let refused = verify(key, proof, &changed);
            assert_eq!(refused, Err(VerifyError::Invalid), "input {place}");
        }
    }
}
