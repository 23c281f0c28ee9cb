//! Calls to a node, as a test makes them: everything that comes back is expected.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use alloy::primitives::{Address, Bytes, U64};
use alloy::sol_types::SolCall;
use serde_json::{Value, json};

use super::evm::Evm;
use super::node::{self, UNLOCKED};

/// The id of every chain of these tests: verifiers under development keys work on local ones alone.
pub const CHAIN_ID: u64 = 31_337;

/// A node that belongs to the test.
pub struct Rpc {
    pub url: String,
    /// anvil, where `HUMANSEAL_ANVIL` names its program.
    _process: Option<Anvil>,
}

struct Anvil(Child);

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Rpc {
    /// A node of a new chain that begins at `time`.
    pub async fn start(time: i64) -> Self {
        let time = time.unsigned_abs();
        match std::env::var_os("HUMANSEAL_ANVIL") {
            None => Self {
                url: node::serve(Evm::new(CHAIN_ID, time, &[UNLOCKED])).await,
                _process: None,
            },
            Some(program) => {
                let mut process = Command::new(program)
                    .args(["--port", "0", "--auto-impersonate", "--hardfork", "osaka"])
                    .args(["--gas-price", "0", "--block-base-fee-per-gas", "0"])
                    .args(["--timestamp", &time.to_string()])
                    .stdout(Stdio::piped())
                    .spawn()
                    .unwrap();
                let lines = BufReader::new(process.stdout.take().unwrap()).lines();
                let mut lines = lines.map_while(Result::ok);
                let address =
                    lines.find_map(|line| line.strip_prefix("Listening on ").map(str::to_owned));
                // It names every call, and stops where nobody reads.
                std::thread::spawn(move || lines.for_each(drop));
                Self {
                    url: format!("http://{}", address.unwrap()),
                    _process: Some(Anvil(process)),
                }
            }
        }
    }

    pub async fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let url = self.url.clone();
        let sent = tokio::task::spawn_blocking(move || {
            let agent: ureq::Agent = ureq::Agent::config_builder()
                .timeout_global(Some(Duration::from_secs(60)))
                .build()
                .into();
            let mut response = agent.post(&url).send_json(&body).unwrap();
            response.body_mut().read_json::<Value>().unwrap()
        });
        let answer = sent.await.unwrap();
        match answer.get("error") {
            None => Ok(answer["result"].clone()),
            Some(error) => Err(error.clone()),
        }
    }

    pub async fn head(&self) -> u64 {
        let number: U64 =
            serde_json::from_value(self.call("eth_blockNumber", json!([])).await.unwrap()).unwrap();
        number.to()
    }

    /// Sends a transaction and gives its receipt, whatever came of it.
    pub async fn send(&self, from: Address, to: Option<Address>, data: Vec<u8>) -> Value {
        let mut request = json!({ "from": from, "input": Bytes::from(data), "gas": "0xf42400",
            "gasPrice": "0x0" });
        if let Some(to) = to {
            request["to"] = json!(to);
        }
        let hash = self
            .call("eth_sendTransaction", json!([request]))
            .await
            .unwrap();
        // anvil mines beside what it answers.
        for _ in 0..2_000 {
            let receipt = self.call("eth_getTransactionReceipt", json!([hash])).await;
            match receipt.unwrap() {
                Value::Null => tokio::time::sleep(Duration::from_millis(5)).await,
                receipt => return receipt,
            }
        }
        panic!("the transaction is in no block");
    }

    /// Deploys a contract.
    pub async fn deploy(&self, bytecode: &[u8], arguments: &[u8]) -> Address {
        let receipt = self
            .send(UNLOCKED, None, [bytecode, arguments].concat())
            .await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        serde_json::from_value(receipt["contractAddress"].clone()).unwrap()
    }

    /// What a view function gives after block `block`, or the newest.
    pub async fn view<C: SolCall>(&self, to: Address, call: &C, block: Option<u64>) -> C::Return {
        let request = json!({ "to": to, "input": Bytes::from(call.abi_encode()) });
        let block = block.map_or(json!("latest"), |number| json!(U64::from(number)));
        let output = self
            .call("eth_call", json!([request, block]))
            .await
            .unwrap();
        let output: Bytes = serde_json::from_value(output).unwrap();
        C::abi_decode_returns(&output).unwrap()
    }

    pub async fn next_time(&self, time: i64) {
        self.call("evm_setNextBlockTimestamp", json!([time]))
            .await
            .unwrap();
    }
    pub async fn mine(&self) {
        self.call("evm_mine", json!([])).await.unwrap();
    }
    /// As many other, empty blocks take the place of the last ones.
    pub async fn reorganise(&self, depth: u64) {
        self.call("anvil_reorg", json!([depth, []])).await.unwrap();
    }
}

/// Creation code of an artifact of the pinned compiler.
pub fn bytecode(contract: &str) -> Bytes {
    let file = format!(
        "{}/../contracts/artifacts/{contract}.json",
        env!("CARGO_MANIFEST_DIR")
    );
    let artifact: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    serde_json::from_value(artifact["bytecode"].clone()).unwrap()
}
