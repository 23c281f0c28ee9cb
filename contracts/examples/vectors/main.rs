//! Writes `contracts/forge/vectors/present.json`: real proofs under the INSECURE development key, for one registry
//! address and chain id, which forge's tests read through `contracts/forge/Vectors.sol`. To be run after circuit or
//! development key changed, from the root of the repository:
//!
//!     cargo run --release --locked -p humanseal-contracts --example vectors
//!
//! Every secret in it is published here. The same bytes come out at every run.
//!
//! | member | is |
//! | --- | --- |
//! | `chainId`, `registry` | what the bindings are made for |
//! | `scope`, `policy`, `excluded`, `vkHash` | as the registry is to be set up |
//! | `day` | day D, the day of the claims unless said otherwise |
//! | `accounts.NAME` | `address` and `key` of alice, alice2, bob, mallory, and of the 32 holders of the batch `h0`… |
//! | `issuers[i]` | `id`, `rootSigner`, `rootSignerKey`; 0 is trusted, 1 another |
//! | `roots.NAME` | `issuer` (index), `root`, `issuedAt`, `previous`, `signature`: a statement signed for chains |
//! | `claims.NAME` | `proof` (8 words), `nullifier`, `account`, `today`, `nonce`, `binding`, and `root` (name) |
//! | `batch[i]` | the same, of 32 holders |
//! | `twist` | four words of a point on G2's curve outside of the subgroup |
//!
//! Roots: `first` (day D, 00:30; all valid), `second` (D, 06:00; mallory revoked), `later` (D + 31, 00:30), and
//! `other` (D, 00:30, by issuer 1). Claims are named `HOLDER_ACCOUNT_NONCE`, with a suffix for what differs:
//! none is day D under `first`, `_second` under that root, `_later` day D + 31 under that root, `_slot1` the second
//! place. Those that the registry must refuse are alice's for her own account at nonce 0, but for the one thing
//! after which they are named.

mod world;

use std::error::Error;
use std::fs;

use ark_std::rand::SeedableRng;
use ark_std::rand::rngs::StdRng;
use humanseal_wallet_link::{Account, binding, contract_audience};
use humanseal_zk_credentials::calendar::{Day, Today};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::holder::{Scope, Slot};
use humanseal_zk_credentials::keys;
use humanseal_zk_credentials::policy::{Excluded, Policy};
use humanseal_zk_credentials::presentation::{PresentWitness, prove_present};
use humanseal_zk_credentials::status_root::address;
use humanseal_zk_credentials::word::Word;
use serde_json::{Map, Value, json};
use world::{BATCH, CHAIN, DAY, Holder, LATER, REGISTRY, World, hexadecimal, scope};

/// A proof to be made: alice's first registration, but for what is changed.
#[derive(Clone)]
struct Order<'a> {
    holder: &'a Holder,
    slot: u8,
    account: [u8; 20],
    nonce: u64,
    day: u16,
    root: &'static str,
    chain: u64,
    contract: [u8; 20],
    scope: Scope,
    policy: Policy,
    excluded: Excluded,
}

impl Order<'_> {
    fn make(&self, world: &World, rng: &mut StdRng) -> Result<Value, Box<dyn Error>> {
        let account = Account::eip155(self.chain, self.account)?;
        let root = world.root(self.root);
        let witness = PresentWitness {
            signed: root.issuer.sign(self.holder.credential()),
            path: root.list.path(self.holder.status_index()),
            secret: self.holder.secret(),
            slot: Slot(self.slot),
            scope: self.scope,
            binding: binding(
                &account,
                contract_audience(self.contract),
                Word::of_u64(self.nonce),
            ),
            today: Today::from_day(Day(self.day)),
            policy: self.policy,
            excluded: self.excluded.clone(),
        };
        let key = keys::development(Circuit::Present)?;
        let (proof, public) = prove_present(key, &witness, rng)?;
        Ok(json!({
            "proof": proof.evm_words().map(|word| hexadecimal(&word)),
            "nullifier": element(&public.nullifier.0),
            "account": hexadecimal(&self.account),
            "today": element(&public.today),
            "nonce": self.nonce,
            "binding": element(&public.binding),
            "root": self.root,
        }))
    }
}

/// A word in hexadecimal: forge takes a long decimal string for text.
fn element(element: &FieldElement) -> String {
    hexadecimal(&element.to_be_bytes())
}

fn main() -> Result<(), Box<dyn Error>> {
    let world = World::new();
    let mut rng = StdRng::seed_from_u64(1);
    let [alice, bob, mallory] = ["alice", "bob", "mallory"].map(|name| world.holder(name));
    let alice2 = address(world::second_account().verifying_key());
    let first = Order {
        holder: alice,
        slot: 0,
        account: alice.account(),
        nonce: 0,
        day: DAY,
        root: "first",
        chain: CHAIN,
        contract: REGISTRY,
        scope: scope(0),
        policy: world::policy(),
        excluded: world::excluded(),
    };

    let mut orders: Vec<(String, Order)> = Vec::new();
    for (holder, name, account) in [
        (alice, "alice_alice", alice.account()),
        (alice, "alice_alice2", alice2),
        (bob, "bob_bob", bob.account()),
        (bob, "bob_alice", alice.account()),
        (mallory, "mallory_mallory", mallory.account()),
    ] {
        for nonce in 0..4 {
            let order = Order {
                holder,
                account,
                nonce,
                ..first.clone()
            };
            orders.push((format!("{name}_{nonce}"), order.clone()));
            if name != "mallory_mallory" {
                orders.push((
                    format!("{name}_{nonce}_later"),
                    Order {
                        day: LATER,
                        root: "later",
                        ..order.clone()
                    },
                ));
                orders.push((
                    format!("{name}_{nonce}_second"),
                    Order {
                        root: "second",
                        ..order
                    },
                ));
            }
        }
    }
    for (name, account) in [
        ("alice_alice_0_slot1", alice.account()),
        ("alice_alice2_0_slot1", alice2),
    ] {
        orders.push((
            name.into(),
            Order {
                slot: 1,
                account,
                ..first.clone()
            },
        ));
    }
    let strange = |name: &str, order| (name.to_owned(), order);
    let other_policy = Policy {
        min_age: 0,
        ..first.policy
    };
    let other_excluded = Excluded::none();
    orders.extend([
        strange("rerandomised", first.clone()),
        strange(
            "yesterday",
            Order {
                day: DAY - 1,
                ..first.clone()
            },
        ),
        strange(
            "two_days_ago",
            Order {
                day: DAY - 2,
                ..first.clone()
            },
        ),
        strange(
            "tomorrow",
            Order {
                day: DAY + 1,
                ..first.clone()
            },
        ),
        strange(
            "other_chain",
            Order {
                chain: 1,
                ..first.clone()
            },
        ),
        strange(
            "other_contract",
            Order {
                contract: [0x11; 20],
                ..first.clone()
            },
        ),
        strange(
            "other_scope",
            Order {
                scope: Scope::new("other.example", "provider", 0),
                ..first.clone()
            },
        ),
        strange(
            "other_epoch",
            Order {
                scope: scope(1),
                ..first.clone()
            },
        ),
        strange(
            "other_policy",
            Order {
                policy: other_policy,
                ..first.clone()
            },
        ),
        strange(
            "other_excluded",
            Order {
                excluded: other_excluded,
                ..first.clone()
            },
        ),
        strange(
            "other_issuer",
            Order {
                root: "other",
                ..first.clone()
            },
        ),
    ]);

    let mut claims = Map::new();
    for (name, order) in &orders {
        claims.insert(name.clone(), order.make(&world, &mut rng)?);
    }
    let batch = (0..BATCH)
        .map(|i| {
            let holder = world.holder(&format!("h{i}"));
            Order {
                holder,
                account: holder.account(),
                ..first.clone()
            }
            .make(&world, &mut rng)
        })
        .collect::<Result<Vec<_>, _>>()?;

    let vectors = json!({
        "chainId": CHAIN,
        "registry": hexadecimal(&REGISTRY),
        "scope": element(&first.scope.0),
        "policy": element(&first.policy.pack()),
        "excluded": element(&first.excluded.pack()),
        "vkHash": hexadecimal(&keys::development_verifying(Circuit::Present).vk_hash()),
        "day": DAY,
        "accounts": world.accounts_json(),
        "issuers": world.issuers_json(),
        "roots": world.roots_json(),
        "claims": claims,
        "batch": batch,
        "twist": world::twist_point().map(|word| hexadecimal(&word)),
    });
    let text = serde_json::to_string_pretty(&vectors)? + "\n";
    fs::write("contracts/forge/vectors/present.json", text)?;
    println!("{} claims, {BATCH} of a batch", orders.len());
    Ok(())
}
