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

    /// Name, password and digits of the one officer. The digits are good for a minute, by the clock
    /// that the story has turned: no authenticator shows them.
    #[must_use]
    pub fn login(&self) -> [String; 3] {
        self.office.login()
    }

    /// Plays the story, and tells each step as it happens. It blocks, as people with their phones
    /// do: call it outside of the threads that serve.
    ///
    /// # Errors
    ///
    /// [`DemoError`] if a step could not even be taken.
    pub fn play(&self, tell: fn(&Scene)) -> Result<Played, DemoError> {
        let (scenes, took) = timed(|| Story::new(&self.office, tell)?.play());
        Ok(Played { scenes: scenes?, took })
    }
}
