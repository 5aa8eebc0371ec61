//! A line to a server that can be moved to another server, cut, and made slow.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Listens on a port of its own for as long as the process lives.
#[derive(Clone)]
pub(crate) struct Proxy {
    port: u16,
    line: Arc<Line>,
}

struct Line {
    /// The port of the server; `None` while the line is cut.
    to: Mutex<Option<u16>>,
    /// Milliseconds before bytes of the server are handed on.
    delay: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// A line to this port.
    pub(crate) fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let line = Arc::new(Line {
            to: Mutex::new(Some(port)),
            delay: AtomicU64::new(0),
            open: Mutex::default(),
        });
        let of_thread = Arc::clone(&line);
        std::thread::spawn(move || {
            for client in listener.incoming().flatten() {
                // A client of a line that is cut finds it closed.
                of_thread.connect(client);
            }
        });
        Self { port: own, line }
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// What the server sends is this late.
    pub(crate) fn slow(&self, delay: Duration) {
        let millis = u64::try_from(delay.as_millis()).unwrap();
        self.line.delay.store(millis, Ordering::SeqCst);
    }

    /// Closes what is open, and leads to another server, or nowhere.
    pub(crate) fn turn(&self, port: Option<u16>) {
        *self.line.to.lock().unwrap() = port;
        for stream in self.line.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

impl Line {
    fn connect(self: &Arc<Self>, client: TcpStream) {
        let port = *self.to.lock().unwrap();
        let Some(server) = port.and_then(|port| TcpStream::connect(("127.0.0.1", port)).ok())
        else {
            return;
        };
        for stream in [&client, &server] {
            stream.set_nodelay(true).unwrap();
        }
        let (client_too, server_too) = (client.try_clone().unwrap(), server.try_clone().unwrap());
        let ends = [client.try_clone().unwrap(), server.try_clone().unwrap()];
        self.open.lock().unwrap().extend(ends);
        std::thread::spawn(move || drop(std::io::copy(&mut &client_too, &mut &server_too)));
        let (put, take) = channel();
        let line = Arc::clone(self);
        std::thread::spawn(move || {
            let mut server = server;
            let mut bytes = [0; 16 << 10];
            while let Ok(count @ 1..) = server.read(&mut bytes) {
                let delay = Duration::from_millis(line.delay.load(Ordering::SeqCst));
                let due = Instant::now() + delay;
                if put.send((due, bytes.get(..count).unwrap().to_vec())).is_err() {
                    break;
                }
            }
        });
        std::thread::spawn(move || deliver(&take, client));
    }
}

fn deliver(take: &Receiver<(Instant, Vec<u8>)>, mut client: TcpStream) {
    while let Ok((due, bytes)) = take.recv() {
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        if client.write_all(&bytes).is_err() {
            break;
        }
    }
    let _ = client.shutdown(Shutdown::Both);
}
