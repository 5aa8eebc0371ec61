//! Wallets that renew, and what that costs the issuer.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::cpu_time;
use livepermit_testkit::jwt::{Key, base64url};

/// How many wallets there are: each renews many times.
const WALLETS: usize = 100;
/// How many connections are open: what a proxy before the issuer holds.
const CONNECTIONS: usize = 8;

struct Wallet {
    dpop: Key,
    device: Key,
    refresh: String,
}

struct Issuer {
    port: u16,
    process: u32,
}

/// A request, ready to be sent.
type Sent = Vec<u8>;

fn request(port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Sent {
    let mut text = format!("POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("Content-Length: {}\r\n\r\n{body}", body.len()));
    text.into_bytes()
}

/// The body of the answer, which has to be a success.
fn ask(connection: &mut BufReader<TcpStream>, sent: &Sent) -> Value {
    connection.get_mut().write_all(sent).unwrap();
    let (mut line, mut length, mut good) = (String::new(), 0, false);
    loop {
        line.clear();
        connection.read_line(&mut line).unwrap();
        good |= line.starts_with("HTTP/1.1 200");
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        if line == "\r\n" {
            break;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).unwrap();
    assert!(good, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

impl Issuer {
    fn connect(&self) -> BufReader<TcpStream> {
        let connection = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        connection.set_nodelay(true).unwrap();
        BufReader::new(connection)
    }

    /// Sends all requests, and tells what they cost the issuer.
    fn phase(&self, name: &str, sent: &[Sent]) -> (Vec<Value>, f64) {
        let (begun, before) = (Instant::now(), cpu_time(self.process));
        let each = sent.len().div_ceil(CONNECTIONS);
        let answers = std::thread::scope(|scope| {
            let chunks = sent.chunks(each).map(|chunk| {
                scope.spawn(move || {
                    let mut connection = self.connect();
                    chunk.iter().map(|sent| ask(&mut connection, sent)).collect::<Vec<_>>()
                })
            });
            let chunks: Vec<_> = chunks.collect();
            chunks.into_iter().flat_map(|chunk| chunk.join().unwrap()).collect::<Vec<_>>()
        });
        let cpu = (cpu_time(self.process) - before).as_secs_f64() * 1e3;
        let count = f64::from(u32::try_from(sent.len()).unwrap());
        let rate = count / begun.elapsed().as_secs_f64();
        println!("{name:<12} {:>8.3} ms of CPU {rate:>8.0}/s", cpu / count);
        (answers, cpu / count)
    }

    fn proof(&self, key: &Key, number: &str, path: &str, token: Option<&str>) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "htm": "POST",
            "htu": format!("http://127.0.0.1:{}{path}", self.port),
            "iat": now,
            "jti": number,
        });
        if let Some(token) = token {
            claims["ath"] = base64url(&Sha256::digest(token)).into();
        }
        key.jwt("dpop+jwt", &claims)
    }

    fn token(&self, wallet: &Key, number: &str, body: &str) -> Sent {
        let proof = self.proof(wallet, number, "/token", None);
        let form = ("Content-Type", "application/x-www-form-urlencoded");
        request(self.port, "/token", &[form, ("DPoP", &proof)], body)
    }

    fn credential(&self, wallet: &Wallet, number: &str, token: &str, nonce: &str) -> Sent {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let issuer = format!("http://127.0.0.1:{}", self.port);
        let claims = json!({ "aud": issuer, "iat": now, "nonce": nonce });
        let proof = wallet.device.jwt("openid4vci-proof+jwt", &claims);
        let body = json!({ "credential_configuration_id": "permit", "proofs": { "jwt": [proof] } });
        let dpop = self.proof(&wallet.dpop, number, "/credential", Some(token));
        let headers = [
            ("Content-Type", "application/json"),
            ("Authorization", &*format!("DPoP {token}")),
            ("DPoP", &dpop),
        ];
        request(self.port, "/credential", &headers, &body.to_string())
    }
}

fn text(answer: &Value, name: &str) -> String {
    answer[name].as_str().unwrap().to_owned()
}

/// Starts an issuer, enrols wallets, and lets them renew so many times together.
pub(crate) fn measure(count: usize) {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg("serve")
        .env("PERMITS", WALLETS.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let port = lines.next().unwrap().parse().unwrap();
    let issuer = Issuer { port, process: child.id() };
    for (kind, key) in [("P-256", Key::p256 as fn(u8) -> Key), ("Ed25519", Key::ed25519)] {
        println!("{kind}, {count} renewals");
        let half = WALLETS / 2;
        let offers: Vec<_> = lines.by_ref().take(half).collect();
        let wallets = enrol(&issuer, &offers, key);
        renew(&issuer, &wallets, kind, count);
    }
    drop(child.stdin.take());
    child.wait().unwrap();
}

fn enrol(issuer: &Issuer, offers: &[String], key: fn(u8) -> Key) -> Vec<Wallet> {
    let mut connection = issuer.connect();
    let mut seed = 0;
    let mut enrol = |offer: &String| {
        seed += 1;
        let (code, digits) = offer.split_once(' ').unwrap();
        let (dpop, device) = (key(seed), key(seed + 100));
        let body = format!(
            "grant_type=urn:ietf:params:oauth:grant-type:pre-authorized_code\
             &pre-authorized_code={code}&tx_code={digits}"
        );
        let answer = ask(&mut connection, &issuer.token(&dpop, "enrol", &body));
        let wallet = Wallet { dpop, device, refresh: text(&answer, "refresh_token") };
        let nonce = ask(&mut connection, &request(issuer.port, "/nonce", &[], ""));
        let (token, nonce) = (text(&answer, "access_token"), text(&nonce, "c_nonce"));
        ask(&mut connection, &issuer.credential(&wallet, "first", &token, &nonce));
        wallet
    };
    offers.iter().map(&mut enrol).collect()
}

fn renew(issuer: &Issuer, wallets: &[Wallet], kind: &str, count: usize) {
    let many = || wallets.iter().cycle().take(count).enumerate();
    let token = |(number, wallet): (usize, &Wallet)| {
        let body = format!("grant_type=refresh_token&refresh_token={}", wallet.refresh);
        issuer.token(&wallet.dpop, &format!("{kind}-t{number}"), &body)
    };
    let (tokens, first) = issuer.phase("token", &many().map(token).collect::<Vec<_>>());
    let nonce = request(issuer.port, "/nonce", &[], "");
    let (nonces, second) = issuer.phase("nonce", &vec![nonce; count]);
    let credential = |((number, wallet), (token, nonce)): ((usize, &Wallet), (&Value, &Value))| {
        let (token, nonce) = (text(token, "access_token"), text(nonce, "c_nonce"));
        issuer.credential(wallet, &format!("{kind}-c{number}"), &token, &nonce)
    };
    let requests = many().zip(tokens.iter().zip(&nonces)).map(credential).collect::<Vec<_>>();
    let (_, third) = issuer.phase("credential", &requests);
    println!("{:<12} {:>8.3} ms of CPU", "renewal", first + second + third);
}
