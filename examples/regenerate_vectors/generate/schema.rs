//! The JSON Schema of the vector files, with the codes this build knows.

use livepermit::{Caution, Code, Flaw, Layer, Stage};

const LAYERS: [Layer; 7] = [
    Layer::Text,
    Layer::Envelope,
    Layer::Header,
    Layer::Payload,
    Layer::CredentialEnvelope,
    Layer::CredentialHeader,
    Layer::CredentialPayload,
];

/// Without the last: what a checkpoint remembers follows from no single input.
const STAGES: [Stage; 7] = [
    Stage::Structure,
    Stage::Key,
    Stage::Signature,
    Stage::Credential,
    Stage::Freshness,
    Stage::Policy,
    Stage::Status,
];

pub(crate) fn file() -> String {
    let list = |names: Vec<&str>| format!("\"{}\"", names.join("\",\n        \""));
    let codes = Code::ALL.iter().filter(|code| STAGES.contains(&code.stage()));
    include_str!("schema.template.json")
        .replace("\"CODES\"", &list(codes.map(|code| code.as_str()).collect()))
        .replace("\"CAUTIONS\"", &list(Caution::ALL.iter().map(|caution| caution.code()).collect()))
        .replace("\"STAGES\"", &list(STAGES.iter().map(|stage| stage.name()).collect()))
        .replace("\"LAYERS\"", &list(LAYERS.iter().map(|layer| layer.name()).collect()))
        .replace("\"FLAWS\"", &list(Flaw::ALL.iter().map(|flaw| flaw.name()).collect()))
}
