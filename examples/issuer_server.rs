//! An issuer's server: enrols phones, issues credentials and passes as JSON. Plain HTTP on this
//! machine, to be read and copied from, not to be put on a network: a real one adds TLS and asks
//! who you are.
//!
//! `cargo run --example issuer_server`, then:
//!
//! ```text
//! curl -X POST http://127.0.0.1:8750/pass                                        a pass, live for 30 s
//! curl --data-binary @phone.pem.pub http://127.0.0.1:8750/enrol                  a nonce and an enrolment credential
//! curl --data-binary @answer.txt http://127.0.0.1:8750/credential                the credential
//! ```
//!
//! A key is bound only when the phone has shown that it holds it. The enrolment credential is worth
//! nothing at any gate (its class is another) and lives a minute; the phone presents it to the gate
//! `bj.example` with the nonce, which is `livepermit present --gate bj.example --nonce …`, and
//! sends that presentation.
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, SystemTime};

use livepermit::hold::Challenge;
use livepermit::verify::{Buffer, ChallengePolicy};
use livepermit::{
    AudiencePolicy, Context, Issuer, Permit, Policy, PublicKey, RevocationPolicy, SecretKey,
    Timestamp, Trust, TrustedKey, Unverified, Use, Validity, Verifier,
};
use rand::Rng as _;
use serde_json::{Value, json};

const NAME: &str = "bj.example";
const RESIDENCE: &str = "bj.example:residence";
const ENROLMENT: &str = "bj.example:enrolment";
/// Published here, so good for examples only. Yours lives in an HSM: see
/// `livepermit::issue::Prepared`.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\n\
    MC4CAQAwBQYDK2VwBCIEIEql5RO/2UETDciCsIIbtWcJ7eE/tQq5dLBliQZ5ikmE\n\
    -----END PRIVATE KEY-----\n";

type Answer = Result<Value, Box<dyn std::error::Error>>;

struct Server {
    key: SecretKey,
    issuer: Issuer,
    /// Believes enrolment credentials, and nothing else.
    enrolment: Verifier,
    /// Questions not answered yet, by their nonce, and the thumbprint of the key that has to
    /// answer.
    open: HashMap<Vec<u8>, (Challenge, [u8; 32])>,
}

impl Server {
    fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let key = SecretKey::from_pkcs8_pem(KEY)?;
        let issuer = Issuer::new(NAME, key.public_key())?;
        let trust =
            Trust::new([TrustedKey::new(NAME, key.public_key(), [Use::Credential], [ENROLMENT])?])?;
        let policy = Policy::new(NAME, [ENROLMENT], RevocationPolicy::NotChecked)
            .with_audience(AudiencePolicy::Own)
            .with_challenge(ChallengePolicy::Required);
        Ok(Self { key, issuer, enrolment: Verifier::new(trust, policy)?, open: HashMap::new() })
    }

    /// The first step: asks whether the phone holds the private half.
    fn enrol(&mut self, device_key: &str, now: Timestamp) -> Answer {
        let device_key = PublicKey::from_spki_pem(device_key)?;
        let mut nonce = [0; 16];
        rand::rng().fill_bytes(&mut nonce);
        self.open.retain(|_, (challenge, _)| challenge.expires() > now);
        let challenge = Challenge::new(NAME, &nonce, now.plus(60))?;
        self.open.insert(nonce.to_vec(), (challenge, device_key.thumbprint()));
        let permit = Permit::new("enrolment", ENROLMENT)?;
        let validity = Validity { backdate: 60, lifetime: 60 };
        let token =
            self.issuer.prepare_credential(&permit, &device_key, validity, now)?.sign(&self.key)?;
        let nonce: String = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(json!({ "nonce": nonce, "enrolment": token.to_link_text() }))
    }

    /// The second step: the phone has answered.
    fn credential(&mut self, answer: &str, now: Timestamp) -> Answer {
        let mut buffer = Buffer::new();
        let answer = Unverified::read(&mut buffer, answer.trim_end())?;
        // The nonce chooses the question. Whether it is answered, the verifier says.
        let nonce = answer.unverified_nonce().ok_or("this answers no question")?;
        let (challenge, asked) = self.open.get(nonce).ok_or("no open enrolment is answered")?;
        let mut context = Context::at(now).with_challenge(challenge);
        let verified = self.enrolment.judge(&answer, &mut context).verdict?;
        let device_key = verified.device_key().ok_or("no device signed this")?.clone();
        if device_key.thumbprint() != *asked {
            return Err("another key was asked".into());
        }
        self.open.remove(nonce);
        // Here a real server looks up whose phone this is, and what they may do.
        let permit = Permit::new("BJ-7F3A9C2E", RESIDENCE)?;
        let token = self
            .issuer
            .prepare_credential(&permit, &device_key, Validity::default(), now)?
            .sign(&self.key)?;
        Ok(json!({ "credential": token.to_link_text() }))
    }

    /// For thin clients that ask anew for every code.
    fn pass(&self, now: Timestamp) -> Answer {
        let token = self
            .issuer
            .prepare_pass(&Permit::new("BJ-7F3A9C2E", RESIDENCE)?, None, now)?
            .sign(&self.key)?;
        Ok(json!({ "qr_text": token.to_qr_text(), "dated": now.as_unix() }))
    }

    fn serve(&mut self, stream: &TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        let mut reader = BufReader::new(stream.take(16 << 10));
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let mut length = 0;
        loop {
            line.clear();
            reader.read_line(&mut line)?;
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.trim_end().is_empty() {
                break;
            }
        }
        let mut body = String::new();
        reader.take(length).read_to_string(&mut body)?;
        let answer = match Timestamp::try_from(SystemTime::now()) {
            Err(error) => Err(error.into()),
            Ok(now) => match path.as_str() {
                "/enrol" => self.enrol(&body, now),
                "/credential" => self.credential(&body, now),
                "/pass" => self.pass(now),
                _ => Err("there are /enrol, /credential and /pass".into()),
            },
        };
        let (status, body) = match answer {
            Ok(value) => ("200 OK", value),
            Err(error) => ("400 Bad Request", json!({ "error": error.to_string() })),
        };
        let mut out = stream;
        write!(
            out,
            "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{body}\n"
        )
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut server = Server::new()?;
    let listener = TcpListener::bind("127.0.0.1:8750")?;
    println!("listening on http://127.0.0.1:8750");
    for stream in listener.incoming() {
        if let Err(error) = stream.and_then(|stream| server.serve(&stream)) {
            eprintln!("{error}");
        }
    }
    Ok(())
}
