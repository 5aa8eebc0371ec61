//! The JSON Schema of the vector files, with the codes this build knows.

use livepermit::{Caution, Code, Flaw, Layer, ListCode, Stage};

const LAYERS: [Layer; 7] = [
    Layer::Text,
    Layer::Envelope,
    Layer::Header,
    Layer::Payload,
    Layer::CredentialEnvelope,
    Layer::CredentialHeader,
    Layer::CredentialPayload,
];

const STAGES: [Stage; 8] = [
    Stage::Structure,
    Stage::Key,
    Stage::Signature,
    Stage::Credential,
    Stage::Freshness,
    Stage::Policy,
    Stage::Status,
    Stage::Admission,
];

pub(crate) fn file() -> String {
    let list = |names: Vec<&str>| format!("\"{}\"", names.join("\",\n        \""));
    include_str!("schema.template.json")
        .replace("\"CODES\"", &list(Code::ALL.iter().map(|code| code.as_str()).collect()))
        .replace("\"LIST_CODES\"", &list(ListCode::ALL.iter().map(|code| code.as_str()).collect()))
        .replace("\"CAUTIONS\"", &list(Caution::ALL.iter().map(|caution| caution.code()).collect()))
        .replace("\"STAGES\"", &list(STAGES.iter().map(|stage| stage.name()).collect()))
        .replace("\"LAYERS\"", &list(LAYERS.iter().map(|layer| layer.name()).collect()))
        .replace("\"FLAWS\"", &list(Flaw::ALL.iter().map(|flaw| flaw.name()).collect()))
}
