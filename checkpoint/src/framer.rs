//! From a state to the entries of a file.

use dashstream_codec::file::FileWriter;
use dashstream_codec::view::{Attribute, CheckpointChunk, CheckpointManifest};
use dashstream_codec::{BatchBuilder, EncodeError, Encoder, EncoderConfig, FrameHeader, RecordInput};
use dashstream_proto::v1;

use crate::model::Summary;

/// Bytes of a frame that is made at the most: all that a reader takes.
const MAX_FRAME_LEN: usize = 9 << 20;

/// Makes the frames of one segment.
#[derive(Debug)]
pub(crate) struct Framer {
    batch: BatchBuilder,
    encoder: Encoder,
    header: FrameHeader,
    metadata: v1::Metadata,
    entry: Vec<u8>,
    frame: Vec<u8>,
}

/// What is written of a checkpoint or of a pending write.
pub(crate) struct Content<'a> {
    pub(crate) thread: &'a str,
    pub(crate) summary: &'a Summary,
    /// The attributes, the store's own among them.
    pub(crate) attributes: &'a [(String, String)],
    pub(crate) bytes: &'a [u8],
    /// Bytes of a chunk, at least 1.
    pub(crate) chunk_len: usize,
}

impl Framer {
    /// `random` is 24 random bytes: who writes, and its boot nonce.
    pub(crate) fn new(random: [u8; 24], tenant: &str, config: EncoderConfig) -> Result<Self, EncodeError> {
        let mut producer_id = [1; 16];
        producer_id.iter_mut().zip(random).for_each(|(to, byte)| *to = byte);
        // PRE-021: as likely as any other.
        if producer_id == [0; 16] {
            producer_id = [1; 16];
        }
        let header = FrameHeader { producer_id, epoch: 1, lane: 0, base_sequence: 1, ancillary_flags: None };
        let boot_nonce = random.get(16..).unwrap_or_default().to_vec();
        let metadata = v1::Metadata { tenant: tenant.to_owned(), boot_nonce, ..Default::default() };
        Ok(Self {
            batch: BatchBuilder::new(header, &metadata)?,
            encoder: Encoder::new(EncoderConfig { max_frame_len: MAX_FRAME_LEN, ..config })?,
            header,
            metadata,
            entry: Vec::new(),
            frame: Vec::new(),
        })
    }

    /// Gives `out` the entries, one after another. An error of encoding comes before the first of them.
    pub(crate) fn entries<E: From<EncodeError>>(
        &mut self,
        file: FileWriter,
        content: &Content<'_>,
        mut out: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<(), E> {
        // CKP-014
        let mut chunks = content.bytes.chunks(content.chunk_len.max(1));
        self.begin(content)?;
        self.chunk(content, 0, chunks.next().unwrap_or_default())?;
        out(self.seal(file)?)?;
        for (index, data) in (1_u32..).zip(chunks) {
            self.batch.restart(self.header, &self.metadata)?;
            self.chunk(content, index, data)?;
            out(self.seal(file)?)?;
        }
        Ok(())
    }

    fn begin(&mut self, content: &Content<'_>) -> Result<(), EncodeError> {
        let Content { summary, attributes, .. } = content;
        self.batch.restart(self.header, &self.metadata)?;
        let count = content.bytes.len().div_ceil(content.chunk_len.max(1)).max(1);
        let attributes: Vec<Attribute<'_>> =
            attributes.iter().map(|(key, value)| Attribute { key: Some(key), value }).collect();
        let manifest = CheckpointManifest {
            generation: summary.generation,
            parent_generation: summary.parent.unwrap_or(0),
            chunk_count: u32::try_from(count).unwrap_or(u32::MAX),
            total_len: summary.len,
            sha256: &summary.sha256,
            content_type: Some(summary.content_type.as_str()).filter(|text| !text.is_empty()),
            attributes: attributes.as_slice().into(),
        };
        self.batch.push_view(record(content), &manifest)
    }

    fn chunk(&mut self, content: &Content<'_>, index: u32, data: &[u8]) -> Result<(), EncodeError> {
        let chunk = CheckpointChunk { generation: content.summary.generation, index, data };
        self.batch.push_view(record(content), &chunk)
    }

    /// The entry of the batch.
    fn seal(&mut self, file: FileWriter) -> Result<&[u8], EncodeError> {
        self.frame.clear();
        let info = self.batch.finish(&mut self.encoder, &mut self.frame)?;
        self.header.base_sequence = info.prelude.last_sequence() + 1;
        self.entry.clear();
        file.append(&self.frame, &mut self.entry);
        Ok(&self.entry)
    }
}

fn record<'a>(content: &Content<'a>) -> RecordInput<'a> {
    RecordInput { time_us: content.summary.time_us, thread: Some(content.thread), ..RecordInput::default() }
}
