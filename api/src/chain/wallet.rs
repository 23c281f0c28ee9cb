//! Signatures of contract wallets, asked of their chain (EIP-1271, EIP-6492).

use std::sync::LazyLock;

use alloy::primitives::{Address, B256, Bytes, U256};
use alloy::sol_types::{SolType, SolValue, sol_data};
use humanseal_wallet_link::{ChallengeError, ContractQuestion, Refusal};

use super::{Node, NodeError};
use crate::config::ChainConfig;
use crate::problem::{Code, Problem};

/// Ends a signature that comes with the call that deploys its wallet (EIP-6492).
const MAGIC: [u8; 32] = [
    0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92,
    0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92, 0x64, 0x92,
];

/// contracts/solidity/AccountSignature.sol, compiled: what is asked, and what the answers mean.
static QUESTION: LazyLock<Bytes> = LazyLock::new(|| {
    #[derive(serde::Deserialize)]
    struct Artifact {
        bytecode: Bytes,
    }
    let text = include_str!("../../../contracts/artifacts/AccountSignature.json");
    serde_json::from_str::<Artifact>(text)
        .map(|artifact| artifact.bytecode)
        .unwrap_or_default()
});
const SIGNED: U256 = U256::from_limbs([1, 0, 0, 0]);
const NO_CODE: U256 = U256::from_limbs([2, 0, 0, 0]);

/// What EIP-6492 wraps a signature with: factory, its call, the signature itself.
type Wrapped = (sol_data::Address, sol_data::Bytes, sol_data::Bytes);

/// The chains whose contract wallets may sign, each with a node.
#[derive(Default)]
pub struct WalletChains(Vec<Node>);

impl WalletChains {
    /// The nodes of a configuration; nothing is sent yet.
    pub fn new(chains: &[ChainConfig]) -> Self {
        let node = |chain: &ChainConfig| Node::new(chain.chain_id, &chain.rpc_url);
        Self(chains.iter().map(node).collect())
    }

    /// Asks whether the account signed, in the order of EIP-6492: a wrapped signature first, then a
    /// contract, then a key.
    ///
    /// # Errors
    /// `presentation_refused` where the account's chain is not configured or the wrapping cannot be
    /// read; `account_signature_invalid`; `chain_unavailable` where the node gives no answer, which
    /// says nothing about the signature.
    pub async fn ask(&self, question: &ContractQuestion) -> Result<(), Problem> {
        let node = self
            .0
            .iter()
            .find(|node| node.chain_id() == question.chain_id)
            .ok_or_else(|| refused(ChallengeError::KindNotOffered))?;
        let code = creation_code(question).ok_or_else(|| {
            // Nobody else than the sender can have cut it.
            refused(ChallengeError::SignatureMalformed)
        })?;
        match answer(node, code).await {
            Ok(SIGNED) => Ok(()),
            Ok(NO_CODE) => question.signed_by_key().map_err(refused),
            Ok(_) => Err(refused(ChallengeError::SignatureInvalid)),
            Err(error) => {
                tracing::warn!(
                    code = error.code(),
                    chain_id = question.chain_id,
                    "a wallet's chain gave no answer"
                );
                Err(Code::ChainUnavailable.into())
            }
        }
    }
}

fn refused(error: ChallengeError) -> Problem {
    Problem::named(
        Refusal::AccountSignature(error).code(),
        Code::PresentationRefused,
    )
}

async fn answer(node: &Node, code: Bytes) -> Result<U256, NodeError> {
    node.check_chain_once().await?;
    let answer = node.run(code).await?;
    let word = <[u8; 32]>::try_from(answer.as_ref()).map_err(|_| NodeError::Malformed)?;
    Ok(U256::from_be_bytes(word))
}

/// The question as creation code with its arguments; none where the wrapping cannot be read.
fn creation_code(question: &ContractQuestion) -> Option<Bytes> {
    let wrapped = question.signature.strip_suffix(&MAGIC);
    let (factory, deployment, signature) = match wrapped {
        Some(wrapping) => Wrapped::abi_decode_params_validate(wrapping).ok()?,
        None => (
            Address::ZERO,
            Bytes::new(),
            Bytes::copy_from_slice(&question.signature),
        ),
    };
    let arguments = (
        Address::from(question.address),
        B256::from(question.hash),
        signature,
        factory,
        deployment,
    )
        .abi_encode_params();
    Some([QUESTION.as_ref(), &arguments].concat().into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_question_is_compiled_in() {
        assert!(QUESTION.len() > 200);
    }

    #[test]
    fn a_signature_is_unwrapped_only_where_it_says_that_it_is_wrapped() {
        let question = |signature: Vec<u8>| ContractQuestion {
            account: "eip155:1:0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed"
                .parse()
                .unwrap(),
            chain_id: 1,
            address: [1; 20],
            hash: [2; 32],
            signature,
        };
        let arguments = |signature: Vec<u8>| {
            let code = creation_code(&question(signature))?;
            type Arguments = (
                sol_data::Address,
                sol_data::FixedBytes<32>,
                sol_data::Bytes,
                sol_data::Address,
                sol_data::Bytes,
            );
            Some(Arguments::abi_decode_params_validate(&code[QUESTION.len()..]).unwrap())
        };
        let inner = Bytes::from_static(&[7; 65]);
        let factory = Address::from([9; 20]);
        let wrapping = (factory, Bytes::from_static(&[8; 4]), inner.clone()).abi_encode_params();

        let (.., plain, none, empty) = arguments(wrapping.clone()).unwrap();
        assert_eq!((plain.as_ref(), none), (&wrapping[..], Address::ZERO));
        assert!(empty.is_empty());
        let wrapped = [&wrapping[..], &MAGIC].concat();
        let (.., signature, from, call) = arguments(wrapped).unwrap();
        assert_eq!((signature, from), (inner, factory));
        assert_eq!(call.as_ref(), [8; 4]);
        for cut in [0, 31, wrapping.len() - 32] {
            assert!(arguments([&wrapping[..cut], &MAGIC].concat()).is_none());
        }
    }
}
