//! A wallet, its issuer with a status list, an account and an owner who answers by rote.

use std::cell::RefCell;

use humanseal_sdk::{
    AccountSigner, Owner, PresentError, Presented, Presenting, Question, Silent, WalletFile,
    present,
};
use humanseal_wallet_link::presentation::AccountSignature;
use humanseal_wallet_link::request::IssuedRoot;
use humanseal_wallet_link::{Account, Action, EvmKey, Request, RequestId};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{
    Environment, KeyHash, NetworkAction, NetworkMetadata, Nonce, Timestamp,
};
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::status_list::StatusList;

use crate::holder::{Issuer, at, wallet_file};
use crate::server::Server;
use crate::status::status;

/// Signs as this account, with a key that may be another's.
pub struct Signer {
    pub account: Account,
    pub key: EvmKey,
}

impl Signer {
    pub fn new() -> Self {
        let key = EvmKey::from_bytes(&[0x42; 32]).unwrap();
        Self {
            account: key.account(1).unwrap(),
            key,
        }
    }
}

impl AccountSigner for Signer {
    fn account(&self) -> &Account {
        &self.account
    }
    fn sign(&self, message: &str) -> Result<AccountSignature, String> {
        Ok(self.key.sign(message))
    }
}

/// Answers by rote and remembers what was asked.
pub struct Scripted {
    pub account: bool,
    pub terms: bool,
    /// Whether a second account may join the first in public.
    pub joins: bool,
    /// Whether the owner knows of proofs that this wallet does not.
    pub more: bool,
    pub asked: RefCell<Vec<&'static str>>,
}

impl Scripted {
    pub fn new(account: bool, terms: bool) -> Self {
        Self {
            account,
            terms,
            joins: false,
            more: false,
            asked: RefCell::default(),
        }
    }
}

impl Owner for Scripted {
    fn agrees(&self, question: Question<'_>) -> bool {
        let (name, answer) = match question {
            Question::Consent { .. } => ("consent", false),
            Question::Account { .. } => ("account", self.account),
            Question::ChangedTerms { .. } => ("changed_terms", self.terms),
            Question::JoinsInPublic { .. } => ("joins_in_public", self.joins),
            Question::MoreProofs { .. } => ("more_proofs", self.more),
        };
        self.asked.borrow_mut().push(name);
        answer
    }
}

/// A wallet, its issuer with a status list, and a request that may be answered.
pub struct Scene {
    pub _folder: tempfile::TempDir,
    pub issuer: Issuer,
    pub server: Server,
    pub file: WalletFile,
    pub network: Option<NetworkMetadata>,
    pub signer: Signer,
    pub slot: Slot,
    pub now: Timestamp,
}

impl Scene {
    pub fn new() -> Self {
        Self::with_list(&StatusList::new())
    }

    pub fn with_list(list: &StatusList) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let issuer = Issuer::new(1);
        let root = issuer.root_of(list, at(-60));
        let server = Server::start(status(&root, list, &StatusList::new()));
        let file = wallet_file(folder.path(), &issuer, &server.origin);
        Self {
            _folder: folder,
            issuer,
            server,
            file,
            network: None,
            signer: Signer::new(),
            slot: Slot(0),
            now: at(0),
        }
    }

    pub fn request(&self) -> Request {
        let key = keys::development_verifying(Circuit::Present);
        let issuer = self.issuer.secret.public().id();
        let mut request = Request {
            version: 1,
            id: RequestId::from_random([1; 16]),
            environment: Environment::Development,
            verifier: "https://verify.net.example".parse().unwrap(),
            network: "net.example".parse().unwrap(),
            action: Action::parse("provider").unwrap(),
            epoch: 0,
            scope: humanseal_zk_credentials::holder::Scope::new("", "", 0),
            policy: Policy {
                min_age: 18,
                min_document: 2,
                min_device: 1,
                min_unique: 2,
                max_slots: 2,
                max_verified_days: ANY_VERIFIED_DAYS,
                min_established_days: 30,
            },
            excluded: Excluded::none(),
            issuers: vec![issuer],
            roots: vec![IssuedRoot {
                issuer,
                root: StatusList::new().root(),
                issued_at: at(-60),
            }],
            vk_hash: KeyHash(key.vk_hash()),
            nonce: Nonce([7; 32]),
            issued_at: at(-10),
            expires_at: at(600),
            chains: vec!["eip155:1".parse().unwrap()],
            statement: "Prove it.".into(),
        };
        request.scope = request.computed_scope();
        request
    }

    pub fn present(
        &mut self,
        request: &Request,
        owner: &dyn Owner,
    ) -> Result<Presented, PresentError> {
        let with = Presenting {
            issuer: &self.server.client(),
            proving_key: keys::development(Circuit::Present).unwrap(),
            network: self.network.as_ref(),
            account: &self.signer,
            slot: self.slot,
            now: self.now,
        };
        present(&with, &mut self.file, request, None, owner, &Silent)
    }

    pub fn code(&mut self, request: &Request) -> String {
        let before = self.file.generation();
        let error = self
            .present(request, &Scripted::new(true, true))
            .unwrap_err();
        assert_eq!(self.file.generation(), before, "a refusal writes nothing");
        assert!(self.file.wallet.ledger.entries().is_empty());
        error.code().to_owned()
    }
}

/// The network's own document.
pub fn network(origins: &[&str]) -> NetworkMetadata {
    NetworkMetadata {
        id: "net.example".into(),
        origins: origins.iter().map(|&origin| origin.to_owned()).collect(),
        contracts: vec![],
        actions: vec![NetworkAction {
            action: "provider".into(),
            epoch: 0,
            ends_on: None,
            longest_registration_days: 30,
            root_window_hours: 72,
        }],
    }
}
