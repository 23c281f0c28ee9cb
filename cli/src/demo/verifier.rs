//! The network's side of the demo: request, checks, pass.

use humanseal_wallet_link::{
    Account, AccountSignature, Action, IssuedRoot, NetworkId, Origin, Pass, PassSigner,
    Presentation, Refusal, Request, RequestId, Verified, VerifierContext, challenge, check,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, KeyHash, Nonce, Timestamp};
use humanseal_zk_credentials::groth16::{Proof, VerifyingKey};
use humanseal_zk_credentials::holder::Scope;
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::policy::{ANY_VERIFIED_DAYS, Excluded, Policy};
use humanseal_zk_credentials::presentation::PresentPublic;

use super::Now;
use super::issuer::Issuer;
use crate::output::Failure;

/// How long a request of the demo stands open, in seconds.
const REQUEST_SECONDS: i64 = 600;

/// A development verifier in memory.
pub struct Verifier {
    signer: PassSigner,
    key: &'static VerifyingKey,
    root: IssuedRoot,
}

impl Verifier {
    /// A verifier that trusts this issuer's newest root.
    pub fn new(issuer: &Issuer, now: Now) -> Result<Self, Failure> {
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(Failure::fault)?;
        let root = newest_root(issuer, now)?;
        let signer = PassSigner::from_seed(&seed).map_err(Failure::fault)?;
        Ok(Self {
            signer,
            key: keys::development_verifying(Circuit::Present),
            root,
        })
    }

    /// Adults with a checked chip, at most two places each, and software keys allowed.
    pub fn request(&self, issuer: &Issuer, now: Now) -> Result<Request, Failure> {
        let mut random = [0; 48];
        getrandom::fill(&mut random).map_err(Failure::fault)?;
        let (id, nonce) = random.split_at(16);
        let network: NetworkId = "compute.example".parse().map_err(Failure::fault)?;
        let action =
            Action::parse("register").ok_or_else(|| Failure::fault("the action has no name"))?;
        let scope = Scope::new("compute.example", "register", 0);
        let verifier: Origin = "https://compute.example".parse().map_err(Failure::fault)?;
        Ok(Request {
            version: 1,
            id: RequestId::from_random(id.try_into().map_err(Failure::fault)?),
            environment: Environment::Development,
            verifier,
            network,
            action,
            epoch: 0,
            scope,
            policy: Policy {
                min_age: 18,
                min_document: 2,
                min_device: 1,
                min_unique: 2,
                max_slots: 2,
                max_verified_days: ANY_VERIFIED_DAYS,
                min_established_days: 0,
            },
            excluded: Excluded::none(),
            issuers: vec![issuer.id()],
            roots: vec![self.root],
            vk_hash: KeyHash(self.key.vk_hash()),
            nonce: Nonce(nonce.try_into().map_err(Failure::fault)?),
            issued_at: time(now, 0)?,
            expires_at: time(now, REQUEST_SECONDS)?,
            chains: vec![
                "eip155:1".parse().map_err(Failure::fault)?,
                humanseal_wallet_link::Chain::solana_mainnet(),
            ],
            statement: "Lend your machine to compute.example as a verified adult.".into(),
        })
    }

    /// The checks of docs/protocol.md section 10 that need no database.
    pub fn check(
        &self,
        request: &Request,
        presentation: &Presentation,
        issuer: &Issuer,
        now: Now,
    ) -> Result<Result<Verified, Refusal>, Failure> {
        let roots = [newest_root(issuer, now)?];
        let context = VerifierContext {
            now: time(now, 0)?,
            environment: Environment::Development,
            issuers: &[issuer.id()],
            roots: &roots,
            root_window_seconds: humanseal_wallet_link::check::ROOT_WINDOW_SECONDS,
            verifying_key: self.key,
        };
        Ok(check(request, presentation, &context))
    }

    /// Checks a presentation and signs a pass.
    pub fn accept(
        &self,
        request: &Request,
        presentation: &Presentation,
        issuer: &Issuer,
        now: Now,
    ) -> Result<(Verified, String), Failure> {
        let verified = self
            .check(request, presentation, issuer, now)?
            .map_err(|refusal| Failure::fault(format!("{}: {refusal}", refusal.code())))?;
        let pass = Pass {
            iss: request.verifier.clone(),
            aud: request.network.clone(),
            sub: verified.account.clone(),
            exp: now.0 + 86_400,
            iat: now.0,
            nbf: now.0,
            jti: request.id.as_str().to_owned(),
            environment: request.environment,
            nullifier: verified.nullifier,
            scope: verified.scope,
            policy: request.policy,
            excluded: request.excluded.clone(),
            cnf: None,
        };
        let token = self.signer.sign(&pass).map_err(Failure::fault)?;
        Ok((verified, token))
    }
}

fn time(now: Now, later: i64) -> Result<Timestamp, Failure> {
    Timestamp::from_unix_seconds(now.0 + later).map_err(Failure::fault)
}

fn newest_root(issuer: &Issuer, now: Now) -> Result<IssuedRoot, Failure> {
    let issued_at = time(now, 0)?;
    Ok(IssuedRoot {
        issuer: issuer.id(),
        root: issuer.list.root(),
        issued_at,
    })
}

/// What the account's owner signs.
pub fn message(request: &Request, account: &Account) -> Result<String, Failure> {
    challenge::message(request, account, None).map_err(Failure::fault)
}

/// Account, public inputs, proof and signature, as they travel.
pub fn presentation(
    request: &Request,
    account: &Account,
    proof: &Proof,
    public: &PresentPublic,
    signature: AccountSignature,
) -> Presentation {
    Presentation {
        request_id: request.id.clone(),
        account: account.clone(),
        public: public.elements().map(Into::into),
        proof: proof.to_bytes().into(),
        signature,
        machine_key: None,
    }
}
