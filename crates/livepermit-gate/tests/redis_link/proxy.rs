//! What lies between a gate and its server, and forgets connections without a word.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Passes all connections on to one server.
pub(crate) struct Proxy {
    pub(crate) port: u16,
    forgotten: Arc<AtomicUsize>,
}

impl Proxy {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let forgotten = Arc::new(AtomicUsize::new(0));
        let age = Arc::clone(&forgotten);
        std::thread::spawn(move || {
            while let Ok((gate, _)) = listener.accept() {
                let server = TcpStream::connect(("127.0.0.1", server)).unwrap();
                let born = age.load(Ordering::SeqCst);
                for (from, to) in [(&gate, &server), (&server, &gate)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let age = Arc::clone(&age);
                    std::thread::spawn(move || {
                        pass(from, to, || age.load(Ordering::SeqCst) == born)
                    });
                }
            }
        });
        Self { port, forgotten }
    }

    /// Forgets the connections that are there, as a firewall does: neither side is told.
    pub(crate) fn forget(&self) {
        self.forgotten.fetch_add(1, Ordering::SeqCst);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, is_known: impl Fn() -> bool) {
    let mut bytes = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut bytes) {
        if is_known() && to.write_all(&bytes[..count]).is_err() {
            break;
        }
    }
    if is_known() {
        let _ = to.shutdown(Shutdown::Both);
    }
}
