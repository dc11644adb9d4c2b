//! The prelude: `spec/prelude.md`.

use crate::codecs::Codec;
use crate::constants::{
    MAGIC, MAX_BODY_LEN, MAX_EPOCH, MAX_LANE, MAX_METADATA_LEN, MAX_RAW_LEN, MAX_SEQUENCE, PRELUDE_LEN, SCHEMA, VERSION,
};
use crate::crc;
use crate::error::{Code, Error};
use crate::reader::Reader;

/// The first 64 bytes of a frame, field by field. See `spec/prelude.md` for the ranges.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Prelude {
    /// Version of the frame format.
    pub version: u8,
    /// A bit for each thing that a reader has to know to decode the frame.
    pub critical_flags: u8,
    /// A bit for each thing that a reader may ignore.
    pub ancillary_flags: u8,
    /// CRC32C of the prelude without this field.
    pub prelude_crc: u32,
    /// CRC32C of the metadata.
    pub metadata_crc: u32,
    /// CRC32C of the body as stored.
    pub body_crc: u32,
    /// Bytes of the body as stored.
    pub body_len: u32,
    /// Bytes of the body after decompression.
    pub raw_len: u32,
    /// Bytes of the metadata.
    pub metadata_len: u16,
    /// Number of the codec that the body is stored with; see [`Codec`].
    pub codec: u8,
    /// Version of the record schema.
    pub schema: u8,
    /// Records in the body.
    pub record_count: u16,
    /// Records that had a number in the range and were dropped before sending.
    pub drop_count: u16,
    /// Who made the frame.
    pub producer_id: [u8; 16],
    /// First sequence number that the frame covers.
    pub base_sequence: u64,
    /// Which opening of the producer's state the frame belongs to.
    pub epoch: u32,
    /// Which ordered stream of the producer the frame belongs to.
    pub lane: u32,
}

impl Prelude {
    /// Reads the prelude of the frame that `bytes` begin with: PRE-001 to PRE-004.
    ///
    /// # Errors
    ///
    /// EMPTY, BAD_MAGIC, SHORT_PRELUDE, PRELUDE_CRC.
    pub fn read(bytes: &[u8]) -> Result<Self, Error> {
        match bytes.first() {
            // PRE-001
            None => return Err(Code::Empty.at(0, "PRE-001")),
            // PRE-002
            Some(&first) if first != MAGIC => return Err(Code::BadMagic.at(0, "PRE-002")),
            Some(_) => {}
        }
        // PRE-003
        let short = Code::ShortPrelude.at(bytes.len() as u64, "PRE-003");
        let prelude = bytes.first_chunk::<PRELUDE_LEN>().ok_or(short)?;
        let fields = Self::fields(prelude).ok_or(short)?;
        // PRE-004, PRE-026
        if crc::prelude_crc(prelude) != fields.prelude_crc {
            return Err(Code::PreludeCrc.at(4, "PRE-004"));
        }
        Ok(fields)
    }

    fn fields(prelude: &[u8; PRELUDE_LEN]) -> Option<Self> {
        let mut reader = Reader::new(prelude);
        reader.u8()?; // magic
        Some(Self {
            version: reader.u8()?,
            critical_flags: reader.u8()?,
            ancillary_flags: reader.u8()?,
            prelude_crc: reader.u32()?,
            metadata_crc: reader.u32()?,
            body_crc: reader.u32()?,
            body_len: reader.u32()?,
            raw_len: reader.u32()?,
            metadata_len: reader.u16()?,
            codec: reader.u8()?,
            schema: reader.u8()?,
            record_count: reader.u16()?,
            drop_count: reader.u16()?,
            producer_id: reader.array()?,
            base_sequence: reader.u64()?,
            epoch: reader.u32()?,
            lane: reader.u32()?,
        })
    }

    /// The checks PRE-005 to PRE-024, in their order.
    ///
    /// # Errors
    ///
    /// VERSION, CRITICAL_FLAG, SCHEMA, CODEC, METADATA_LEN, BODY_LEN, RAW_LEN, COUNT,
    /// SEQUENCE_RANGE, IDENTITY.
    pub fn check(&self) -> Result<(), Error> {
        self.check_support()?;
        self.check_ranges()
    }

    /// What may change in a later version: PRE-005 to PRE-008.
    fn check_support(&self) -> Result<(), Error> {
        // PRE-005
        if self.version != VERSION {
            return Err(Code::Version.at(1, "PRE-005"));
        }
        // PRE-006, PRE-025
        if self.critical_flags != 0 {
            return Err(Code::CriticalFlag.at(2, "PRE-006"));
        }
        // PRE-007
        if self.schema == 0 || self.schema > SCHEMA {
            return Err(Code::Schema.at(27, "PRE-007"));
        }
        // PRE-008
        if !Codec::from_number(self.codec).is_some_and(Codec::is_built_in) {
            return Err(Code::Codec.at(26, "PRE-008"));
        }
        Ok(())
    }

    /// What holds for every version: PRE-009 to PRE-024.
    pub(crate) fn check_ranges(&self) -> Result<(), Error> {
        self.check_lengths()?;
        self.check_raw_len()?;
        self.check_range()?;
        self.check_identity()
    }

    /// PRE-009 to PRE-012: the checks that the length of the frame depends on.
    pub(crate) fn check_lengths(&self) -> Result<(), Error> {
        // PRE-009
        if self.metadata_len == 0 {
            return Err(Code::MetadataLen.at(24, "PRE-009"));
        }
        // PRE-010
        if self.metadata_len > MAX_METADATA_LEN {
            return Err(Code::MetadataLen.at(24, "PRE-010"));
        }
        // PRE-011
        if self.body_len == 0 {
            return Err(Code::BodyLen.at(16, "PRE-011"));
        }
        // PRE-012
        if self.body_len > MAX_BODY_LEN {
            return Err(Code::BodyLen.at(16, "PRE-012"));
        }
        Ok(())
    }

    fn check_raw_len(&self) -> Result<(), Error> {
        // PRE-013
        if self.raw_len == 0 {
            return Err(Code::RawLen.at(20, "PRE-013"));
        }
        // PRE-014
        if self.raw_len > MAX_RAW_LEN {
            return Err(Code::RawLen.at(20, "PRE-014"));
        }
        // PRE-015
        if self.codec == 0 && self.raw_len != self.body_len {
            return Err(Code::RawLen.at(20, "PRE-015"));
        }
        // PRE-016
        if self.codec != 0 && self.body_len >= self.raw_len {
            return Err(Code::RawLen.at(20, "PRE-016"));
        }
        Ok(())
    }

    fn check_range(&self) -> Result<(), Error> {
        // PRE-017
        if self.record_count == 0 {
            return Err(Code::Count.at(28, "PRE-017"));
        }
        // PRE-018
        if u32::from(self.record_count) + 2 > self.raw_len {
            return Err(Code::Count.at(28, "PRE-018"));
        }
        // PRE-019
        if self.base_sequence == 0 {
            return Err(Code::SequenceRange.at(48, "PRE-019"));
        }
        // PRE-020
        if self.last_sequence() > MAX_SEQUENCE {
            return Err(Code::SequenceRange.at(48, "PRE-020"));
        }
        Ok(())
    }

    fn check_identity(&self) -> Result<(), Error> {
        // PRE-021
        if self.producer_id == [0; 16] {
            return Err(Code::Identity.at(32, "PRE-021"));
        }
        // PRE-022
        if self.epoch == 0 {
            return Err(Code::Identity.at(56, "PRE-022"));
        }
        // PRE-023
        if self.epoch > MAX_EPOCH {
            return Err(Code::Identity.at(56, "PRE-023"));
        }
        // PRE-024
        if self.lane > MAX_LANE {
            return Err(Code::Identity.at(60, "PRE-024"));
        }
        Ok(())
    }

    /// Whether the range and the counts may be believed, whatever version, flags, schema and codec
    /// say: PRE-009 to PRE-024 pass.
    #[must_use]
    pub fn is_countable(&self) -> bool {
        self.check_ranges().is_ok()
    }

    /// Bytes of the whole frame.
    #[must_use]
    pub const fn frame_len(&self) -> u64 {
        self.body_offset() + self.body_len as u64
    }

    /// Offset of the stored body in the frame.
    #[must_use]
    pub const fn body_offset(&self) -> u64 {
        PRELUDE_LEN as u64 + self.metadata_len as u64
    }

    /// How many sequence numbers the frame covers: records and declared drops.
    #[must_use]
    pub const fn span(&self) -> u32 {
        self.record_count as u32 + self.drop_count as u32
    }

    /// The last sequence number that the frame covers. Saturates at the ends of 64 bits, which only
    /// a prelude that fails [`Prelude::check`] can reach.
    #[must_use]
    pub const fn last_sequence(&self) -> u64 {
        self.base_sequence.saturating_add(self.span() as u64).saturating_sub(1)
    }

    /// The 64 bytes, with the CRC of the prelude computed (`prelude_crc` is not read).
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PRELUDE_LEN] {
        let mut sealed = *self;
        sealed.seal()
    }

    /// Computes `prelude_crc`, and gives the 64 bytes.
    pub(crate) fn seal(&mut self) -> [u8; PRELUDE_LEN] {
        self.prelude_crc = crc::prelude_crc(&self.layout());
        self.layout()
    }

    fn layout(&self) -> [u8; PRELUDE_LEN] {
        let mut bytes = [0; PRELUDE_LEN];
        let fields: [&[u8]; 15] = [
            &[MAGIC, self.version, self.critical_flags, self.ancillary_flags],
            &self.prelude_crc.to_le_bytes(),
            &self.metadata_crc.to_le_bytes(),
            &self.body_crc.to_le_bytes(),
            &self.body_len.to_le_bytes(),
            &self.raw_len.to_le_bytes(),
            &self.metadata_len.to_le_bytes(),
            &[self.codec],
            &[self.schema],
            &self.record_count.to_le_bytes(),
            &self.drop_count.to_le_bytes(),
            &self.producer_id,
            &self.base_sequence.to_le_bytes(),
            &self.epoch.to_le_bytes(),
            &self.lane.to_le_bytes(),
        ];
        for (place, byte) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        bytes
    }
}
