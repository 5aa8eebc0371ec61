//! Writes seeds for every target into a directory, as `ci/fuzz --seeds` does: from the vectors,
//! whatever groups they have, and from choices that targets read as edits. The same every time.
//! What is worth keeping of them is in `fuzz/corpus/*.hex` (see `ci/corpus`).

use core::num::NonZeroU8;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use ciborium::Value as Cbor;
// The library is built with coverage, whose counters this crate takes.
use libfuzzer_sys as _;
use livepermit::hold::{Challenge, GateCode};
use livepermit::{Recipient, Token, fuzzing};
use livepermit::{qr::ErrorCorrection, qr::QrCode};
use livepermit_fuzz::{
    CLASS, GATE, NONCE, acting_permit, credential, device, issuer_key, now, parse, pass, permit,
    place_of, presentation, presented, slip, small_permit, status_list,
};
use serde_json::Value;

/// Larger vectors are of lists at their limits: the fuzzer would spend its time on their length.
const MOST: usize = 4096;

struct Seeds {
    root: PathBuf,
}

impl Seeds {
    fn write(&self, target: &str, name: &str, bytes: &[u8]) -> io::Result<()> {
        let folder = self.root.join(target);
        fs::create_dir_all(&folder)?;
        fs::write(folder.join(name), bytes)
    }
}

fn main() -> io::Result<()> {
    let root =
        env::args_os().nth(1).ok_or_else(|| io::Error::other("name a directory to write to"))?;
    let seeds = &Seeds { root: root.into() };
    from_vectors(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../test-vectors"), seeds)?;
    tokens(seeds)?;
    keys(seeds)?;
    lists(seeds)?;
    choices(seeds)?;
    cbor(seeds)?;
    pictures(seeds)?;
    frames(seeds)?;
    symbols(seeds)
}

/// Every text and byte string of every vector goes to the targets that read such things: what it
/// is, its bytes say.
fn from_vectors(vectors: &Path, seeds: &Seeds) -> io::Result<()> {
    let mut files: Vec<_> =
        fs::read_dir(vectors)?.map(|entry| Ok(entry?.path())).collect::<io::Result<_>>()?;
    files.sort();
    let mut found = BTreeSet::new();
    for file in files {
        let name = file.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if file.extension().is_none_or(|extension| extension != "json") || name == "schema" {
            continue;
        }
        let document: Value = serde_json::from_slice(&fs::read(&file)?)?;
        collect(&document["testGroups"], &mut found);
    }
    let mut by_target = BTreeSet::new();
    for text in found {
        if text.starts_with("LPC1:") {
            by_target.insert(("challenge", text.clone().into_bytes()));
        } else if text.starts_with("LPG1:") {
            by_target.insert(("setup", text.clone().into_bytes()));
        } else if text.starts_with("LP") || text.starts_with("0oR") {
            by_target.insert(("text", text.clone().into_bytes()));
            by_target.insert(("wedge", text.clone().into_bytes()));
        }
        let Some(bytes) = hex(&text).filter(|bytes| (1..=MOST).contains(&bytes.len())) else {
            continue;
        };
        match fuzzing::parts(&bytes) {
            Some([header, claims]) => {
                let has = |name: &[u8]| header.windows(name.len()).any(|part| part == name);
                let target = if has(b"statuslist") {
                    "status"
                } else if has(b"vnd.lpt+cwt") {
                    "trust"
                } else if has(b"vnd.lpg+cwt") {
                    "setup"
                } else {
                    "token"
                };
                for (target, bytes) in
                    [(target, &bytes), ("cose", &bytes), ("cose", &header), ("cbor", &claims)]
                {
                    by_target.insert((target, bytes.clone()));
                }
            }
            None if bytes.first().is_some_and(|first| (0xa0..=0xbf).contains(first))
                && bytes.len() < 100 =>
            {
                by_target.extend([
                    ("cose", bytes.clone()),
                    ("key", bytes.clone()),
                    ("cbor", bytes),
                ]);
            }
            None if bytes.first().is_some_and(|first| *first == 0xd2) => {
                by_target.extend([
                    ("token", bytes.clone()),
                    ("cose", bytes.clone()),
                    ("status", bytes),
                ]);
            }
            None => {
                by_target.insert(("cbor", bytes));
            }
        }
    }
    for (number, (target, bytes)) in by_target.iter().enumerate() {
        seeds.write(target, &format!("vector-{number:04}"), bytes)?;
    }
    Ok(())
}

/// The strings in a document, however deep.
fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            found.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, found)),
        _ => {}
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            u8::from_str_radix(str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?, 16).ok()
        })
        .collect()
}

fn tokens(seeds: &Seeds) -> io::Result<()> {
    for (size, permit) in [("small", small_permit()), ("full", permit())] {
        for (form, token) in [
            ("pass", pass(&permit)),
            ("credential-ed25519", credential(&permit, false)),
            ("credential-p256", credential(&permit, true)),
            ("presentation-ed25519", presentation(&permit, false)),
            ("presentation-p256", presentation(&permit, true)),
        ] {
            token_and_texts(&format!("{form}-{size}"), &token, seeds)?;
        }
    }
    token_and_texts("slip", &slip(), seeds)?;
    let challenge = Recipient::Challenge { gate: GATE, nonce: &NONCE };
    token_and_texts("presentation-acting", &presented(&acting_permit(), false, challenge), seeds)
}

fn token_and_texts(name: &str, token: &Token, seeds: &Seeds) -> io::Result<()> {
    seeds.write("token", name, token.as_bytes())?;
    seeds.write("cose", name, token.as_bytes())?;
    seeds.write("text", &format!("{name}-qr"), token.to_qr_text().as_bytes())?;
    seeds.write("text", &format!("{name}-link"), token.to_link_text().as_bytes())
}

fn keys(seeds: &Seeds) -> io::Result<()> {
    for (name, p256) in [("ed25519", false), ("p256", true)] {
        let key = device(p256);
        let public = key.public_key();
        seeds.write("key", &format!("{name}-cose"), &public.to_cose_key())?;
        seeds.write("cose", &format!("{name}-key"), &public.to_cose_key())?;
        seeds.write("key", &format!("{name}-spki"), &public.to_spki_der())?;
        seeds.write("key", &format!("{name}-spki-pem"), public.to_spki_pem().as_bytes())?;
        seeds.write("key", &format!("{name}-point"), &public.to_point_bytes())?;
        seeds.write("key", &format!("{name}-pkcs8-pem"), key.to_pkcs8_pem().as_bytes())?;
        // As people and tools hand them out.
        let pem = public.to_spki_pem();
        let escaped = pem.replace('\n', "\\n");
        let wide: Vec<u8> =
            format!("\u{feff}{pem}").encode_utf16().flat_map(u16::to_le_bytes).collect();
        seeds.write("key", &format!("{name}-wide"), &wide)?;
        for (form, text) in [
            ("json", format!("{{\"pem\":\"{escaped}\",\"algorithm\":1,\"a\":[null]}}")),
            ("variable", format!("KEY='{escaped}'")),
            ("comments", format!("# a\r\n\n{pem}\nsubject=b\n")),
            ("jwk", r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#.into()),
            ("ssh", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINdamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea x".into()),
        ] {
            seeds.write("key", &format!("{name}-{form}"), text.as_bytes())?;
        }
        let other_label = public.to_spki_pem().replace("PUBLIC KEY", "CERTIFICATE");
        seeds.write("key", &format!("{name}-other-label"), other_label.as_bytes())?;
    }
    // An Ed25519 key whose algorithm has parameters, which it may not have.
    let parameters =
        [0x30, 0x2c, 0x30, 0x07, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x05, 0x00, 0x03, 0x21, 0x00];
    let point = device(false).public_key().to_point_bytes();
    seeds.write("key", "spki-with-parameters", &[&parameters[..], &point].concat())?;
    // Points that decompress in either of two ways.
    for seed in 0..8 {
        seeds.write("key", &format!("seed-{seed}"), &[seed; 32])?;
    }
    // PKCS#8 of an Ed25519 key: as it is, with another string inside, and with a public key that is
    // not its own.
    let algorithm = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
    let file = |version: u8, inner: &[u8], behind: &[u8]| {
        let body =
            [&[0x02, 0x01, version][..], &algorithm, &[0x04, inner.len() as u8], inner, behind]
                .concat();
        [&[0x30, body.len() as u8][..], &body].concat()
    };
    let inner = [&[0x04, 0x20][..], &[2; 32]].concat();
    seeds.write("key", "pkcs8", &file(0, &inner, &[]))?;
    seeds.write("key", "pkcs8-other-string", &file(0, &inner[1..], &[]))?;
    let own = device(false).public_key().to_point_bytes();
    for (name, public) in [("own", own.as_slice()), ("foreign", &[3; 32])] {
        let behind = [&[0x81, 0x21, 0x00][..], public].concat();
        seeds.write("key", &format!("pkcs8-{name}-public-key"), &file(1, &inner, &behind))?;
    }
    Ok(())
}

fn lists(seeds: &Seeds) -> io::Result<()> {
    seeds.write("status", "list", &status_list())?;
    seeds.write(
        "challenge",
        "name",
        GateCode::name(GATE).expect("a good name").to_qr_text().as_bytes(),
    )?;
    let challenge = Challenge::new(GATE, &NONCE, now()).expect("good fields");
    seeds.write("challenge", "challenge", GateCode::Challenge(challenge).to_qr_text().as_bytes())
}

/// Choices that lead a target to each of its beginnings, and to rules that few edits reach.
fn choices(seeds: &Seeds) -> io::Result<()> {
    for base in 0..26 {
        for gate in 0..6 {
            seeds.write("verify", &format!("gate-{gate}-base-{base}"), &[gate, base, 0, 0, 0])?;
        }
        let kind = base % 12;
        seeds.write(
            "verify",
            &format!("edit-{base}"),
            &[base % 6, base, 0, 0, 0, 1, base % 4, 0, base, kind, 9, 1, 1],
        )?;
    }
    let claims =
        |token: &Token| parse(&fuzzing::parts(token.as_bytes()).expect("our own token")[1]);
    let place = |tree: &Cbor, wanted: Cbor| {
        u8::try_from(place_of(tree, &wanted).expect("a claim")).expect("small")
    };
    // The first word in place of the class; `*` in place of the gate, where a question is answered
    // nevertheless.
    let class = place(&claims(&pass(&permit())), CLASS.into());
    seeds.write("verify", "other-class", &[0, 0, 0, 0, 0, 1, 1, 0, class, 0, 4, 0])?;
    let asked = Recipient::Challenge { gate: GATE, nonce: &NONCE };
    let gate = place(&claims(&presented(&acting_permit(), false, asked)), GATE.into());
    seeds.write("verify", "answer-for-anyone", &[1, 5, 0, 0xf0, 0, 1, 1, 0, gate, 0, 4, 2])?;
    seeds.write("verify", "other-question", &[3, 5, 0, 0xe0, 0])?;
    seeds.write("verify", "old-status", &[2, 2, 70, 0, 0])?;
    for (base, forgery) in
        [(0, 0xf0), (0, 0xfb), (6, 0xf0), (6, 0xf5), (6, 0xfb), (15, 0xf5), (15, 0xfb)]
    {
        seeds.write(
            "verify",
            &format!("forged-{base}-{forgery}"),
            &[0, base, 0, 0, forgery, 40, 3],
        )?;
    }
    // A credential that ends in the second the presentation was made, asked a second before.
    let inner =
        place(&claims(&credential(&small_permit(), false)), (now().as_unix() + 86_400).into());
    let ends =
        [&[0, 6, 0xff, 0, 0, 1, 3, 0, inner, 0, 3][..], &now().as_unix().to_be_bytes()].concat();
    seeds.write("verify", "made-at-the-end", &ends)?;

    for choice in 0..12 {
        seeds.write("held", &format!("base-{choice}"), &[choice, 0])?;
        seeds.write(
            "held",
            &format!("edit-{choice}"),
            &[choice, 0, 0, 0, choice, choice, 3, 1, 1, 1],
        )?;
        seeds.write(
            "challenge",
            &format!("edit-{choice}"),
            &[choice, 1, 0, 0, choice % 4, choice, 3, 1, 1, 1],
        )?;
    }
    seeds.write("challenge", "long", &[b'A'; 4300])?;

    status_choices(seeds, &parse(&fuzzing::parts(&status_list()).expect("our own list")[1]))?;
    for signer in 0..3 {
        for successors in [0, 2, 3] {
            let (first, second) = ([4, 0, successors, 0, 2, 0], [5, 0, 0, signer, 1, 0]);
            let name = format!("roots-{successors}-then-{signer}");
            seeds.write("trust", &name, &[first, second, first].concat())?;
        }
    }
    // The keys stand behind the map, four pairs and their own label. One of them twice; and one
    // more under an id.
    seeds.write("trust", "key-twice", &[4, 0, 0, 0, 0, 1, 1, 0, 0, 10, 5, 0])?;
    seeds.write("trust", "root-as-key", &[4, 0, 3, 0, 0, 0, 5, 0, 0, 0, 3, 0, 4, 0, 0, 0, 0, 0])?;
    seeds.write("trust", "too-many-of-one-id", &[4, 0, 0xf0, 0, 0, 0])?;
    seeds.write("trust", "too-long", &[4, 0, 0, 0xef, 0, 0])?;

    for choice in 0..16 {
        // Exactly, with the verifier that takes all forms; then a show, the choice, and the show
        // again.
        let show = [0xc, choice, 0];
        let input = [&EXACT[..], &show, &[choice, 1, 30], &show, &[0x1a], &show].concat();
        seeds.write("admit", &format!("show-{choice}"), &input)?;
        let asked =
            [&[0, 0, 1, 2, 1, 1, 1, 1][..], &[7, choice, 20, 0xc, 12 + choice % 4, 0, 10, 10]]
                .concat();
        seeds.write("admit", &format!("asked-{choice}"), &asked)?;
    }
    // A clock that is wrong: many permits agree. More questions than a lane keeps. A store that is
    // away.
    let crowd: Vec<u8> = (0..11).flat_map(|number| [0xc, number, 0x80]).collect();
    seeds.write("admit", "crowd", &[&EXACT[..], &crowd].concat())?;
    let questions: Vec<u8> = (0..20).flat_map(|nonce| [7, nonce, 31]).collect();
    seeds.write("admit", "questions", &[&EXACT[..], &questions].concat())?;
    for (name, second) in [("digits-twice", 1), ("more-digits", 2)] {
        let input = [&EXACT[..], &[9, 0, 0, 1, 20, 9, 0, 0, second, 20]].concat();
        seeds.write("admit", name, &input)?;
    }
    // Room for one, and time until it is forgotten.
    let late: Vec<u8> = (0..5).flat_map(|_| [0, 127]).collect();
    let input = [&[0, 0, 1, 0, 1, 1, 1, 1, 0xc, 0, 0][..], &late, &[0xc, 1, 0, 0xc, 0, 0]].concat();
    seeds.write("admit", "forgotten", &input)?;
    for failing in [0, 3] {
        let input = [0, failing, 0, 1, 1, 1, 1, 6, 0xc, 1, 0];
        seeds.write("admit", &format!("store-away-{failing}"), &input)?;
    }
    Ok(())
}

/// The first choices of `admit`: window as cool-down, a store that is there and has room, all forms
/// in every lane.
const EXACT: [u8; 7] = [0, 0, 0, 1, 1, 1, 1];

fn status_choices(seeds: &Seeds, claims: &Cbor) -> io::Result<()> {
    for base in 0..10 {
        for mode in [1, 5, 9, 0x11, 0x31, 0xc1] {
            for seconds in [0, 0xf0, 15, 25, 70] {
                let name = format!("base-{base}-mode-{mode}-at-{seconds}");
                seeds.write("status", &name, &[base, seconds, mode, 0])?;
            }
        }
    }
    // Behind an edit stand eight bytes more, which the other encoding is chosen by.
    let edit = |name: &str, edit: &[u8]| {
        let input = [&[0, 0, 1, 0][..], edit, &[0; 8]].concat();
        seeds.write("status", name, &input)
    };
    let bits = u8::try_from(place_of(claims, &"bits".into()).expect("a field")).expect("small") + 1;
    edit("three-bits", &[0, 0, bits, 2, 1])?;
    edit("no-key-id", &[1, 0, 0, 3, 1])?;
    edit("other-algorithm", &[1, 0, 2, 2, 1])?;
    edit("own-issuer", &[0, 0, 0, 4, 0, 1, 4, 5])?;
    edit("other-issuer", &[0, 0, 0, 4, 0, 1, 4, 4])?;
    let broken = [&[0, 0, 0x31, 0, 6, 0][..], &[0x78, 0x01, 0x07, 0, 0, 0]].concat();
    seeds.write("status", "broken-stream", &broken)?;
    seeds.write("status", "other-tag", &[0xd1, 0x84])?;
    seeds.write("status", "long", &[0xd2; 3001])?;
    // Dated before and behind the times of its key.
    let dated =
        u8::try_from(place_of(claims, &now().as_unix().into()).expect("a date")).expect("small");
    for (seconds, later) in [(0, 0xec), (25, 15)] {
        let input = [&[9, seconds, 1, 0, 0, 0, dated, 2, later][..], &[0; 8]].concat();
        seeds.write("status", &format!("dated-{later}"), &input)?;
    }
    Ok(())
}

fn cbor(seeds: &Seeds) -> io::Result<()> {
    for (name, bytes) in [
        ("integers", &[0x84, 0x17, 0x18, 0x18, 0x39, 0x03, 0xe7, 0x1a, 0, 0x0f, 0x42, 0x40][..]),
        ("map", &[0xa3, 0x01, 0xf5, 0x20, 0xf6, 0x61, b'a', 0x82, 0x41, 0xff, 0x60]),
        ("nested", &[0x81, 0x81, 0x81, 0x81, 0xa1, 0x80, 0xa0]),
        ("tagged", &[0xd2, 0x84, 0x40, 0xa0, 0x40, 0x40]),
        ("eight-bytes", &[0x1b, 1, 2, 3, 4, 5, 6, 7, 8]),
    ] {
        seeds.write("cbor", name, bytes)?;
    }
    seeds.write("cbor", "long-text", &[&[0x78, 200][..], &[b'a'; 200]].concat())?;
    seeds.write("cbor", "long-bytes", &[&[0x58, 200][..], &[1; 200]].concat())?;
    let many = (0..70_u8).flat_map(|key| if key < 24 { vec![key, 0] } else { vec![0x18, key, 0] });
    seeds.write("cbor", "many-keys", &[0xb8, 70].into_iter().chain(many).collect::<Vec<_>>())
}

fn pictures(seeds: &Seeds) -> io::Result<()> {
    let code = QrCode::encode("LP1:", ErrorCorrection::Low).expect("short");
    let png = code.to_png(NonZeroU8::new(2).expect("not zero")).expect("small");
    seeds.write("picture", "png", &[&[0], png.as_slice()].concat())?;
    let side = u8::try_from(code.width_with_quiet_zone()).expect("the smallest code");
    let pixels = [&[1, side * 2], grey(&code, 2).as_slice()].concat();
    seeds.write("picture", "luma", &pixels)?;
    let drawn = [&[2, 1], issuer_key().public_key().to_point_bytes().as_slice()].concat();
    seeds.write("picture", "drawn", &drawn)
}

/// Drawn straight, in each of the ways a frame is turned; with dirt; and the modules of a code as a
/// frame of grey.
fn frames(seeds: &Seeds) -> io::Result<()> {
    let text = b"LP1:6BFOXN TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA";
    for how in 0..16 {
        let clean = [&[1, how, how, how, 20, 30, 0], text.as_slice()].concat();
        seeds.write("frame", &format!("drawn-{how}"), &clean)?;
        let dirt =
            [&[1, how, 1, 3, 20, 30, 2, 90, 100, 0, 0, 140, 120, 255, 0], text.as_slice()].concat();
        seeds.write("frame", &format!("dirt-{how}"), &dirt)?;
        seeds.write("frame", &format!("two-{how}"), &[&[2], &clean[1..], &dirt[1..]].concat())?;
    }
    let code = QrCode::encode("LP1:", ErrorCorrection::Low).expect("short");
    // 145 by 145 pixels, five to a module.
    seeds.write("frame", "tiled", &[&[0, 48, 48, 4, 0], grey(&code, 1).as_slice()].concat())
}

/// Drawn in each level with none to many damaged modules; and the modules of a code as they are.
fn symbols(seeds: &Seeds) -> io::Result<()> {
    let text = b"LP1:6BFOXN TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA";
    for level in 0..4 {
        for edits in [0_u8, 2, 20, 90] {
            let places = (0..edits).flat_map(|edit| {
                [edit.wrapping_mul(37), edit.wrapping_mul(101), edit.wrapping_mul(53)]
            });
            let places: Vec<u8> = places.collect();
            let input = [&[1, level, edits], places.as_slice(), text].concat();
            seeds.write("symbol", &format!("drawn-{level}-{edits}"), &input)?;
        }
    }
    let code = QrCode::encode("LP1:", ErrorCorrection::Low).expect("short");
    let side = u8::try_from(code.width()).expect("the smallest code");
    let light = code.rows().flatten().map(|dark| if *dark { 0x81 } else { 0x7F });
    seeds.write("symbol", "modules", &[0, side].into_iter().chain(light).collect::<Vec<u8>>())
}

/// A code with its quiet zone, black on white, so many pixels a module.
fn grey(code: &QrCode, scale: usize) -> Vec<u8> {
    let quiet = (code.width_with_quiet_zone() - code.width()) / 2;
    let side = code.width_with_quiet_zone() * scale;
    let module = |at: usize| (at / scale).checked_sub(quiet).filter(|at| *at < code.width());
    let is_dark = |at: usize| {
        module(at % side).zip(module(at / side)).is_some_and(|(x, y)| code.is_dark(x, y))
    };
    (0..side * side).map(|at| if is_dark(at) { 0 } else { 255 }).collect()
}
