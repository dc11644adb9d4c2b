//! What is measured: a peer with frames of one length, over a whole corpus.

use std::hint::black_box;
use std::ops::Range;
use std::time::Duration;

use crate::clock::timed;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::event::Event;
use crate::heap::{Count, counted};
use crate::peer::Peer;
use crate::visit::{Check, Sum};

/// One pass over the corpus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Making the library's own messages; zero where it needs none.
    pub build: Duration,
    /// Encoding.
    pub encode: Duration,
    /// Decoding, every field read.
    pub decode: Duration,
}

/// What does not change from round to round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Bytes of all frames.
    pub bytes: u64,
    /// Allocations of building the library's own messages for all frames.
    pub build_allocations: u64,
    /// Allocations of encoding all frames with a peer that is warm.
    pub encode_allocations: u64,
    /// Allocations of decoding all frames with a peer that is warm.
    pub decode_allocations: u64,
    /// Bytes on the heap at most while a new peer decodes the largest frame, beyond the frame itself.
    pub decode_peak: u64,
    /// Bytes of that frame.
    pub largest: u64,
    /// Whether the frames carry the ids of events.
    pub ids: bool,
}

/// What is measured.
pub trait Subject {
    /// Who it is.
    fn name(&self) -> &str;
    /// Records in a frame at most.
    fn records(&self) -> usize;
    /// Events of the corpus.
    fn events(&self) -> usize;
    /// Checks that all comes back, and warms up.
    ///
    /// # Errors
    ///
    /// Something is refused, or does not come back.
    fn account(&mut self) -> Result<Account, Error>;
    /// Takes time once.
    ///
    /// # Errors
    ///
    /// Something is refused, or does not come back.
    fn round(&mut self) -> Result<Round, Error>;
}

/// A peer at work.
pub struct Lane<'e, P, F> {
    name: String,
    records: usize,
    make: F,
    peer: P,
    corpus: &'e Corpus,
    pieces: Vec<&'e [Event]>,
    frames: Frames,
    /// What the timed decoder has to add up to.
    expected: u64,
    out: Vec<u8>,
}

impl<'e, P: Peer, F: Fn() -> Result<P, Error>> Lane<'e, P, F> {
    /// `records` events a frame; `make` makes the peer, and makes it anew where the memory of a cold one is asked for.
    ///
    /// # Errors
    ///
    /// The peer cannot be made.
    pub fn new(name: impl Into<String>, corpus: &'e Corpus, records: usize, make: F) -> Result<Self, Error> {
        let mut sum = Sum::default();
        corpus.events.iter().for_each(|event| event.show(&mut sum));
        Ok(Self {
            name: name.into(),
            records,
            peer: make()?,
            make,
            corpus,
            pieces: corpus.pieces(records),
            frames: Frames::default(),
            expected: sum.fields,
            out: Vec::new(),
        })
    }

    /// Builds and encodes everything, some pieces at a time: the messages of a whole corpus would be cold by the time
    /// when they are encoded.
    fn write_all(&mut self, watch: &mut impl Watch) -> Result<u64, Error> {
        let Self { peer, pieces, out, records, .. } = self;
        let mut bytes = 0;
        for some in pieces.chunks((HOT / *records).max(1)) {
            let mut messages = Vec::with_capacity(some.len());
            watch.build(|| {
                for events in some {
                    messages.push(peer.build(events)?);
                }
                Ok(())
            })?;
            watch.encode(|| {
                for message in &mut messages {
                    out.clear();
                    peer.encode(message, out)?;
                    bytes += black_box(&*out).len() as u64;
                }
                Ok(())
            })?;
        }
        Ok(bytes)
    }

    fn decode_all(&mut self) -> Result<Sum, Error> {
        let mut sum = Sum::default();
        for frame in self.frames.iter() {
            self.peer.decode(black_box(frame), &mut sum)?;
        }
        Ok(black_box(sum))
    }

    /// Writes the frames, and reads them to the last field.
    fn verify(&mut self) -> Result<bool, Error> {
        let Self { peer, pieces, frames, .. } = self;
        *frames = Frames::default();
        for events in pieces {
            let mut message = peer.build(events)?;
            frames.push(|out| peer.encode(&mut message, out))?;
        }
        let mut check = Check::default();
        for frame in frames.iter() {
            peer.decode(frame, &mut check)?;
        }
        check.compare(&self.corpus.events)
    }

    /// What a new peer takes for the largest frame.
    fn peak(&self) -> Result<(u64, u64), Error> {
        let Some(largest) = self.frames.iter().max_by_key(|frame| frame.len()) else { return Ok((0, 0)) };
        let mut sum = Sum::default();
        let (decoded, Count { peak, .. }) = counted(|| (self.make)()?.decode(largest, &mut sum));
        decoded?;
        black_box(sum);
        Ok((peak as u64, largest.len() as u64))
    }

    fn check_sum(&self, sum: Sum) -> Result<(), Error> {
        if sum.fields == self.expected {
            return Ok(());
        }
        Err(Error::Different { index: self.corpus.events.len(), problem: "the sum of all fields".to_owned() })
    }
}

impl<P: Peer, F: Fn() -> Result<P, Error>> Subject for Lane<'_, P, F> {
    fn name(&self) -> &str {
        &self.name
    }

    fn records(&self) -> usize {
        self.records
    }

    fn events(&self) -> usize {
        self.corpus.events.len()
    }

    fn account(&mut self) -> Result<Account, Error> {
        let ids = self.verify()?;
        let mut counter = Counter::default();
        let bytes = self.write_all(&mut counter)?;
        let (sum, Count { allocations: decode_allocations, .. }) = counted(|| self.decode_all());
        self.check_sum(sum?)?;
        let (decode_peak, largest) = self.peak()?;
        Ok(Account {
            bytes,
            build_allocations: counter.build,
            encode_allocations: counter.encode,
            decode_allocations,
            decode_peak,
            largest,
            ids,
        })
    }

    fn round(&mut self) -> Result<Round, Error> {
        let mut round = Round::default();
        self.write_all(&mut round)?;
        settle();
        let (sum, decode) = timed(|| self.decode_all())?;
        self.check_sum(sum)?;
        settle();
        Ok(Round { decode, ..round })
    }
}

/// Events whose messages are built before they are encoded.
const HOT: usize = 1_000;

/// Makes the allocator put in order what was freed, which glibc's does at the next large request: the next one to be
/// timed would pay for it.
fn settle() {
    drop(black_box(vec![0_u8; 100_000]));
}

/// Frames one after another, each at a multiple of 16 bytes, as a buffer from a socket or a file would be. A piece of the
/// heap for each would stay between everything that the peers take and give back.
#[derive(Default)]
struct Frames {
    bytes: Vec<u8>,
    places: Vec<Range<usize>>,
}

impl Frames {
    fn push(&mut self, write: impl FnOnce(&mut Vec<u8>) -> Result<(), Error>) -> Result<(), Error> {
        let mut frame = Vec::new();
        write(&mut frame)?;
        let begin = self.bytes.len().next_multiple_of(16);
        self.bytes.resize(begin, 0);
        self.bytes.extend_from_slice(&frame);
        self.places.push(begin..self.bytes.len());
        Ok(())
    }

    fn iter(&self) -> impl Iterator<Item = &[u8]> {
        self.places.iter().map(|place| self.bytes.get(place.clone()).unwrap_or_default())
    }
}

/// What is done around building and encoding.
trait Watch {
    fn build(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error>;
    fn encode(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error>;
}

impl Watch for Round {
    fn build(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        settle();
        self.build += timed(work)?.1;
        Ok(())
    }

    fn encode(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        self.encode += timed(work)?.1;
        Ok(())
    }
}

/// Allocations.
#[derive(Default)]
struct Counter {
    build: u64,
    encode: u64,
}

impl Watch for Counter {
    fn build(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let (done, count) = counted(work);
        self.build += count.allocations;
        done
    }

    fn encode(&mut self, work: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let (done, count) = counted(work);
        self.encode += count.allocations;
        done
    }
}
