//! The chain behind JSON-RPC: the methods that the service calls, and those by which tests move it,
//! under the names that anvil has for them.

use std::sync::{Arc, Mutex};

use alloy::consensus::TxEnvelope;
use alloy::consensus::transaction::SignerRecoverable;
use alloy::eips::eip2718::Decodable2718;
use alloy::primitives::{Address, B256, Bloom, Bytes, Log, U64, keccak256};
use alloy::rpc::types::{Filter, TransactionRequest};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::evm::{Block, Done, Evm, Sent};

/// Serves a chain on a loopback port and gives its address.
pub async fn serve(chain: Evm) -> String {
    let chain = Arc::new(Mutex::new(chain));
    let router = Router::new().route("/", post(answer)).with_state(chain);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

type Shared = Arc<Mutex<Evm>>;

/// A call, or a list of them.
async fn answer(State(chain): State<Shared>, Json(message): Json<Value>) -> Json<Value> {
    let mut chain = chain.lock().unwrap();
    Json(match message.as_array() {
        Some(calls) => calls.iter().map(|call| one(&mut chain, call)).collect(),
        None => one(&mut chain, &message),
    })
}

fn one(chain: &mut Evm, call: &Value) -> Value {
    let method = call["method"].as_str().unwrap();
    let answered = dispatch(chain, method, &call["params"]);
    let mut answer = json!({ "jsonrpc": "2.0", "id": call["id"] });
    match answered {
        Ok(result) => answer["result"] = result,
        Err(error) => answer["error"] = error,
    }
    answer
}

fn dispatch(chain: &mut Evm, method: &str, params: &Value) -> Result<Value, Value> {
    Ok(match method {
        "eth_chainId" => json!(U64::from(chain.chain_id)),
        "eth_blockNumber" => json!(U64::from(chain.head().number)),
        "eth_getBlockByNumber" => {
            let number = number(chain, &params[0]);
            chain
                .blocks
                .get(number as usize)
                .map_or(Value::Null, header)
        }
        "eth_getLogs" => logs(chain, &param(&params[0])),
        "eth_call" => {
            let number = number(chain, params.get(1).unwrap_or(&json!("latest")));
            json!(chain.call(&sent(&params[0]), number).map_err(reverted)?)
        }
        "eth_estimateGas" => {
            chain
                .call(&sent(&params[0]), chain.head().number)
                .map_err(reverted)?;
            json!("0x7a1200")
        }
        "eth_getCode" => json!(chain.code(param(&params[0]))),
        "eth_getTransactionCount" => json!(U64::from(chain.nonce(param(&params[0])))),
        "eth_gasPrice" | "eth_maxPriorityFeePerGas" => json!("0x0"),
        "eth_feeHistory" => json!({ "oldestBlock": "0x0", "baseFeePerGas": ["0x1", "0x1"],
            "gasUsedRatio": [0.5], "reward": [["0x1"]] }),
        "eth_sendTransaction" => json!(chain.mine(Some(sent(&params[0]))).unwrap().hash),
        "eth_sendRawTransaction" => {
            let raw: Bytes = param(&params[0]);
            let envelope = TxEnvelope::decode_2718(&mut raw.as_ref()).unwrap();
            let signed = TransactionRequest::from_transaction(envelope.clone());
            assert_eq!(signed.chain_id, Some(chain.chain_id));
            let from = envelope.recover_signer().unwrap();
            assert_eq!(signed.nonce, Some(chain.nonce(from)));
            let sent = Sent {
                from,
                hash: Some(keccak256(&raw)),
                ..of_request(&signed)
            };
            json!(chain.mine(Some(sent)).unwrap().hash)
        }
        "eth_getTransactionReceipt" => receipt(chain, param(&params[0])),
        "evm_setNextBlockTimestamp" => {
            chain.set_next_time(params[0].as_u64().unwrap());
            Value::Null
        }
        "evm_mine" => {
            chain.mine(None);
            json!("0x0")
        }
        "anvil_reorg" => {
            chain.reorganise(params[0].as_u64().unwrap() as usize);
            Value::Null
        }
        "evm_snapshot" => json!(U64::from(chain.snapshot())),
        "evm_revert" => json!(chain.revert(param::<U64>(&params[0]).to())),
        _ => return Err(json!({ "code": -32601, "message": "the method does not exist" })),
    })
}

fn param<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap()
}

fn number(chain: &Evm, tag: &Value) -> u64 {
    match tag.as_str().unwrap() {
        "latest" | "pending" => chain.head().number,
        _ => param::<U64>(tag).to(),
    }
}

fn sent(request: &Value) -> Sent {
    of_request(&param(request))
}

fn of_request(request: &TransactionRequest) -> Sent {
    Sent {
        from: request.from.unwrap_or_default(),
        to: request.to.and_then(|kind| kind.to().copied()),
        data: request.input.input().cloned().unwrap_or_default(),
        gas: request.gas,
        hash: None,
    }
}

fn reverted(data: Bytes) -> Value {
    json!({ "code": 3, "message": "execution reverted", "data": data })
}

fn header(block: &Block) -> Value {
    json!({ "number": U64::from(block.number), "hash": block.hash, "parentHash": block.parent,
        "timestamp": U64::from(block.time) })
}

/// A log as a node writes it, the place in its block counted over all transactions.
fn log(block: &Block, transaction: usize, index: usize, log: &Log) -> Value {
    json!({ "address": log.address, "topics": log.topics(), "data": log.data.data,
        "blockNumber": U64::from(block.number), "blockHash": block.hash,
        "transactionHash": block.transactions[transaction].hash,
        "transactionIndex": U64::from(transaction), "logIndex": U64::from(index),
        "removed": false })
}

fn logs_of(block: &Block) -> impl Iterator<Item = (usize, usize, &Log)> {
    let all = block.transactions.iter().enumerate();
    all.flat_map(|(place, done)| done.logs.iter().map(move |log| (place, log)))
        .enumerate()
        .map(|(index, (place, log))| (place, index, log))
}

fn logs(chain: &Evm, filter: &Filter) -> Value {
    let (from, to) = (
        filter.get_from_block().unwrap(),
        filter.get_to_block().unwrap(),
    );
    assert!(from <= to, "a range of no block");
    let blocks = chain
        .blocks
        .iter()
        .filter(|block| (from..=to).contains(&block.number));
    blocks
        .flat_map(|block| {
            logs_of(block)
                .filter(|(.., log)| filter.address.matches(&log.address))
                .filter(|(.., log)| filter.topics[0].matches(&log.topics()[0]))
                .map(move |(place, index, entry)| log(block, place, index, entry))
        })
        .collect()
}

fn receipt(chain: &Evm, hash: B256) -> Value {
    let place = |block: &Block| block.transactions.iter().position(|done| done.hash == hash);
    let found = chain
        .blocks
        .iter()
        .find_map(|block| Some((block, place(block)?)));
    let Some((block, place)) = found else {
        return Value::Null;
    };
    let done: &Done = &block.transactions[place];
    let logs: Vec<Value> = logs_of(block)
        .filter(|(of, ..)| *of == place)
        .map(|(place, index, entry)| log(block, place, index, entry))
        .collect();
    json!({ "transactionHash": done.hash, "transactionIndex": U64::from(place),
        "blockHash": block.hash, "blockNumber": U64::from(block.number), "from": done.from,
        "to": done.to, "contractAddress": done.created, "status": U64::from(u64::from(done.succeeded)),
        "gasUsed": U64::from(done.gas_used), "cumulativeGasUsed": U64::from(done.gas_used),
        "effectiveGasPrice": "0x0", "type": "0x2", "logs": logs, "logsBloom": Bloom::ZERO })
}

/// Accounts that every node of a test keeps the keys of: the first of anvil's.
pub const UNLOCKED: Address = Address::new([
    0xf3, 0x9f, 0xd6, 0xe5, 0x1a, 0xad, 0x88, 0xf6, 0xf4, 0xce, 0x6a, 0xb8, 0x82, 0x72, 0x79, 0xcf,
    0xff, 0xb9, 0x22, 0x66,
]);
