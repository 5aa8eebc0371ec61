//! The JSON Schema of the vector files, with the codes this build knows.

use livepermit::RejectionCode;
use livepermit::rejection::{Flaw, Layer, ListRejectionCode, SetupRejectionCode, Stage};
use livepermit_gate::GateCaution;

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
        .replace("\"CODES\"", &list(RejectionCode::ALL.iter().map(|code| code.as_str()).collect()))
        .replace(
            "\"LIST_CODES\"",
            &list(ListRejectionCode::ALL.iter().map(|code| code.as_str()).collect()),
        )
        .replace(
            "\"SETUP_CODES\"",
            &list(SetupRejectionCode::ALL.iter().map(|code| code.as_str()).collect()),
        )
        .replace(
            "\"CAUTIONS\"",
            &list(GateCaution::ALL.iter().map(|caution| caution.code()).collect()),
        )
        .replace("\"STAGES\"", &list(STAGES.iter().map(|stage| stage.name()).collect()))
        .replace("\"LAYERS\"", &list(LAYERS.iter().map(|layer| layer.name()).collect()))
        .replace("\"FLAWS\"", &list(Flaw::ALL.iter().map(|flaw| flaw.name()).collect()))
}
