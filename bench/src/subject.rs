//! What is measured: a peer with frames of one length, over a whole corpus.

use std::hint::black_box;
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
    frames: Vec<Vec<u8>>,
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
            frames: Vec::new(),
            expected: sum.fields,
            out: Vec::new(),
        })
    }

    fn build_all(&mut self) -> Result<Vec<P::Built<'e>>, Error> {
        let mut all = Vec::with_capacity(self.pieces.len());
        for events in &self.pieces {
            all.push(self.peer.build(events)?);
        }
        Ok(all)
    }

    /// Bytes of all frames, which are written one over the other.
    fn encode_all(&mut self, built: &mut [P::Built<'e>]) -> Result<u64, Error> {
        let mut bytes = 0;
        for built in built {
            self.out.clear();
            self.peer.encode(built, &mut self.out)?;
            bytes += black_box(&self.out).len() as u64;
        }
        Ok(bytes)
    }

    fn decode_all(&mut self) -> Result<Sum, Error> {
        let mut sum = Sum::default();
        for frame in &self.frames {
            self.peer.decode(black_box(frame), &mut sum)?;
        }
        Ok(black_box(sum))
    }

    /// Writes the frames, and reads them to the last field.
    fn verify(&mut self) -> Result<bool, Error> {
        self.frames.clear();
        for built in &mut self.build_all()? {
            let mut frame = Vec::new();
            self.peer.encode(built, &mut frame)?;
            self.frames.push(frame);
        }
        let mut check = Check::default();
        for frame in &self.frames {
            self.peer.decode(frame, &mut check)?;
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
        let (built, Count { allocations: build_allocations, .. }) = counted(|| self.build_all());
        let mut built = built?;
        // The list that holds what was built is ours.
        let build_allocations = build_allocations.saturating_sub(1);
        let (bytes, Count { allocations: encode_allocations, .. }) = counted(|| self.encode_all(&mut built));
        let (sum, Count { allocations: decode_allocations, .. }) = counted(|| self.decode_all());
        self.check_sum(sum?)?;
        let (decode_peak, largest) = self.peak()?;
        Ok(Account {
            bytes: bytes?,
            build_allocations,
            encode_allocations,
            decode_allocations,
            decode_peak,
            largest,
            ids,
        })
    }

    fn round(&mut self) -> Result<Round, Error> {
        let (mut built, build) = timed(|| self.build_all())?;
        let (_, encode) = timed(|| self.encode_all(&mut built))?;
        drop(built);
        let (sum, decode) = timed(|| self.decode_all())?;
        self.check_sum(sum)?;
        Ok(Round { build, encode, decode })
    }
}
