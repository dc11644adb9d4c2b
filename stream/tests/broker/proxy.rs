//! Stands between clients and brokers, and loses what brokers answer.

use std::io::{self, Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{JoinHandle, sleep, spawn};
use std::time::Duration;

use dashstream_stream::security::Config;

/// What becomes of a request to produce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// It is answered.
    Answered,
    /// The broker has done it and has answered, and the connection is cut before the client hears of it.
    AnswerLost,
    /// The connection is cut right after it was passed on.
    CutAfter,
    /// The connection is cut before it is passed on.
    CutBefore,
}

type Fates = Box<dyn FnMut() -> Fate + Send>;

struct Shared {
    fates: Mutex<Fates>,
    closed: AtomicBool,
    answers_lost: AtomicU64,
}

/// Listens where the brokers' listener `BEHIND` sends its clients to. There is one at a time.
pub(crate) struct Proxy {
    shared: Arc<Shared>,
    threads: Vec<JoinHandle<()>>,
}

impl Proxy {
    /// Asks for each request to produce what is to become of it.
    pub(crate) fn start(fates: impl FnMut() -> Fate + Send + 'static) -> Self {
        let fates: Mutex<Fates> = Mutex::new(Box::new(fates));
        let (closed, answers_lost) = (AtomicBool::new(false), AtomicU64::new(0));
        let shared = Arc::new(Shared { fates, closed, answers_lost });
        let known = super::known();
        let pairs = known["FRONT"].split(',').zip(known["BEHIND"].split(','));
        let threads = pairs.map(|(front, behind)| {
            let (listener, behind, shared) = (listen(front), behind.to_owned(), Arc::clone(&shared));
            spawn(move || accept(&listener, &behind, &shared))
        });
        Self { threads: threads.collect(), shared }
    }

    /// The brokers, as those see them who are to go through here.
    pub(crate) fn brokers() -> Config {
        super::listener("FRONT")
    }

    /// From now on everything is answered.
    pub(crate) fn heal(&self) {
        *self.shared.fates.lock().unwrap() = Box::new(|| Fate::Answered);
    }

    /// How many answers brokers gave that nobody heard of.
    pub(crate) fn answers_lost(&self) -> u64 {
        self.shared.answers_lost.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.closed.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            thread.join().unwrap();
        }
    }
}

fn listen(front: &str) -> TcpListener {
    // A connection of somebody may have the port for a moment.
    for _ in 0..100 {
        if let Ok(listener) = TcpListener::bind(front) {
            listener.set_nonblocking(true).unwrap();
            return listener;
        }
        sleep(Duration::from_millis(100));
    }
    panic!("{front} is taken");
}

fn accept(listener: &TcpListener, behind: &str, shared: &Arc<Shared>) {
    let mut open = Vec::new();
    while !shared.closed.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok((client, _)) => {
                client.set_nonblocking(false).unwrap();
                // A broker that is away is away for those behind us too.
                let Ok(broker) = TcpStream::connect(behind) else { continue };
                open.push((client.try_clone().unwrap(), broker.try_clone().unwrap()));
                serve(client, broker, shared);
            }
            Err(_) => sleep(Duration::from_millis(5)),
        }
    }
    open.iter().for_each(|(client, broker)| cut(client, broker));
}

fn cut(client: &TcpStream, broker: &TcpStream) {
    for stream in [client, broker] {
        stream.shutdown(Shutdown::Both).ok();
    }
}

fn serve(client: TcpStream, broker: TcpStream, shared: &Arc<Shared>) {
    let doomed = Arc::new(Mutex::new(None));
    for stream in [&client, &broker] {
        stream.set_nodelay(true).unwrap();
    }
    let (theirs, lost) = ((client.try_clone().unwrap(), broker.try_clone().unwrap()), Arc::clone(&doomed));
    let (up, down) = (Arc::clone(shared), Arc::clone(shared));
    spawn(move || {
        drop(requests(&theirs.0, &theirs.1, &up, &lost));
        cut(&theirs.0, &theirs.1);
    });
    spawn(move || {
        drop(answers(&client, &broker, &down, &doomed));
        cut(&client, &broker);
    });
}

/// A request or an answer: a length, and so many bytes.
fn read(mut from: &TcpStream) -> io::Result<Vec<u8>> {
    let mut all = vec![0; 4];
    from.read_exact(&mut all)?;
    let len = u32::from_be_bytes([all[0], all[1], all[2], all[3]]);
    all.resize(4 + usize::try_from(len).unwrap(), 0);
    from.read_exact(&mut all[4..])?;
    Ok(all)
}

/// Ends where the connection is to be cut.
fn requests(
    client: &TcpStream,
    mut broker: &TcpStream,
    shared: &Shared,
    doomed: &Mutex<Option<[u8; 4]>>,
) -> io::Result<()> {
    loop {
        // Api key, api version, correlation id.
        let request = read(client)?;
        let produces = request[4..6] == [0, 0];
        let fate = if produces { (shared.fates.lock().unwrap())() } else { Fate::Answered };
        match fate {
            Fate::CutBefore => return Ok(()),
            Fate::AnswerLost => *doomed.lock().unwrap() = request[8..12].try_into().ok(),
            Fate::Answered | Fate::CutAfter => {}
        }
        broker.write_all(&request)?;
        if fate == Fate::CutAfter {
            return Ok(());
        }
    }
}

fn answers(
    mut client: &TcpStream,
    broker: &TcpStream,
    shared: &Shared,
    doomed: &Mutex<Option<[u8; 4]>>,
) -> io::Result<()> {
    loop {
        let answer = read(broker)?;
        if doomed.lock().unwrap().is_some_and(|correlation| answer[4..8] == correlation) {
            shared.answers_lost.fetch_add(1, Ordering::Relaxed);
            return Ok(());
        }
        client.write_all(&answer)?;
    }
}
