//! How the body is stored: `spec/codecs.md`.

mod compress;
mod decompress;
#[cfg(feature = "lz4")]
mod lz4_profile;
#[cfg(feature = "zstd")]
mod zstd_profile;

pub(crate) use compress::Compressor;
pub(crate) use decompress::Decompressor;

/// A codec of the registry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Codec {
    /// The stored body is the body.
    #[default]
    None = 0,
    /// One zstd frame. Levels 1..22.
    Zstd = 1,
    /// One LZ4 block. Level 1.
    Lz4 = 2,
}

impl Codec {
    /// Every codec of the registry.
    pub const ALL: &'static [Self] = &[Self::None, Self::Zstd, Self::Lz4];

    /// The number in the prelude.
    #[must_use]
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The codec with that number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<Self> {
        match number {
            0 => Some(Self::None),
            1 => Some(Self::Zstd),
            2 => Some(Self::Lz4),
            _ => None,
        }
    }

    /// The name in the registry.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Zstd => "zstd",
            Self::Lz4 => "lz4",
        }
    }

    /// Lowest and highest level of a writer; `None` where the codec has no levels.
    #[must_use]
    pub const fn levels(self) -> Option<(i32, i32)> {
        match self {
            Self::None => None,
            Self::Zstd => Some((1, 22)),
            Self::Lz4 => Some((1, 1)),
        }
    }

    /// Whether this build can read and write the codec.
    #[must_use]
    pub const fn is_built_in(self) -> bool {
        match self {
            Self::None => true,
            Self::Zstd => cfg!(feature = "zstd"),
            Self::Lz4 => cfg!(feature = "lz4"),
        }
    }
}

/// Where and why a stored body breaks the profile of its codec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct ProfileFault {
    /// Counts from the first byte of the stored body.
    offset: usize,
    requirement: &'static str,
}

impl ProfileFault {
    const fn new(offset: usize, requirement: &'static str) -> Self {
        Self { offset, requirement }
    }
}
