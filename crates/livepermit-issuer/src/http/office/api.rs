//! Operations: each is added once, with its handler and with what the document says of it.

use axum::Router;
use axum::handler::Handler;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, on};
use utoipa::ToSchema;
use utoipa::openapi::path::{
    HttpMethod, OperationBuilder, Parameter, ParameterBuilder, ParameterIn, PathsBuilder,
};
use utoipa::openapi::request_body::RequestBody;
use utoipa::openapi::response::{Response, ResponseBuilder};
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{PathItem, Ref, RefOr, Required};

use super::openapi::{self, json_of, name_of, problem, text};
use super::{OfficeState, session};
use crate::staff::Role;
use crate::store::Store;

/// Whether an operation names the version of what it decides on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Match {
    /// There is no version.
    No,
    /// `If-Match` is heeded.
    May,
    /// `If-Match` is required.
    Must,
}

/// One validator of RFC 9110, several, or `*`.
const VALIDATORS: &str = r#"^(\*|(W/)?"[^"]*"(, ?(W/)?"[^"]*")*)$"#;

/// What the document says of an operation.
pub(super) struct Operation {
    post: bool,
    path: &'static str,
    id: &'static str,
    summary: &'static str,
    roles: Option<&'static [Role]>,
    parameters: Vec<Parameter>,
    body: Option<RequestBody>,
    version: Match,
    answers: Vec<(u16, Response)>,
    refusals: Vec<u16>,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Operation {
    /// Something that is read.
    pub(super) fn get(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(false, path, id, summary)
    }

    /// A change.
    pub(super) fn post(path: &'static str, id: &'static str, summary: &'static str) -> Self {
        Self::new(true, path, id, summary)
    }

    fn new(post: bool, path: &'static str, id: &'static str, summary: &'static str) -> Self {
        let mut operation = Self {
            post,
            path,
            id,
            summary,
            roles: None,
            parameters: Vec::new(),
            body: None,
            version: Match::No,
            answers: Vec::new(),
            refusals: vec![500, 503],
            schemas: Vec::new(),
        };
        for segment in path.split('/') {
            let name = segment.strip_prefix('{').and_then(|name| name.strip_suffix('}'));
            if let Some(name) = name {
                operation = operation.parameter(name, ParameterIn::Path, true, "Its id", id_text());
                operation.refusals.push(404);
            }
        }
        operation
    }

    /// Who may do it: officers with one of these roles; without any, everybody who has logged in.
    pub(super) fn roles(mut self, roles: &'static [Role]) -> Self {
        self.roles = Some(roles);
        self.refusals.push(401);
        if !roles.is_empty() {
            self.refusals.push(403);
        }
        if self.post {
            self.refusals.extend([409, 422]);
            let about = "The same key with the same request gets the same answer, for a day";
            let key = text(Some("^[A-Za-z0-9._:-]{1,64}$"), None);
            self = self.parameter("Idempotency-Key", ParameterIn::Header, false, about, key);
        }
        self
    }

    /// Adds a parameter of the query.
    pub(super) fn query(
        mut self,
        name: &str,
        required: bool,
        about: &str,
        schema: impl Into<RefOr<Schema>>,
    ) -> Self {
        self.refusals.push(422);
        self.parameter(name, ParameterIn::Query, required, about, schema)
    }

    fn parameter(
        mut self,
        name: &str,
        place: ParameterIn,
        required: bool,
        about: &str,
        schema: impl Into<RefOr<Schema>>,
    ) -> Self {
        let required = if required { Required::True } else { Required::False };
        let built = ParameterBuilder::new()
            .name(name)
            .parameter_in(place)
            .required(required)
            .description(Some(about))
            .schema(Some(schema));
        self.parameters.push(built.build());
        self
    }

    /// Whether `If-Match` is heeded, or required.
    pub(super) fn version(mut self, version: Match) -> Self {
        self.version = version;
        self.refusals.push(412);
        let must = version == Match::Must;
        if must {
            self.refusals.push(428);
        }
        let about = "The ETag of what is decided on, as it was read";
        self.parameter("If-Match", ParameterIn::Header, must, about, text(Some(VALIDATORS), None))
    }

    /// It takes this as JSON.
    pub(super) fn takes<T: ToSchema>(mut self) -> Self {
        self.collect::<T>();
        self.refusals.extend([400, 413, 415, 422]);
        self.body = Some(openapi::json_body::<T>(Required::True));
        self
    }

    /// It takes this as JSON, of which every member can be left out: also no body at all.
    pub(super) fn takes_if_any<T: ToSchema>(mut self) -> Self {
        self = self.takes::<T>();
        self.body = Some(openapi::json_body::<T>(Required::False));
        self
    }

    /// It takes these bytes.
    pub(super) fn takes_bytes(mut self) -> Self {
        self.refusals.extend([400, 413, 415, 422]);
        self.body = Some(openapi::bytes_body());
        self
    }

    /// It takes nothing, or an empty object.
    pub(super) fn takes_nothing(mut self) -> Self {
        self.refusals.extend([400, 413, 415, 422]);
        self.body = Some(openapi::empty_body());
        self
    }

    /// It answers this as JSON.
    pub(super) fn answers<T: ToSchema>(mut self, status: u16, about: &str) -> Self {
        self.collect::<T>();
        let mut response =
            ResponseBuilder::new().description(about).content("application/json", json_of::<T>());
        if self.version != Match::No || self.answers_version() {
            response = response.header("ETag", openapi::etag_header());
        }
        self.answers.push((status, response.build()));
        self
    }

    /// It answers these bytes.
    pub(super) fn answers_bytes(mut self, about: &str, kinds: &[&str]) -> Self {
        let mut response = ResponseBuilder::new().description(about);
        for kind in kinds {
            response = response.content(*kind, openapi::bytes());
        }
        self.answers.push((200, response.build()));
        self
    }

    /// It answers nothing.
    pub(super) fn answers_nothing(mut self, about: &str) -> Self {
        self.answers.push((204, ResponseBuilder::new().description(about).build()));
        self
    }

    /// It can also refuse with these.
    pub(super) fn refuses(mut self, statuses: &[u16]) -> Self {
        self.refusals.extend(statuses);
        self
    }

    fn answers_version(&self) -> bool {
        matches!(self.id, "get-case" | "get-permit" | "submit-case")
    }

    fn collect<T: ToSchema>(&mut self) {
        self.schemas.push((name_of::<T>(), T::schema()));
        T::schemas(&mut self.schemas);
    }
}

/// An id of the register.
pub(super) fn id_text() -> RefOr<Schema> {
    text(Some("^[0-9a-f]{32}$"), None)
}

/// The router and the document, as they grow.
pub(super) struct Api<S> {
    state: OfficeState<S>,
    pub(super) router: Router<OfficeState<S>>,
    pub(super) paths: PathsBuilder,
    pub(super) schemas: Vec<(String, RefOr<Schema>)>,
}

impl<S: Store> Api<S> {
    pub(super) fn new(state: OfficeState<S>) -> Self {
        let (router, paths, schemas) = (Router::new(), PathsBuilder::new(), Vec::new());
        Self { state, router, paths, schemas }
    }

    /// Adds an operation.
    pub(super) fn add<H, T>(mut self, mut operation: Operation, handler: H) -> Self
    where
        H: Handler<T, OfficeState<S>>,
        T: 'static,
    {
        let filter = if operation.post { MethodFilter::POST } else { MethodFilter::GET };
        let mut method = on(filter, handler);
        if let Some(roles) = operation.roles {
            let gate = from_fn_with_state((self.state.clone(), roles), session::authenticate);
            method = method.route_layer(gate);
        }
        self.router = self.router.route(operation.path, method);
        self.schemas.append(&mut operation.schemas);
        let method = if operation.post { HttpMethod::Post } else { HttpMethod::Get };
        let path = operation.path;
        self.paths = self.paths.path(path, PathItem::new(method, described(operation)));
        self
    }
}

fn described(operation: Operation) -> OperationBuilder {
    let Operation { path, id, summary, roles, parameters, body, answers, mut refusals, .. } =
        operation;
    let tag = path.split('/').nth(2).unwrap_or_default();
    let mut built = OperationBuilder::new()
        .operation_id(Some(id))
        .summary(Some(summary))
        .tag(tag)
        .parameters(Some(parameters))
        .request_body(body);
    if let Some(roles) = roles {
        let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
        if !names.is_empty() {
            built = built.description(Some(format!("Roles: {}.", names.join(" or "))));
        }
        let none: [String; 0] = [];
        built = built.security(SecurityRequirement::new("session", none));
    }
    for (status, answer) in answers {
        built = built.response(status.to_string(), answer);
    }
    refusals.sort_unstable();
    refusals.dedup();
    for status in refusals {
        built = built.response(status.to_string(), Ref::from_response_name(problem(status).0));
    }
    built
}
