//! Stands between a gate and its server: holds answers back, replaces them, leads to another
//! server.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Condvar, Mutex};

use super::PATIENCE;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    Pass,
    /// Keeps what the server says until the mode changes.
    Hold,
    /// Says this in place of each answer.
    Replace(Vec<u8>),
}

struct Control {
    mode: Mode,
    /// How many times `pass` or `replace` was called: what is held before waits for that.
    released: u64,
}

/// A proxy on a loopback port, for as long as the test runs.
pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    target: AtomicU16,
    control: Mutex<Control>,
    changed: Condvar,
    /// How many answers wait.
    held: Mutex<usize>,
    holds: Condvar,
}

impl Proxy {
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let shared = Arc::new(Shared {
            target: AtomicU16::new(port),
            control: Mutex::new(Control { mode: Mode::Pass, released: 0 }),
            changed: Condvar::new(),
            held: Mutex::new(0),
            holds: Condvar::new(),
        });
        let port = listener.local_addr().unwrap().port();
        let at_work = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let target = at_work.target.load(Ordering::SeqCst);
                let Ok(server) = TcpStream::connect(("127.0.0.1", target)) else { continue };
                serve(&client, &server, &at_work);
            }
        });
        Self { port, shared }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// New connections lead to this port.
    pub(crate) fn lead_to(&self, port: u16) {
        self.shared.target.store(port, Ordering::SeqCst);
    }

    pub(crate) fn pass(&self) {
        self.shared.set(Mode::Pass);
    }

    pub(crate) fn hold(&self) {
        self.shared.set(Mode::Hold);
    }

    pub(crate) fn replace(&self, answer: &str) {
        self.shared.set(Mode::Replace(answer.into()));
    }

    /// Waits until the proxy holds an answer.
    pub(crate) fn wait_for_held(&self) {
        let held = self.shared.held.lock().unwrap();
        let (_held, result) =
            self.shared.holds.wait_timeout_while(held, PATIENCE, |held| *held == 0).unwrap();
        assert!(!result.timed_out(), "no answer came");
    }

    /// What is held stays; new answers pass.
    pub(crate) fn pass_others(&self) {
        self.shared.control.lock().unwrap().mode = Mode::Pass;
    }
}

impl Shared {
    fn set(&self, mode: Mode) {
        let mut control = self.control.lock().unwrap();
        control.released += u64::from(mode != Mode::Hold);
        control.mode = mode;
        drop(control);
        self.changed.notify_all();
    }
}

fn serve(client: &TcpStream, server: &TcpStream, shared: &Arc<Shared>) {
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (mut from_client, mut to_server) =
        (client.try_clone().unwrap(), server.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from_client, &mut to_server);
        let _ = to_server.shutdown(Shutdown::Both);
    });
    let (mut from_server, mut to_client) =
        (server.try_clone().unwrap(), client.try_clone().unwrap());
    let shared = Arc::clone(shared);
    std::thread::spawn(move || {
        let mut bytes = [0; 1 << 16];
        while let Ok(length @ 1..) = from_server.read(&mut bytes) {
            let mut control = shared.control.lock().unwrap();
            if control.mode == Mode::Hold {
                *shared.held.lock().unwrap() += 1;
                shared.holds.notify_all();
                let before = control.released;
                control = shared.changed.wait_while(control, |now| now.released == before).unwrap();
                *shared.held.lock().unwrap() -= 1;
            }
            let answer = match &control.mode {
                Mode::Replace(answer) => answer.clone(),
                _ => bytes[..length].to_vec(),
            };
            drop(control);
            if to_client.write_all(&answer).is_err() {
                break;
            }
        }
        let _ = to_client.shutdown(Shutdown::Both);
    });
}
