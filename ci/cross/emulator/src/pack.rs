//! Packs vectors for a machine that reads no JSON: little-endian numbers, texts and bytes behind
//! their length, and before each record a letter. What the vectors say and this cannot say is an
//! error, so that nothing is left out without a word.

use livepermit::Token;
use serde_json::Value;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// A file for the emulator.
#[derive(Default)]
pub(crate) struct Pack(pub(crate) Vec<u8>);

impl Pack {
    /// All groups of type `VerifyToken` of a file. Gives the number of their tests.
    pub(crate) fn file(&mut self, name: &str, file: &Value) -> Outcome<usize> {
        let mut count = 0;
        for group in token_groups(file) {
            self.group(group)?;
            for test in list(group, "tests") {
                self.0.push(b'T');
                self.word(u32::try_from(number(test, "tcId")?)?);
                self.shown(test)?;
                let verdict = Self::expected(test)?;
                self.bytes(&verdict);
                count += 1;
            }
        }
        self.0.push(b'F');
        self.bytes(name.as_bytes());
        Ok(count)
    }

    /// Keys, lists and rules.
    pub(crate) fn group(&mut self, group: &Value) -> Outcome {
        knows(group, &["type", "comment", "trust", "policy", "tests", "statusLists", "trustList"])?;
        self.0.push(b'G');
        let keys = list(group, "trust");
        self.word(u32::try_from(keys.len())?);
        for key in keys {
            self.text(key, "issuer")?;
            self.hex(key, "key")?;
            self.hex(key, "keyId")?;
            self.choice(key, "algorithm", &[("Ed25519", 1), ("EdDSA", 2), ("ESP256", 3)])?;
            let uses = [("credential", 1), ("pass", 2), ("slip", 4), ("status", 8)];
            self.choices(key, "uses", &uses)?;
            self.texts(key, "classes")?;
            for name in ["notBefore", "signUntil", "expires"] {
                self.maybe(key.get(name), |out, _| out.long(number(key, name)?))?;
            }
        }
        let rules = &group["policy"];
        let skew = number(rules, "skew")?;
        self.maybe(group.get("trustList"), |out, signed| {
            out.text(signed, "name")?;
            out.hex(signed, "root")?;
            out.hex(signed, "list")?;
            out.long(number(signed, "accepted")?)?;
            out.long(skew)?;
            out.long(number(signed, "expires")?)
        })?;
        self.long(skew)?;
        let lists = list(group, "statusLists");
        self.word(u32::try_from(lists.len())?);
        for signed in lists {
            self.hex(signed, "list")?;
            self.long(number(signed, "accepted")?)?;
        }
        self.policy(rules)
    }

    fn policy(&mut self, rules: &Value) -> Outcome {
        self.text(rules, "gate")?;
        self.texts(rules, "classes")?;
        let look_up = &rules["revocation"];
        if look_up == "not-checked" {
            self.word(2);
            self.long(0)?;
            self.long(0)?;
        } else {
            self.word(1);
            self.long(number(look_up, "maxAge")?)?;
            self.long(number(look_up, "grace")?)?;
        }
        self.choice(rules, "audience", &[("own", 1), ("own-or-any", 2)])?;
        self.choices(rules, "forms", &[("pass", 1), ("presentation", 4), ("slip", 8)])?;
        self.choice(rules, "challenge", &[("not-used", 1), ("required", 2)])?;
        self.choice(rules, "acting", &[("refused", 1), ("accepted", 2)])?;
        self.texts(rules, "statusExempt")?;
        self.long(number(rules, "window")?)?;
        self.long(number(rules, "maxCredentialAge")?)
    }

    /// When a code is shown, the question, and each way to show it: the token, its text, and of an
    /// accepted token every text that it has.
    pub(crate) fn shown(&mut self, test: &Value) -> Outcome {
        self.long(number(test, "now")?)?;
        self.maybe(test.get("challenge"), |out, asked| {
            out.text(asked, "gate")?;
            out.hex(asked, "nonce")?;
            out.long(number(asked, "expires")?)
        })?;
        let text = test["text"].as_str();
        let token = test["token"].as_str().map(hex::decode).transpose()?;
        let mut inputs: Vec<(u8, Vec<u8>)> = Vec::new();
        inputs.extend(text.map(|text| (0, text.into())));
        if let Some(token) = token {
            if test["result"] == "valid" {
                let token = Token::from_bytes(&token)?;
                inputs.push((0, token.to_qr_text().into()));
                inputs.push((0, token.to_link_text().into()));
            }
            inputs.push((1, token));
        }
        if inputs.is_empty() {
            return Err("there is neither token nor text".into());
        }
        self.word(u32::try_from(inputs.len())?);
        for (kind, input) in inputs {
            self.0.push(kind);
            self.bytes(&input);
        }
        Ok(())
    }

    /// The verdict, as the emulated program writes it.
    fn expected(test: &Value) -> Outcome<Vec<u8>> {
        knows(
            test,
            &[
                "tcId",
                "comment",
                "flags",
                "now",
                "result",
                "text",
                "token",
                "code",
                "stage",
                "malformed",
                "verdict",
                "challenge",
            ],
        )?;
        let mut out = Self::default();
        match test["result"].as_str() {
            Some("valid") => {
                out.0.push(1);
                out.verified(&test["verdict"])?;
            }
            Some("invalid") => {
                out.0.push(2);
                out.text(test, "code")?;
                out.text(test, "stage")?;
                out.maybe(test.get("malformed"), |out, wanted| {
                    out.text(wanted, "layer")?;
                    out.text(wanted, "flaw")
                })?;
            }
            other => return Err(format!("a result {other:?}").into()),
        }
        Ok(out.0)
    }

    fn verified(&mut self, verdict: &Value) -> Outcome {
        knows(
            verdict,
            &[
                "form",
                "issuer",
                "subject",
                "class",
                "keyId",
                "audience",
                "challengeAnswered",
                "issuedAt",
                "liveUntil",
                "window",
                "credential",
                "person",
                "status",
                "acting",
                "checkNumber",
                "application",
                "cautions",
                "permitId",
                "keepUntil",
            ],
        )?;
        self.choice(verdict, "form", &[("pass", 1), ("presentation", 4), ("slip", 8)])?;
        for name in ["issuer", "subject", "class"] {
            self.text(verdict, name)?;
        }
        self.hex(verdict, "keyId")?;
        self.maybe(verdict.get("audience"), |out, _| out.text(verdict, "audience"))?;
        let answered = verdict["challengeAnswered"].as_bool().ok_or("no challengeAnswered")?;
        self.0.push(answered.into());
        for name in ["issuedAt", "liveUntil", "window"] {
            self.long(number(verdict, name)?)?;
        }
        self.maybe(verdict.get("credential"), |out, credential| {
            out.long(number(credential, "notBefore")?)?;
            out.long(number(credential, "expires")?)?;
            out.hex(credential, "deviceKey")
        })?;
        self.maybe(verdict.get("person"), |out, person| {
            out.text(person, "fullName")?;
            out.maybe(person.get("birthDate"), |out, _| out.text(person, "birthDate"))
        })?;
        self.maybe(verdict.get("status"), |out, status| {
            out.text(status, "uri")?;
            let index: u64 = status["index"].as_str().ok_or("no index")?.parse()?;
            out.0.extend(index.to_le_bytes());
            Ok(())
        })?;
        self.maybe(verdict.get("acting"), |out, acting| {
            out.text(acting, "role")?;
            out.text(acting, "representative")
        })?;
        self.maybe(verdict.get("checkNumber"), |out, _| out.text(verdict, "checkNumber"))?;
        self.hex(verdict, "application")?;
        self.texts(verdict, "cautions")?;
        self.hex(verdict, "permitId")?;
        self.long(number(verdict, "keepUntil")?)
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.word(length);
        self.0.extend(bytes);
    }

    fn word(&mut self, number: u32) {
        self.0.extend(number.to_le_bytes());
    }

    pub(crate) fn long(&mut self, number: i64) -> Outcome {
        self.0.extend(number.to_le_bytes());
        Ok(())
    }

    fn text(&mut self, of: &Value, name: &str) -> Outcome {
        self.bytes(of[name].as_str().ok_or_else(|| format!("no {name}"))?.as_bytes());
        Ok(())
    }

    fn hex(&mut self, of: &Value, name: &str) -> Outcome {
        self.bytes(&hex::decode(of[name].as_str().ok_or_else(|| format!("no {name}"))?)?);
        Ok(())
    }

    fn texts(&mut self, of: &Value, name: &str) -> Outcome {
        let texts = list(of, name);
        self.word(u32::try_from(texts.len())?);
        for text in texts {
            self.bytes(text.as_str().ok_or_else(|| format!("no text in {name}"))?.as_bytes());
        }
        Ok(())
    }

    fn maybe(
        &mut self,
        value: Option<&Value>,
        write: impl FnOnce(&mut Self, &Value) -> Outcome,
    ) -> Outcome {
        let value = value.filter(|value| !value.is_null());
        self.0.push(value.is_some().into());
        value.map_or(Ok(()), |value| write(self, value))
    }

    fn choice(&mut self, of: &Value, name: &str, all: &[(&str, u32)]) -> Outcome {
        self.word(chosen(&of[name], all)?);
        Ok(())
    }

    /// Several choices, as one number.
    fn choices(&mut self, of: &Value, name: &str, all: &[(&str, u32)]) -> Outcome {
        let words = list(of, name).iter().map(|word| chosen(word, all));
        let bits: u32 = words.sum::<Outcome<u32>>()?;
        self.word(bits);
        Ok(())
    }
}

fn chosen(word: &Value, all: &[(&str, u32)]) -> Outcome<u32> {
    let found = all.iter().find(|(of, _)| *word == *of);
    Ok(found.ok_or_else(|| format!("{word} is none of {all:?}"))?.1)
}

fn number(of: &Value, name: &str) -> Outcome<i64> {
    Ok(of[name].as_i64().ok_or_else(|| format!("no {name}"))?)
}

pub(crate) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map_or(&[], Vec::as_slice)
}

pub(crate) fn token_groups(file: &Value) -> impl Iterator<Item = &Value> {
    list(file, "testGroups").iter().filter(|group| group["type"] == "VerifyToken")
}

/// That there is no property but these.
fn knows(of: &Value, names: &[&str]) -> Outcome {
    let object = of.as_object().ok_or("no object")?;
    match object.keys().find(|name| !names.contains(&name.as_str())) {
        Some(name) => Err(format!("{name} is a property that is not packed").into()),
        None => Ok(()),
    }
}
