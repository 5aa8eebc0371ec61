//! The whole story in one command: everybody speaks over HTTP, as they do in life, on a clock that
//! the story turns.

mod browser;
mod failure;
mod gate;
mod key;
mod office;
mod officer;
mod people;
mod phone;
mod story;
mod web;

use std::time::Duration;

pub use failure::DemoError;
pub use story::Scene;

use office::DemoOffice;
use story::{Story, timed};

/// What came of the story.
#[derive(Debug)]
pub struct Played {
    /// Its steps.
    pub scenes: Vec<Scene>,
    /// How long it took, by the clock of the machine.
    pub took: Duration,
}

/// The addresses of a demonstration that runs.
#[derive(Clone, Debug)]
pub struct Addresses {
    /// Of wallets and gates.
    pub public: String,
    /// Of officers' programs.
    pub offices: String,
    /// Of officers' browsers.
    pub desk: String,
}

/// What an officer of the demonstration sends to `/office/login`. There is nothing behind it but
/// synthetic people, so it may be printed.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name of the account, which has every role.
    pub name: String,
    /// Its password.
    pub password: String,
    /// The six digits that its authenticator shows now. They serve once.
    pub totp: String,
}

/// A demonstration that was started.
pub struct Demo {
    office: DemoOffice,
}

impl std::fmt::Debug for Demo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Demo").finish_non_exhaustive()
    }
}

impl Demo {
    /// Starts the service, on free ports of this machine.
    ///
    /// # Errors
    ///
    /// [`DemoError`] says what the machine does not have.
    pub async fn start() -> Result<Self, DemoError> {
        Ok(Self { office: DemoOffice::open().await? })
    }

    /// Where it answers.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        let (public, offices) = (self.office.public.clone(), self.office.offices.clone());
        let desk = offices.replace("/office", "/desk");
        Addresses { public, offices, desk }
    }

    /// How an officer logs in now.
    #[must_use]
    pub fn login(&self) -> Login {
        self.office.login()
    }

    /// The wallet that the service knows: its `client_id`, and where browsers go back to.
    #[must_use]
    pub const fn wallet() -> (&'static str, &'static str) {
        (phone::CLIENT, phone::REDIRECT)
    }

    /// Plays the story, and tells each step as it happens. It blocks, as people with their phones
    /// do: call it outside of the threads that serve.
    ///
    /// # Errors
    ///
    /// [`DemoError`] if a step could not even be taken.
    pub fn play(&self, tell: fn(&Scene)) -> Result<Played, DemoError> {
        let (scenes, took) = timed(|| Story::new(&self.office, tell)?.play());
        // A one-time code serves once: whoever logs in now needs the next.
        self.office.clock.turn(jiff::SignedDuration::from_secs(31));
        Ok(Played { scenes: scenes?, took })
    }
}
