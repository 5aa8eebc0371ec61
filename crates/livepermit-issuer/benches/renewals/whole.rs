//! Whole renewals: wallets ask, sign and ask, as fast as they are answered.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::CONNECTIONS;
use super::asked::Times;
use super::connection::{Connection, Sent};
use super::gate;
use super::issuer::Issuer;
use super::process::Process;
use super::wallet::{Wallet, ask_nonce, text};

/// How long questions and whole renewals took.
#[derive(Default)]
struct Renewed {
    token: Times,
    nonce: Times,
    credential: Times,
    /// Without the wallet's own signing.
    whole: Times,
}

/// Lets wallets renew for this long, and prints what that costs.
pub(crate) fn measure(
    issuer: &Issuer,
    database: Option<&Process>,
    wallets: &[Wallet],
    kind: &str,
    time: Duration,
) {
    let here = Process::alone(std::process::id());
    let cpu = || (issuer.process.cpu(), database.map(Process::cpu).unwrap_or_default(), here.cpu());
    let (before, memory, begun) = (cpu(), issuer.process.memory(), Instant::now());
    let stop = AtomicBool::new(false);
    let (renewed, fetched, took) = std::thread::scope(|scope| {
        let fetching = scope.spawn(|| gate::fetch(issuer.port, &issuer.list, &stop));
        let each = wallets.len().div_ceil(CONNECTIONS);
        let renewing: Vec<_> = wallets
            .chunks(each)
            .enumerate()
            .map(|(thread, some)| {
                scope.spawn(move || {
                    renew(issuer.port, some, &format!("{kind}-{thread}"), begun + time)
                })
            })
            .collect();
        let mut all = Renewed::default();
        for each in renewing {
            let each = each.join().unwrap();
            all.token.extend(each.token);
            all.nonce.extend(each.nonce);
            all.credential.extend(each.credential);
            all.whole.extend(each.whole);
        }
        let took = begun.elapsed().as_secs_f64();
        stop.store(true, Ordering::Relaxed);
        (all, fetching.join().unwrap(), took)
    });
    let after = cpu();
    let count = f64::from(u32::try_from(renewed.whole.count()).unwrap());
    let each = |before: Duration, after: Duration| (after - before).as_secs_f64() * 1e3 / count;
    println!("  {:.0} renewals a second: {count} in {took:.1} s", count / took);
    println!(
        "  the service  {:>7.3} ms of CPU for each, its lists included",
        each(before.0, after.0)
    );
    if database.is_some() {
        println!("  PostgreSQL   {:>7.3} ms of CPU for each", each(before.1, after.1));
    }
    println!("  the wallets  {:>7.3} ms of CPU for each", each(before.2, after.2));
    println!("  token        {}", renewed.token);
    println!("  nonce        {}", renewed.nonce);
    println!("  credential   {}", renewed.credential);
    println!("  all three    {}", renewed.whole);
    fetched.print();
    println!("  memory       {memory:.0} MB before, {:.0} MB after", issuer.process.memory());
}

fn renew(port: u16, wallets: &[Wallet], name: &str, until: Instant) -> Renewed {
    let mut connection = Connection::open(port);
    let mut renewed = Renewed::default();
    for (number, wallet) in wallets.iter().cycle().enumerate() {
        if Instant::now() >= until {
            break;
        }
        let mut ask = |sent: &Sent| {
            let begun = Instant::now();
            let answer = connection.json(sent);
            (answer, begun.elapsed())
        };
        let (token, first) = ask(&wallet.ask_token(port, &format!("{name}-t-{number}")));
        let (nonce, second) = ask(&ask_nonce(port));
        let (token, nonce) = (text(&token, "access_token"), text(&nonce, "c_nonce"));
        let sent = wallet.ask_credential(port, &format!("{name}-c-{number}"), &token, &nonce);
        let (_, third) = ask(&sent);
        renewed.token.add(first);
        renewed.nonce.add(second);
        renewed.credential.add(third);
        renewed.whole.add(first + second + third);
    }
    renewed
}
