//! Who takes part.

use dashstream_codec::Codec;

use crate::corpus::{Corpus, Options as CorpusOptions, generate};
use crate::error::Error;
use crate::limits::{Limit, Work};
use crate::ours::{DashStream, Options};
use crate::subject::{Lane, Subject};

/// What stands for our side where nothing else is said.
pub const OURS: &str = "DashStream, zstd-1";
/// At the level that the peers have by default.
pub const OURS_ZSTD3: &str = "DashStream, zstd-3";
/// Payloads are decoded into messages that own their texts.
pub const OURS_OWNED: &str = "DashStream, zstd-1, owned";
/// Without the list of contexts in the metadata.
pub const OURS_BARE: &str = "DashStream, zstd-1, no contexts";
/// With texts in many scripts.
pub const OURS_NON_ASCII: &str = "DashStream, zstd-1, non-ASCII twin";
/// With as many records as a frame may have.
pub const OURS_LONG: &str = "DashStream, zstd-1, long";

/// Our side, in the order of tables.
fn variants() -> [(&'static str, Options); 6] {
    let zstd = |level| Options::new(Codec::Zstd, Some(level));
    [
        ("DashStream, none", Options::new(Codec::None, None)),
        ("DashStream, lz4", Options::new(Codec::Lz4, None)),
        (OURS, zstd(1)),
        (OURS_ZSTD3, zstd(3)),
        (OURS_BARE, Options { contexts: false, ..zstd(1) }),
        (OURS_OWNED, Options { owned: true, ..zstd(1) }),
    ]
}

/// Our side with frames of `records` records.
///
/// # Errors
///
/// A writer cannot be made.
pub fn ours<'e>(corpus: &'e Corpus, records: usize) -> Result<Vec<Box<dyn Subject + 'e>>, Error> {
    let lane = |(name, options)| one(name, options, corpus, records);
    variants().into_iter().map(lane).collect()
}

fn one<'e>(name: &str, options: Options, corpus: &'e Corpus, records: usize) -> Result<Box<dyn Subject + 'e>, Error> {
    Ok(Box::new(Lane::new(name, corpus, records, move || DashStream::new(options))?))
}

/// What cannot be beaten, over our bodies of `records` records.
///
/// # Errors
///
/// The codec refuses an event.
pub fn limits<'e>(corpus: &Corpus, records: usize) -> Result<Vec<Box<dyn Subject + 'e>>, Error> {
    let works = [Work::Memcpy, Work::Crc32c, Work::Lz4, Work::Lz4Crc32c, Work::Zstd1Crc32c, Work::Zstd1Checksum];
    works.into_iter().map(|work| Ok(Box::new(Limit::new(work, corpus, records)?) as Box<dyn Subject>)).collect()
}

/// Corpora of their own for what a corpus cannot show of itself.
#[derive(Clone, Debug)]
pub struct Twins {
    non_ascii: Corpus,
    long: Corpus,
}

/// Records of the longest frame.
pub const LONG: usize = 65_535;
/// Records of the frames that others are compared with.
pub const RECORDS: usize = 1_000;

impl Twins {
    /// The twins of a generated corpus with these options.
    #[must_use]
    pub fn new(options: &CorpusOptions) -> Self {
        let non_ascii = generate(&CorpusOptions { non_ascii: true, ..*options });
        Self { non_ascii, long: generate(&CorpusOptions { events: LONG, ..*options }) }
    }

    /// Our side on them.
    ///
    /// # Errors
    ///
    /// A writer cannot be made.
    pub fn subjects(&self) -> Result<Vec<Box<dyn Subject + '_>>, Error> {
        let options = Options::new(Codec::Zstd, Some(1));
        let mut subjects = vec![one(OURS_NON_ASCII, options, &self.non_ascii, RECORDS)?];
        for records in [RECORDS, LONG] {
            subjects.push(one(OURS_LONG, options, &self.long, records)?);
        }
        Ok(subjects)
    }
}
