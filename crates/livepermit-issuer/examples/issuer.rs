//! The service of the demonstration without its story: both ports over a register in a new folder,
//! for programs that play the story themselves. Everything is gone when the program ends.
//!
//! ```text
//! cargo run -p livepermit-issuer --example issuer
//! ```
//!
//! It prints one line of JSON: the address of wallets, the address of officers, what to send to
//! `/office/login`, and the wallet that it knows. It ends when its standard input ends, so that it
//! does not outlive the program that started it.
#![expect(clippy::print_stdout, reason = "an example tells what it does")]

use std::error::Error;

use livepermit_issuer::demo::{Addresses, Demo, Login};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let demo = Demo::start().await?;
    let Addresses { public, offices, .. } = demo.addresses();
    let Login { name, password, totp } = demo.login();
    let (client, redirect) = Demo::wallet();
    let all = json!({
        "public": public,
        "offices": offices,
        "login": { "name": name, "password": password, "totp": totp },
        "wallet": { "client_id": client, "redirect_uri": redirect },
    });
    println!("{all}");
    tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()))
        .await??;
    Ok(())
}
