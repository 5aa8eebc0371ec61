//! Fetches the lists of a running gate, on threads of their own, so that no visitor waits.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use livepermit::Timestamp;
use livepermit_gate::fetch::{Fetch, FetchError, FetchRules, ListUrl};
use livepermit_gate::lists::{Sources, Watch};

use crate::shared::failure::Failure;
use crate::shared::fetch::{FetchArgs, Round, Web, clock, round};

/// How often a thread looks whether a question is due: so soon it notices that the clock was set.
const LOOK: Duration = Duration::from_secs(1);
/// How long a gate that has copies of its lists waits for newer lists before it starts.
const PATIENCE: Duration = Duration::from_secs(5);

/// The lists that the gate fetches.
#[derive(Debug)]
pub(crate) struct Fetching {
    rounds: Receiver<(usize, Round)>,
    lists: Vec<Fetched>,
}

#[derive(Debug)]
struct Fetched {
    url: ListUrl,
    state: Arc<Mutex<FetchState>>,
}

/// How the fetching of a list goes.
#[derive(Debug, Clone)]
pub(crate) struct FetchState {
    /// When the server last answered as it should.
    pub(crate) answered: Option<Timestamp>,
    /// When the server is asked again.
    pub(crate) next: Timestamp,
    /// Since when it does not answer, and why it did not the last time.
    pub(crate) failing: Option<(Timestamp, FetchError)>,
}

impl Fetching {
    /// Begins to fetch what `sources` names.
    pub(crate) fn start(
        args: &FetchArgs,
        sources: &Sources,
        rules: FetchRules,
    ) -> Result<Self, Failure> {
        // A list that nobody takes waits here, and the next questions wait for it.
        let (sender, rounds) = sync_channel(1);
        let urls = sources.urls();
        let web = if urls.is_empty() { None } else { Some(Arc::new(args.web()?)) };
        let lists = urls.into_iter().enumerate().map(|(number, url)| {
            let now = clock();
            let state = FetchState { answered: None, next: now, failing: None };
            let state = Arc::new(Mutex::new(state));
            if let Some(web) = web.clone() {
                let fetch = Fetch::new(url.clone(), rules, now);
                let (sender, state) = (sender.clone(), Arc::clone(&state));
                thread::spawn(move || run(&web, fetch, number, &sender, &state));
            }
            Fetched { url, state }
        });
        Ok(Self { lists: lists.collect(), rounds })
    }

    /// Waits for the first answers and gives them to `sources`: for all of them, or, if the gate
    /// can start without, for some seconds.
    pub(crate) fn first(&self, sources: &mut Sources, can_start_without: bool) {
        let end = Instant::now().checked_add(PATIENCE).filter(|_| can_start_without);
        let mut missing: Vec<usize> = (0..self.lists.len()).collect();
        while !missing.is_empty() {
            let round = match end {
                Some(end) => {
                    self.rounds.recv_timeout(end.saturating_duration_since(Instant::now()))
                }
                None => self.rounds.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let Ok((number, round)) = round else { return };
            missing.retain(|missing| *missing != number);
            let (Some(list), Some(came)) = (self.lists.get(number), round.transpose()) else {
                continue;
            };
            sources.came(&list.url, came);
        }
    }

    /// Gives what came since the last call to `watch`.
    pub(super) fn deliver(&self, watch: &mut Watch) {
        for (number, round) in self.rounds.try_iter() {
            if let Some(list) = self.lists.get(number) {
                watch.came(&list.url, round);
            }
        }
    }

    /// How the fetching of each list goes.
    pub(super) fn states(&self) -> impl Iterator<Item = (&ListUrl, FetchState)> {
        self.lists.iter().map(|list| (&list.url, lock(&list.state).clone()))
    }
}

/// Asks whenever a question is due, until nobody takes what comes.
fn run(
    web: &Web,
    mut fetch: Fetch,
    number: usize,
    sender: &SyncSender<(usize, Round)>,
    state: &Mutex<FetchState>,
) {
    loop {
        let Some(came) = round(web, &mut fetch) else {
            thread::sleep(LOOK);
            continue;
        };
        {
            let mut state = lock(state);
            (state.answered, state.next) = (fetch.answered(), fetch.next());
            let since = state.failing.take().map_or_else(clock, |(since, _)| since);
            state.failing = came.as_ref().err().map(|error| (since, error.clone()));
        }
        if sender.send((number, came)).is_err() {
            return;
        }
    }
}

/// Every change is one assignment after another, so the state is whole even after a panic.
fn lock(state: &Mutex<FetchState>) -> MutexGuard<'_, FetchState> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
