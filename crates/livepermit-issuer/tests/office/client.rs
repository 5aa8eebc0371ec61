//! A small client of HTTP, which holds every answer to the document of the interface.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer.
#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The status, and the code of a problem.
    pub(super) fn refused(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        assert!(problem["detail"].as_str().is_some_and(|detail| detail.len() > 20), "{problem}");
        (self.status, problem["code"].as_str().unwrap().to_owned())
    }

    /// The body of an answer with this status.
    pub(super) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        if self.body.is_empty() { Value::Null } else { self.json() }
    }

    pub(super) fn etag(&self) -> String {
        self.header("etag").unwrap().to_owned()
    }
}

/// Asks once.
pub(super) async fn ask(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: office\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes()).await.unwrap();
    // A server that refuses early does not read the rest.
    let _ = stream.write_all(body).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(answer[..end].to_vec()).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").unwrap();
        (name.to_lowercase(), value.to_owned())
    };
    Reply { status, headers: lines.map(header).collect(), body: answer[end + 4..].to_vec() }
}

/// The template of a path, and the operation, in the document.
pub(super) fn operation<'a>(document: &'a Value, method: &str, path: &str) -> Option<&'a Value> {
    let path = path.split('?').next().unwrap();
    let fits = |template: &str| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(part, given)| part.starts_with('{') || part == given)
    };
    let paths = document["paths"].as_object().unwrap();
    let exact = paths.get(path);
    let item = exact.or_else(|| paths.iter().find(|(name, _)| fits(name)).map(|(_, item)| item))?;
    item.get(method.to_lowercase())
}

/// Whether an answer stands in the document: its status, its type, and the members of its body.
pub(super) fn hold_to(document: &Value, method: &str, path: &str, reply: &Reply) {
    let Some(operation) = operation(document, method, path) else {
        assert!(matches!(reply.status, 404 | 405), "{method} {path}: {}", reply.status);
        return;
    };
    let found = &operation["responses"][reply.status.to_string()];
    assert!(!found.is_null(), "{method} {path} answers {}, undocumented", reply.status);
    let found = resolved(document, found);
    let Some(content) = found.get("content") else {
        assert!(reply.body.is_empty());
        return;
    };
    let kind = reply.header("content-type").unwrap();
    let content = content.get(kind).unwrap_or_else(|| panic!("{method} {path} answers {kind}"));
    if let Some(schema) = content.get("schema") {
        fits(document, schema, &reply.json(), path);
    }
}

fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(place) => {
            let found = document.pointer(place.trim_start_matches('#'));
            found.unwrap_or_else(|| panic!("the document has no {place}"))
        }
        None => schema,
    }
}

/// Holds a value to a schema, as far as this port uses schemas.
fn fits(document: &Value, schema: &Value, value: &Value, place: &str) {
    let schema = resolved(document, schema);
    if let Some(choices) = schema.get("oneOf").and_then(Value::as_array) {
        // Null, or the other.
        let other = choices.iter().find(|choice| choice["type"] != "null").unwrap();
        if !value.is_null() {
            fits(document, other, value, place);
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let kinds = match &schema["type"] {
        Value::Array(kinds) => kinds.clone(),
        one => vec![one.clone()],
    };
    assert!(kinds.contains(&Value::from(kind)), "{place} is {kind}, and should be {kinds:?}");
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        assert!(value.is_null() || words.contains(value), "{place}: {value} is none of {words:?}");
    }
    match value {
        Value::Array(items) => {
            items.iter().for_each(|item| fits(document, &schema["items"], item, place));
        }
        Value::Object(members) => {
            for required in schema["required"].as_array().into_iter().flatten() {
                let name = required.as_str().unwrap();
                assert!(members.contains_key(name), "{place} has no {name}");
            }
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                return;
            };
            for (name, member) in members {
                let known = properties.get(name);
                let known = known.unwrap_or_else(|| panic!("{place} has {name}, undocumented"));
                fits(document, known, member, &format!("{place}/{name}"));
            }
        }
        _ => {}
    }
}
