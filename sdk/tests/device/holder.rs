//! A holder with a credential, without a face: the vectors are made up, everything else is real.

use std::path::Path;

use ed25519_dalek::SigningKey;
use humanseal_sdk::wallet::{IssuerPin, Portrait};
use humanseal_sdk::{Ledger, Passphrase, Standing, Wallet, WalletFile};
use humanseal_zk_credentials::calendar::{Date, Day};
use humanseal_zk_credentials::credential::{
    Credential, DeviceLevel, DocumentLevel, SignedCredential, StatusIndex, UniqueLevel,
};
use humanseal_zk_credentials::eddsa::IssuerSecretKey;
use humanseal_zk_credentials::entropy::OsEntropy;
use humanseal_zk_credentials::exchange::{
    Base64, ConsentReceipt, Environment, SessionId, SessionKind, Sha256Digest, SignedReceipt,
    Timestamp,
};
use humanseal_zk_credentials::holder::HolderSecret;
use humanseal_zk_credentials::nationality::Nationality;
use humanseal_zk_credentials::status_list::{StatusList, StatusRoot};
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootStatement};
use humanseal_zk_credentials::template::{Blinding, ModelId, Template};

/// The moment of every test: 2030-01-02, midday.
pub const NOW: i64 = 1_893_585_600;

/// A moment so many seconds after [`NOW`].
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_seconds(NOW + seconds).unwrap()
}

/// The day of [`NOW`].
pub fn today() -> Day {
    Day::from_unix_seconds(NOW).unwrap()
}

/// The words that open every wallet here.
pub fn passphrase() -> Passphrase {
    Passphrase::new("correct horse".into()).unwrap()
}

/// An issuer's keys.
pub struct Issuer {
    pub secret: IssuerSecretKey,
    pub signing: SigningKey,
    pub chain: k256::ecdsa::SigningKey,
}

impl Issuer {
    pub fn new(seed: u8) -> Self {
        Self {
            secret: IssuerSecretKey::from_seed([seed; 32]),
            signing: SigningKey::from_bytes(&[seed; 32]),
            chain: k256::ecdsa::SigningKey::from_slice(&[seed; 32]).unwrap(),
        }
    }

    pub fn pin(&self, origin: &str) -> IssuerPin {
        IssuerPin {
            origin: origin.into(),
            key: self.secret.public(),
            signing_key: Base64::new(self.signing.verifying_key().to_bytes().to_vec()).unwrap(),
            newest_root: None,
        }
    }

    pub fn sign(&self, credential: Credential) -> SignedCredential {
        let signature = self.secret.sign(credential.message());
        SignedCredential {
            credential,
            issuer: self.secret.public(),
            signature,
        }
    }

    pub fn receipt(&self, session: &SessionId, statement: Sha256Digest) -> SignedReceipt {
        self.receipt_for(SessionKind::Issue, session, statement)
    }

    pub fn receipt_for(
        &self,
        kind: SessionKind,
        session: &SessionId,
        statement: Sha256Digest,
    ) -> SignedReceipt {
        let receipt = ConsentReceipt {
            version: 1,
            environment: Environment::Development,
            issuer: self.secret.public().id(),
            session: session.clone(),
            kind,
            consent: Sha256Digest::of(b"consent"),
            statement,
            day: today(),
        };
        SignedReceipt::sign(receipt, &self.signing).unwrap()
    }

    pub fn sign_root(
        &self,
        root: StatusRoot,
        issued_at: Timestamp,
        previous: Option<[u8; 32]>,
    ) -> SignedStatusRoot {
        let issuer = self.secret.public().id();
        let statement = StatusRootStatement {
            issuer,
            root,
            issued_at,
            previous,
        };
        SignedStatusRoot::sign(statement, &self.signing, &self.chain)
    }

    pub fn root_of(&self, list: &StatusList, issued_at: Timestamp) -> SignedStatusRoot {
        self.sign_root(list.root(), issued_at, None)
    }
}

/// A session's name.
pub fn session() -> SessionId {
    SessionId::from_random([7; 16])
}

/// Secret and portrait of a holder.
pub fn secrets() -> (HolderSecret, Portrait) {
    let portrait = Portrait {
        template: Template::quantise(&[0.5, -1.0, 0.25]).unwrap(),
        blinding: Blinding::generate(&mut OsEntropy),
        model: ModelId::of_sha256([3; 32]),
    };
    (HolderSecret::generate(&mut OsEntropy), portrait)
}

/// A credential of a grown-up for them.
pub fn credential(secret: &HolderSecret, portrait: &Portrait) -> Credential {
    Credential {
        holder_key: secret.holder_key(),
        template: portrait.commitment(),
        birthdate: Date::new(1974, 8, 12).unwrap(),
        nationality: Nationality::from_alpha3("UTO"),
        document: DocumentLevel::PassiveAuthentication,
        device: DeviceLevel::Software,
        unique: UniqueLevel::NoLiveNamesake,
        established_on: Day(0),
        verified_on: today(),
        expires_on: Day(today().0 + 300),
        status_index: StatusIndex::new(123_456).unwrap(),
    }
}

/// A wallet of this issuer, reachable at `origin`.
pub fn wallet(issuer: &Issuer, origin: &str) -> Wallet {
    let (secret, portrait) = secrets();
    let credential = issuer.sign(credential(&secret, &portrait));
    let receipt = issuer.receipt(&session(), Sha256Digest::of(b"statement"));
    Wallet {
        environment: Environment::Development,
        issuer: issuer.pin(origin),
        secret,
        portrait,
        standing: Standing::Enrolled {
            credential: Box::new(credential),
            receipt,
            next: None,
        },
        ledger: Ledger::default(),
    }
}

/// The same in a file.
pub fn wallet_file(folder: &Path, issuer: &Issuer, origin: &str) -> WalletFile {
    WalletFile::create(
        &folder.join("wallet"),
        &passphrase(),
        wallet(issuer, origin),
    )
    .unwrap()
}
