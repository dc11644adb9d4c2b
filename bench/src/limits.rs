//! The limits: what a frame's body costs when nothing is made of it.

use std::hint::black_box;
use std::time::Duration;

use dashstream_codec::constants::PRELUDE_LEN;
use dashstream_codec::{Codec, Prelude};
use zstd::zstd_safe::{CCtx, CParameter, DCtx, compress_bound};

use crate::clock::timed;
use crate::corpus::Corpus;
use crate::error::Error;
use crate::ours::{DashStream, Options};
use crate::peer::Peer;
use crate::subject::{Account, Round, Subject};

/// What is done to the bodies, one way and back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// Copied.
    Memcpy,
    /// CRC32C.
    Crc32c,
    /// FNV-1a, byte by byte: a chain of multiplications, which goes as fast as the processor's clock does and no
    /// faster for wide registers or memory.
    Fnv,
    /// Compressed with zstd at level 1, and CRC32C of the result.
    Zstd1Crc32c,
    /// The same with the checksum of the content that the specification asks for (ZST-004).
    Zstd1Checksum,
    /// Compressed with LZ4, and CRC32C of the result.
    Lz4Crc32c,
    /// Compressed with LZ4.
    Lz4,
}

impl Work {
    /// The name in tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memcpy => "limit: memcpy",
            Self::Crc32c => "limit: CRC32C",
            Self::Fnv => "limit: FNV-1a",
            Self::Zstd1Crc32c => "limit: zstd-1 + CRC32C",
            Self::Zstd1Checksum => "limit: zstd-1 with checksum + CRC32C",
            Self::Lz4Crc32c => "limit: lz4 + CRC32C",
            Self::Lz4 => "limit: lz4",
        }
    }
}

/// A limit, over our bodies of a corpus.
pub struct Limit {
    work: Work,
    records: usize,
    events: usize,
    bodies: Vec<Vec<u8>>,
    stored: Vec<Vec<u8>>,
    tools: Tools,
}

/// Contexts and room that are kept, as the codec keeps its own.
struct Tools {
    compressor: CCtx<'static>,
    decompressor: DCtx<'static>,
    out: Vec<u8>,
}

impl Limit {
    /// Our bodies of a corpus, `records` events each.
    ///
    /// # Errors
    ///
    /// The codec refuses an event.
    pub fn new(work: Work, corpus: &Corpus, records: usize) -> Result<Self, Error> {
        let bodies = bodies(corpus, records)?;
        let room = bodies.iter().map(Vec::len).max().unwrap_or_default();
        let room = compress_bound(room).max(lz4_flex::block::get_maximum_output_size(room));
        let mut compressor = CCtx::create();
        for parameter in [CParameter::CompressionLevel(1), CParameter::ChecksumFlag(work == Work::Zstd1Checksum)] {
            let set = compressor.set_parameter(parameter);
            set.map_err(|code| Error::library(zstd::zstd_safe::get_error_name(code)))?;
        }
        let mut tools = Tools { compressor, decompressor: DCtx::create(), out: vec![0; room] };
        let stored = bodies.iter().map(|body| tools.there(work, body).map(<[u8]>::to_vec)).collect::<Result<_, _>>()?;
        Ok(Self { work, records, events: corpus.events.len(), bodies, stored, tools })
    }

    /// Bytes of the bodies before compression.
    #[must_use]
    pub fn raw_len(&self) -> usize {
        self.bodies.iter().map(Vec::len).sum()
    }

    fn there(&mut self) -> Result<(), Error> {
        for body in &self.bodies {
            black_box(self.tools.there(self.work, black_box(body))?);
        }
        Ok(())
    }

    fn back(&mut self) -> Result<(), Error> {
        for (stored, body) in self.stored.iter().zip(&self.bodies) {
            black_box(self.tools.back(self.work, black_box(stored), body.len())?);
        }
        Ok(())
    }
}

/// Our bodies before compression.
///
/// # Errors
///
/// The codec refuses an event.
pub fn bodies(corpus: &Corpus, records: usize) -> Result<Vec<Vec<u8>>, Error> {
    let mut ours = DashStream::new(Options::new(Codec::None, None))?;
    let mut bodies = Vec::new();
    for mut events in corpus.pieces(records) {
        let mut frame = Vec::new();
        ours.encode(&mut events, &mut frame)?;
        let begin = PRELUDE_LEN + usize::from(Prelude::read(&frame)?.metadata_len);
        bodies.push(frame.get(begin..).unwrap_or_default().to_vec());
    }
    Ok(bodies)
}

fn fnv(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

impl Tools {
    /// From a body to what is stored.
    #[inline]
    fn there<'t>(&'t mut self, work: Work, body: &'t [u8]) -> Result<&'t [u8], Error> {
        let len = match work {
            Work::Memcpy => return Ok(self.copy(body)),
            Work::Crc32c => {
                black_box(crc32c::crc32c(body));
                return Ok(body);
            }
            Work::Fnv => {
                black_box(fnv(body));
                return Ok(body);
            }
            Work::Zstd1Crc32c | Work::Zstd1Checksum => {
                let compressed = self.compressor.compress2(&mut self.out[..], body);
                compressed.map_err(|code| Error::library(zstd::zstd_safe::get_error_name(code)))?
            }
            Work::Lz4Crc32c | Work::Lz4 => {
                lz4_flex::block::compress_into(body, &mut self.out).map_err(Error::library)?
            }
        };
        let stored = self.out.get(..len).unwrap_or_default();
        if work != Work::Lz4 {
            black_box(crc32c::crc32c(stored));
        }
        Ok(stored)
    }

    /// From what is stored to a body of `len` bytes.
    #[inline]
    fn back<'t>(&'t mut self, work: Work, stored: &'t [u8], len: usize) -> Result<&'t [u8], Error> {
        if matches!(work, Work::Memcpy | Work::Crc32c | Work::Fnv) {
            return self.there(work, stored);
        }
        if work != Work::Lz4 {
            black_box(crc32c::crc32c(stored));
        }
        let body = self.out.get_mut(..len).unwrap_or_default();
        let written = if matches!(work, Work::Zstd1Crc32c | Work::Zstd1Checksum) {
            let decompressed = self.decompressor.decompress(body, stored);
            decompressed.map_err(|code| Error::library(zstd::zstd_safe::get_error_name(code)))?
        } else {
            lz4_flex::block::decompress_into(stored, body).map_err(Error::library)?
        };
        Ok(self.out.get(..written).unwrap_or_default())
    }

    fn copy(&mut self, body: &[u8]) -> &[u8] {
        let place = self.out.get_mut(..body.len()).unwrap_or_default();
        place.copy_from_slice(body);
        place
    }
}

impl Subject for Limit {
    fn name(&self) -> &str {
        self.work.name()
    }

    fn records(&self) -> usize {
        self.records
    }

    fn events(&self) -> usize {
        self.events
    }

    fn account(&mut self) -> Result<Account, Error> {
        for (stored, body) in self.stored.iter().zip(&self.bodies) {
            if self.tools.back(self.work, stored, body.len())? != body.as_slice() {
                return Err(Error::library("a body does not come back"));
            }
        }
        let bytes = self.stored.iter().map(|stored| stored.len() as u64).sum();
        Ok(Account { bytes, ..Account::default() })
    }

    fn round(&mut self) -> Result<Round, Error> {
        let ((), encode) = timed(|| self.there())?;
        let ((), decode) = timed(|| self.back())?;
        Ok(Round { build: Duration::ZERO, encode, decode })
    }
}
