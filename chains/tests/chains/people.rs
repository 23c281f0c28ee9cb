//! An issuer and the holders whom it knows.

use alloy::primitives::{B256, U256};
use alloy::sol_types::{SolStruct, eip712_domain};
use ark_std::rand::{SeedableRng, rngs::StdRng};
use humanseal_chains::TrustedIssuer;
use humanseal_contracts::claim::word;
use humanseal_wallet_link::{Account, ContractPresentation, ContractRequest, EvmKey};
use humanseal_zk_credentials::calendar::{Date, Day, Today};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::credential::{Credential, SignedCredential, StatusIndex};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::exchange::{Base64, Timestamp};
use humanseal_zk_credentials::holder::{HolderSecret, Nullifier, Scope, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use humanseal_zk_credentials::status_list::StatusList;
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};
use humanseal_zk_credentials::template::{Blinding, ModelId, Template};

use crate::stage::{at, purpose, today};

/// An issuer's keys.
pub struct Issuer {
    pub secret: IssuerSecretKey,
    signing: ed25519_dalek::SigningKey,
    chain: k256::ecdsa::SigningKey,
}

impl Issuer {
    pub fn new(seed: u8) -> Self {
        Self {
            secret: IssuerSecretKey::from_seed([seed; 32]),
            signing: ed25519_dalek::SigningKey::from_bytes(&[seed; 32]),
            chain: k256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap(),
        }
    }
    pub fn trusted(&self) -> TrustedIssuer {
        TrustedIssuer {
            id: self.secret.public().id(),
            root_signer: self.root(&StatusList::new(), at(0)).chain_signer().unwrap(),
        }
    }
    pub fn root(&self, list: &StatusList, issued_at: Timestamp) -> SignedStatusRoot {
        let statement = StatusRootStatement {
            issuer: self.secret.public().id(),
            root: list.root(),
            issued_at,
            previous: None,
        };
        SignedStatusRoot::sign(statement, &self.signing, &self.chain)
    }
    /// What the issuer would sign for a root that is no field element.
    pub fn root_digest(&self, root: U256, issued_at: Timestamp) -> B256 {
        let statement = StatusRoot {
            issuer: word(&self.secret.public().id().0),
            root,
            issuedAt: issued_at.unix_seconds().unsigned_abs(),
            previous: B256::ZERO,
        };
        let domain = eip712_domain! { name: "Humanseal", version: "1", };
        statement.eip712_signing_hash(&domain)
    }
    /// Signs as the issuer does for chains.
    pub fn sign_digest(&self, digest: &B256) -> [u8; 65] {
        let key = EvmKey::from_bytes(&self.chain.to_bytes().into()).unwrap();
        key.sign_digest(digest)
    }
}

alloy::sol! {
    struct StatusRoot {
        uint256 issuer;
        uint256 root;
        uint64 issuedAt;
        bytes32 previous;
    }
}

/// A holder with a credential.
pub struct Holder {
    number: u8,
    epoch: u64,
    secret: HolderSecret,
    signed: SignedCredential,
}

impl Holder {
    pub fn new(issuer: &Issuer, number: u8) -> Self {
        let mut secret = [0; 32];
        secret[30..].copy_from_slice(&[1, number]);
        let secret = HolderSecret::from_bytes(&secret).unwrap();
        let template = Template::quantise(&[0.5, -1.0, 0.25]).unwrap();
        let model = ModelId::of_sha256([3; 32]);
        let blinding = Blinding::from_bytes(&[number; 32].map(|byte| byte >> 4)).unwrap();
        let credential = Credential {
            holder_key: secret.holder_key(),
            template: template.commit(model, &blinding),
            birthdate: Date::new(1974, 8, 12).unwrap(),
            nationality: Nationality::from_alpha3("UTO"),
            document: 2.try_into().unwrap(),
            device: 2.try_into().unwrap(),
            unique: 2.try_into().unwrap(),
            established_on: Day(0),
            verified_on: today().day(),
            expires_on: Day(today().day().0 + 300),
            status_index: StatusIndex::new(1_000 + u32::from(number)).unwrap(),
        };
        Self {
            number,
            epoch: 0,
            secret,
            signed: SignedCredential {
                signature: issuer.secret.sign(credential.message()),
                issuer: issuer.secret.public(),
                credential,
            },
        }
    }
    pub fn index(&self) -> StatusIndex {
        self.signed.credential.status_index
    }
    pub fn nullifier(&self) -> Nullifier {
        let purpose = purpose();
        let network = purpose.network.as_str();
        let scope = Scope::new(network, purpose.action.as_str(), self.epoch);
        self.secret.nullifier(scope, Slot(0))
    }
    /// The same holder, who asks for a place of another epoch.
    pub fn in_epoch(self, epoch: u64) -> Self {
        Self { epoch, ..self }
    }
    /// The statement that answers a request for an account.
    pub fn witness(
        &self,
        request: &ContractRequest,
        account: &Account,
        today: Today,
        list: &StatusList,
    ) -> PresentWitness {
        PresentWitness {
            signed: self.signed.clone(),
            path: list.path(self.index()),
            secret: self.secret.clone(),
            slot: Slot(0),
            scope: request.computed_scope(),
            binding: request.binding(account).unwrap(),
            today,
            policy: request.policy,
            excluded: request.excluded.clone(),
        }
    }
    /// Proves a statement, however wrong it is for the contract.
    pub fn prove(
        &self,
        witness: &PresentWitness,
        request: &ContractRequest,
        account: &Account,
    ) -> ContractPresentation {
        let key = keys::development(Circuit::Present).unwrap();
        let seed = u64::from(self.number) << 32 | u64::from(request.count);
        let mut rng = StdRng::seed_from_u64(seed);
        let (proof, public) = prove_present(key, witness, &mut rng).unwrap();
        ContractPresentation {
            contract: request.contract.clone(),
            account: account.clone(),
            proof: Base64::new(proof.evm_words().as_flattened().to_vec()).unwrap(),
            nullifier: public.nullifier,
            today: public.today,
            issuer_index: request.issuer_index,
            root_issued_at: request.root.issued_at,
            count: request.count,
        }
    }
}
