//! Question by question: many of one kind, signed before they are asked.

use std::time::Instant;

use serde_json::Value;

use super::CONNECTIONS;
use super::connection::{Connection, Sent};
use super::issuer::Issuer;
use super::wallet::{Wallet, ask_nonce, text};

/// Lets the wallets renew so many times together.
pub(crate) fn measure(issuer: &Issuer, wallets: &[Wallet], kind: &str, count: usize) {
    let port = issuer.port;
    let many = || wallets.iter().cycle().take(count).enumerate();
    let token =
        |(number, wallet): (usize, &Wallet)| wallet.ask_token(port, &format!("{kind}-t{number}"));
    let (tokens, first) = ask(issuer, "token", &many().map(token).collect::<Vec<_>>());
    let (nonces, second) = ask(issuer, "nonce", &vec![ask_nonce(port); count]);
    let credential = |((number, wallet), (token, nonce)): ((usize, &Wallet), (&Value, &Value))| {
        let (token, nonce) = (text(token, "access_token"), text(nonce, "c_nonce"));
        wallet.ask_credential(port, &format!("{kind}-c{number}"), &token, &nonce)
    };
    let requests = many().zip(tokens.iter().zip(&nonces)).map(credential).collect::<Vec<_>>();
    let (_, third) = ask(issuer, "credential", &requests);
    println!("  {:<12} {:>7.3} ms of the service's CPU", "all three", first + second + third);
}

/// Sends all requests, and tells what one costs the issuer, in milliseconds.
fn ask(issuer: &Issuer, name: &str, sent: &[Sent]) -> (Vec<Value>, f64) {
    let (begun, before) = (Instant::now(), issuer.process.cpu());
    let each = sent.len().div_ceil(CONNECTIONS);
    let answers = std::thread::scope(|scope| {
        let chunks = sent.chunks(each).map(|chunk| {
            scope.spawn(move || {
                let mut connection = Connection::open(issuer.port);
                chunk.iter().map(|sent| connection.json(sent)).collect::<Vec<_>>()
            })
        });
        let chunks: Vec<_> = chunks.collect();
        chunks.into_iter().flat_map(|chunk| chunk.join().unwrap()).collect::<Vec<_>>()
    });
    let cpu = (issuer.process.cpu() - before).as_secs_f64() * 1e3;
    let count = f64::from(u32::try_from(sent.len()).unwrap());
    let rate = count / begun.elapsed().as_secs_f64();
    println!("  {name:<12} {:>7.3} ms of the service's CPU, {rate:>6.0}/s", cpu / count);
    (answers, cpu / count)
}
