//! `demo`: the whole story, from application to cancellation.

use clap::Args;

use super::failure::Failure;
use crate::demo::{Addresses, Demo, Login, Played, Scene};

#[derive(Debug, Args)]
pub(super) struct RunDemo {
    /// Ends after the story, with a table; the exit code tells whether all came as it should
    #[arg(long)]
    once: bool,
}

impl RunDemo {
    #[expect(clippy::print_stdout, reason = "a demonstration is told")]
    pub(super) async fn run(&self) -> Result<(), Failure> {
        let demo = Demo::start().await.map_err(Failure::of)?;
        let Addresses { public, offices, desk } = demo.addresses();
        println!(
            "wallets and gates: {public}\noffices:           {offices}\ndesk:              {desk}\n"
        );
        let told = tokio::task::spawn_blocking(move || {
            let played = demo.play(tell);
            (demo, played)
        });
        let (demo, played) = told.await.map_err(Failure::of)?;
        let Played { scenes, took } = played.map_err(Failure::of)?;
        let wrong = scenes.iter().filter(|scene| !scene.is_right()).count();
        println!(
            "\n{} steps in {:.1} s, {wrong} not as they should be",
            scenes.len(),
            took.as_secs_f64()
        );
        if wrong > 0 {
            return Err(Failure::found("the story did not come out as it should"));
        }
        if !self.once {
            println!("the service goes on answering, until Ctrl-C");
            let Login { name, password, totp: code } = demo.login();
            println!("to log in at the desk, within a minute: {name} / {password} / {code}");
            tokio::signal::ctrl_c().await?;
        }
        drop(demo);
        Ok(())
    }
}

#[expect(clippy::print_stdout, reason = "a demonstration is told")]
fn tell(scene: &Scene) {
    let Scene { day, what, seen, expected } = scene;
    let sign = if scene.is_right() { "✓" } else { "✗" };
    println!("day {day:>4}  {sign} {what:<52} {seen}");
    if !scene.is_right() {
        println!("          expected: {expected}");
    }
}
