//! What is counted, as Prometheus reads it: how often each address was asked, how long the answers
//! took, and which jobs fail. No id, name or address of a client is in it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;

use crate::jobs::Health;
use crate::service::Service;
use crate::store::{ListState, Store, Waiting};

/// The text format of Prometheus.
const TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";
/// Answers are counted by whether they took at most so many milliseconds.
const MILLISECONDS: [u64; 7] = [1, 5, 20, 100, 500, 2_000, 10_000];

/// What was asked, since the process began. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Metrics(Arc<Mutex<BTreeMap<Asked, Counted>>>);

/// A question, by the route that answered it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    port: &'static str,
    route: String,
    status: u16,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    within: [u64; MILLISECONDS.len()],
    all: u64,
    time: Duration,
}

impl Metrics {
    /// The router, with all that it is asked counted under the name of its port.
    pub fn counted(&self, port: &'static str, router: Router) -> Router {
        let metrics = self.clone();
        router.layer(from_fn(move |request: Request, next: Next| {
            let metrics = metrics.clone();
            async move {
                // The template and not the address: ids stay out, and there is a bounded number.
                let route = request.extensions().get::<MatchedPath>();
                let route = route.map_or_else(|| "none".to_owned(), |it| it.as_str().to_owned());
                let begun = Instant::now();
                let response = next.run(request).await;
                let status = response.status().as_u16();
                metrics.note(Asked { port, route, status }, begun.elapsed());
                response
            }
        }))
    }

    fn note(&self, asked: Asked, took: Duration) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let counted = all.entry(asked).or_default();
        counted.all += 1;
        counted.time += took;
        for (count, most) in counted.within.iter_mut().zip(MILLISECONDS) {
            *count += u64::from(took <= Duration::from_millis(most));
        }
    }

    fn write(&self, text: &mut String) {
        let name = "livepermit_issuer_answers_seconds";
        let _ = writeln!(text, "# HELP {name} How long answers took, by route and status.");
        let _ = writeln!(text, "# TYPE {name} histogram");
        for (asked, counted) in &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let Asked { port, route, status } = asked;
            let labels = format!("port=\"{port}\",route=\"{route}\",status=\"{status}\"");
            for (count, most) in counted.within.iter().zip(MILLISECONDS) {
                let most = Duration::from_millis(most).as_secs_f64();
                let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{most}\"}} {count}");
            }
            let Counted { all, time, .. } = counted;
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {all}");
            let _ = writeln!(text, "{name}_sum{{{labels}}} {}", time.as_secs_f64());
            let _ = writeln!(text, "{name}_count{{{labels}}} {all}");
        }
    }
}

/// All that the page of metrics needs.
#[derive(Clone, Debug)]
struct Page<S> {
    metrics: Metrics,
    service: Service<S>,
    health: Health,
}

/// The port for Prometheus: `/metrics`. It belongs to the machine itself.
pub fn metrics<S: Store>(metrics: Metrics, service: Service<S>, health: Health) -> Router {
    Router::new().route("/metrics", get(page)).with_state(Page { metrics, service, health })
}

async fn page<S: Store>(State(page): State<Page<S>>) -> Response {
    let mut text = String::new();
    page.metrics.write(&mut text);
    let now = page.service.now();
    let gauge = |text: &mut String, name: &str, help: &str| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
    };
    let name = "livepermit_issuer_job_failing_seconds";
    gauge(&mut text, name, "For how long a job fails; no line for one that works.");
    for failing in page.health.failing() {
        let span = now.duration_since(failing.since).as_secs();
        let _ = writeln!(text, "{name}{{job=\"{}\"}} {span}", failing.job);
    }
    let name = "livepermit_issuer_status_lists";
    let lists = page.service.store().lists().await;
    if let Ok(lists) = &lists {
        gauge(&mut text, name, "Status lists by state.");
        for (state, word) in [
            (ListState::Open, "open"),
            (ListState::Full, "full"),
            (ListState::Lost, "lost"),
            (ListState::Closed, "closed"),
        ] {
            let count = lists.iter().filter(|list| list.state == state).count();
            let _ = writeln!(text, "{name}{{state=\"{word}\"}} {count}");
        }
    }
    let name = "livepermit_issuer_webhook_messages";
    if let Ok((waiting, dead)) = page.service.store().count_messages().await {
        gauge(&mut text, name, "Messages that were not delivered; dead ones are tried no more.");
        let _ = writeln!(text, "{name}{{state=\"waiting\"}} {waiting}");
        let _ = writeln!(text, "{name}{{state=\"dead\"}} {dead}");
    }
    let name = "livepermit_issuer_follow_ups";
    if let Ok(Waiting { waiting, untaken, oldest }) = page.service.store().follow_ups().await {
        gauge(&mut text, name, "Permits that wait for a check after their issue.");
        let _ = writeln!(text, "{name}{{state=\"untaken\"}} {untaken}");
        let _ = writeln!(text, "{name}{{state=\"taken\"}} {}", waiting - untaken);
        let name = "livepermit_issuer_follow_up_seconds";
        gauge(&mut text, name, "For how long the first of them waits; 0 if none waits.");
        let span = if waiting == 0 { 0 } else { now.as_second() - oldest };
        let _ = writeln!(text, "{name} {span}");
    }
    let name = "livepermit_issuer_register_answers";
    gauge(&mut text, name, "Whether the register answers.");
    let _ = writeln!(text, "{name} {}", u8::from(lists.is_ok()));
    let name = "livepermit_issuer_time_seconds";
    gauge(&mut text, name, "The time of the service.");
    let _ = writeln!(text, "{name} {}", now.as_second());
    ([(CONTENT_TYPE, TEXT), (CACHE_CONTROL, "no-store")], text).into_response()
}
