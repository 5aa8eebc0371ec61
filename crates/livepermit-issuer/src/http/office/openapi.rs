//! The document of the interface: OpenAPI 3.1.

use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::PathsBuilder;
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::{
    AdditionalProperties, ComponentsBuilder, KnownFormat, Object, ObjectBuilder, Schema,
    SchemaFormat, Type,
};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Content, InfoBuilder, OpenApiBuilder, Ref, RefOr, Required};

/// The statuses of problems, with the names of their answers in the document.
const PROBLEMS: [(u16, &str, &str); 13] = [
    (400, "Unreadable", "The body is no JSON"),
    (401, "NoSession", "Nobody has logged in, or the session has ended"),
    (403, "RoleMissing", "The officer does not have the role"),
    (404, "Missing", "There is no such thing, or it is another office's"),
    (409, "Refused", "A rule forbids it now"),
    (412, "Changed", "Somebody else changed it after it was read"),
    (413, "TooLarge", "The body is too large"),
    (415, "WrongType", "The body is of another type"),
    (422, "Malformed", "A part of the request means nothing"),
    (428, "VersionMissing", "The request does not say which version it decides on"),
    (429, "TooManyTries", "Too many tries failed: wait"),
    (500, "Failed", "The service failed"),
    (503, "Away", "The register is away: try again later"),
];

/// The name and the description of the answer with this status.
pub(super) fn problem(status: u16) -> (&'static str, &'static str) {
    let known = PROBLEMS.iter().find(|(known, ..)| *known == status);
    known.map_or(("Failed", "The service failed"), |(_, name, about)| (*name, *about))
}

/// The name of a schema.
pub(super) fn name_of<T: ToSchema>() -> String {
    T::name().into_owned()
}

fn reference<T: ToSchema>() -> RefOr<Schema> {
    Ref::from_schema_name(name_of::<T>()).into()
}

/// JSON of this type.
pub(super) fn json_of<T: ToSchema>() -> Content {
    Content::new(Some(reference::<T>()))
}

/// A body of JSON of this type.
pub(super) fn json_body<T: ToSchema>(required: Required) -> RequestBody {
    let body = RequestBodyBuilder::new().content("application/json", json_of::<T>());
    body.required(Some(required)).build()
}

/// No body, or an object without members.
pub(super) fn empty_body() -> RequestBody {
    let empty = ObjectBuilder::new()
        .schema_type(Type::Object)
        .additional_properties(Some(AdditionalProperties::FreeForm(false)));
    let content = Content::new(Some(Schema::from(empty.build())));
    let body = RequestBodyBuilder::new().content("application/json", content);
    body.required(Some(Required::False)).build()
}

/// Bytes.
pub(super) fn bytes() -> Content {
    Content::new(None::<RefOr<Schema>>)
}

/// A body of bytes.
pub(super) fn bytes_body() -> RequestBody {
    let mut body = RequestBodyBuilder::new();
    for kind in ["application/pdf", "image/jpeg", "image/png"] {
        body = body.content(kind, bytes());
    }
    body.required(Some(Required::True)).build()
}

/// Text, by a pattern and a format.
pub(super) fn text(pattern: Option<&str>, format: Option<&str>) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(pattern)
        .format(format.map(|format| SchemaFormat::Custom(format.to_owned())));
    Schema::from(object.build()).into()
}

/// A whole number within bounds.
pub(super) fn number(least: u64, most: u64) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(least))
        .maximum(Some(most));
    Schema::from(object.build()).into()
}

/// One of these words.
pub(super) fn one_of(words: &[&str]) -> RefOr<Schema> {
    Schema::from(one_of_object(words)).into()
}

fn one_of_object(words: &[&str]) -> Object {
    let words = words.iter().map(|word| Value::from(*word));
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}

/// The header with the version.
pub(super) fn etag_header() -> Header {
    Header::new(text(Some("^\"v[0-9]+\"$"), None))
}

/// How every problem looks.
fn problem_schema() -> Schema {
    let plain = |kind| Schema::from(Object::with_type(kind));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .property("title", plain(Type::String))
        .property("status", plain(Type::Integer))
        .property("code", plain(Type::String))
        .property("detail", plain(Type::String))
        .property("values", plain(Type::Object))
        .required("title")
        .required("status")
        .required("code")
        .required("detail")
        .additional_properties(Some(AdditionalProperties::FreeForm(false)))
        .build()
        .into()
}

fn problem_answer(about: &str) -> Response {
    let content = Content::new(Some(Ref::from_schema_name("Problem")));
    ResponseBuilder::new().description(about).content("application/problem+json", content).build()
}

/// The document, as JSON.
pub(super) fn document(paths: PathsBuilder, schemas: Vec<(String, RefOr<Schema>)>) -> Value {
    let bearer = Http::new(HttpAuthScheme::Bearer);
    let mut components = ComponentsBuilder::new()
        .security_scheme("session", SecurityScheme::Http(bearer))
        .schema("Problem", problem_schema());
    for (name, schema) in schemas {
        components = components.schema(name, schema);
    }
    for (_, name, about) in PROBLEMS {
        components = components.response(name, problem_answer(about));
    }
    let about = "What officers do: applications, permits, slips, the audit log. Problems are those \
                 of RFC 9457, with stable codes.";
    let info = InfoBuilder::new()
        .title("livepermit: offices")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some(about))
        .build();
    let built = OpenApiBuilder::new()
        .info(info)
        .paths(paths.build())
        .components(Some(components.build()))
        .build();
    serde_json::to_value(built).unwrap_or_else(|_| json!({}))
}

/// Makes types that stand in the document for words of the domain.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = [$($word:literal),+];)+) => {$(
        $(#[$doc])*
        pub(super) struct $name;

        impl $name {
            /// The words.
            pub(super) const WORDS: &'static [&'static str] = &[$($word),+];
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of(Self::WORDS)
            }
        }

        impl ToSchema for $name {}
    )+};
}

words! {
    /// [`crate::domain::DocumentKind`].
    DocumentKindWord = [
        "identity", "residence", "occupation", "portrait", "mandate", "consent", "other"
    ];
    /// [`crate::domain::MediaType`].
    MediaTypeWord = ["application/pdf", "image/jpeg", "image/png"];
    /// [`crate::domain::IdentityKind`].
    IdentityKindWord = ["identity-card", "passport", "birth-certificate", "travel-permit"];
    /// [`crate::domain::RepresentativeKind`].
    RepresentativeKindWord = ["guardian", "relative"];
    /// [`crate::domain::RequestKind`].
    RequestKindWord = ["new", "change", "endorsement", "new-device", "cancellation"];
    /// [`crate::domain::Channel`].
    ChannelWord = ["website", "app", "office"];
    /// [`crate::domain::Finding`].
    FindingWord = ["as-stated", "not-as-stated", "nobody-met"];
    /// [`crate::domain::RefusalGround`].
    RefusalGroundWord = ["untrue", "incomplete", "not-entitled", "permit-present"];
    /// [`crate::domain::SuspendGround`].
    SuspendGroundWord = ["under-review", "misuse"];
    /// [`crate::domain::CancelGround`].
    CancelGroundWord = ["untrue", "holder-asked", "moved-away", "died", "issued-in-error"];
    /// [`crate::domain::Attestation`].
    AttestationWord = ["android-strong-box", "android-trusted-environment", "software"];
    /// [`crate::domain::Closed`].
    ClosedWord = [
        "replaced", "lost", "data-changed", "mandate-over", "permit-cancelled",
        "time-over-suspended", "time-over"
    ];
    /// The names of [`crate::domain::CaseState`].
    CaseStateWord = ["submitted", "assigned", "checked", "decided", "withdrawn"];
    /// The names of [`crate::domain::Alarm`] about cases.
    AlarmWord = ["deadline-soon", "deadline-over"];
    /// The names of [`crate::domain::PermitState`].
    PermitStateWord = ["active", "suspended", "cancelled", "ended"];
    /// [`crate::staff::Role`].
    RoleWord = ["intake", "check", "decide", "keys", "audit"];
    /// The names of [`crate::store::ProposalState`].
    ProposalStateWord = ["open", "approved", "rejected"];
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::value::{Error, StrDeserializer};

    use super::*;
    use crate::domain;

    fn all<'a, T: Deserialize<'a>>(words: &'a [&'a str]) {
        for word in words {
            let read = T::deserialize(StrDeserializer::<Error>::new(word));
            assert!(read.is_ok(), "the domain does not know {word}");
        }
    }

    #[test]
    fn words_are_those_of_the_domain() {
        all::<domain::DocumentKind>(DocumentKindWord::WORDS);
        all::<domain::MediaType>(MediaTypeWord::WORDS);
        all::<domain::IdentityKind>(IdentityKindWord::WORDS);
        all::<domain::RepresentativeKind>(RepresentativeKindWord::WORDS);
        all::<domain::RequestKind>(RequestKindWord::WORDS);
        all::<domain::Channel>(ChannelWord::WORDS);
        all::<domain::Finding>(FindingWord::WORDS);
        all::<domain::RefusalGround>(RefusalGroundWord::WORDS);
        all::<domain::SuspendGround>(SuspendGroundWord::WORDS);
        all::<domain::CancelGround>(CancelGroundWord::WORDS);
        all::<domain::Attestation>(AttestationWord::WORDS);
        all::<domain::Closed>(ClosedWord::WORDS);
        all::<crate::staff::Role>(RoleWord::WORDS);
    }
}
