//! How long a body has become, and whether it has room for one more record: WRT-007, WRT-008.

use crate::constants::{MAX_RAW_LEN, MAX_RECORDS, MAX_STRINGS, PRELUDE_LEN};
use crate::view::{Need, Payload};

use super::BatchBuilder;
use crate::encode::columns::{Rare, Row};
use crate::encode::input::RecordInput;
use crate::encode::put;

impl BatchBuilder {
    /// Bytes of the body before compression, at most. It is seldom a twentieth more than what the body comes to, for
    /// kinds, refs and lengths count as if each were as long as the longest.
    #[must_use]
    pub fn raw_len_at_most(&self) -> usize {
        self.strings.encoded().len() + self.columns.len_at_most(self.trace_ids.bytes(), self.span_ids.bytes())
    }

    /// Whether the frame, with this record too, is surely one of at most `max_frame_len` bytes, compressed or not, and
    /// within the limits of the format. Where it is not, the record is for the next frame: seal this one first. For a
    /// record that is pushed encoded the payload is [`Payload::Opaque`].
    ///
    /// It is an estimate that takes too much rather than too little: every text counts as one that is not in the table
    /// yet. An empty batch has room for anything: whether the record fits a frame at all is then for
    /// [`push_payload`](Self::push_payload) and [`finish`](Self::finish) to say.
    #[must_use]
    pub fn has_room(&self, record: &RecordInput<'_>, payload: &Payload<'_>, max_frame_len: usize) -> bool {
        // WRT-008
        if self.is_empty() {
            return true;
        }
        let mut need = payload.need();
        record.texts().into_iter().flatten().for_each(|text| need.text(text));
        let strings = self.strings.len() + need.strings;
        let kind = payload.kind().unwrap_or(record.kind);
        let raw_len = (self.raw_len_at_most() + self.growth(record, kind, strings, need.payload))
            .saturating_add(need.table)
            .saturating_add(need.payload);
        let metadata = self.metadata.len() + self.contexts.encoded().len() + self.contexts.growth(record);
        self.records < MAX_RECORDS
            && strings <= MAX_STRINGS
            && raw_len <= MAX_RAW_LEN as usize
            && raw_len <= max_frame_len.saturating_sub(PRELUDE_LEN + metadata)
    }

    /// Bytes by which the columns grow, at most, and the tables of ids, where there will be so many strings.
    fn growth(&self, record: &RecordInput<'_>, kind: u32, strings: usize, payload_len: usize) -> usize {
        // A number with as many bits as the last ref has.
        let highest = u32::try_from(strings).unwrap_or(u32::MAX);
        let string_ref = |text: Option<&str>| text.map_or(0, |_| highest);
        let row = Row {
            kind,
            thread_ref: string_ref(record.thread),
            node_ref: string_ref(record.node),
            payload_len: u32::try_from(payload_len).unwrap_or(u32::MAX),
            time_delta_us: put::zigzag(record.time_us.cast_signed().wrapping_sub(self.time_us.cast_signed())),
        };
        let trace = record.trace_id.filter(|id| Some(*id) != self.ground.trace_id);
        let rare = Rare {
            sequence_delta: record.sequence.map_or(1, |sequence| sequence.wrapping_sub(self.sequence)),
            parent_delta: record.parent.map_or(0, |_| 1),
            run_ref: string_ref(record.run),
            task_ref: string_ref(record.task),
            trace_ref: trace.map_or(0, |_| 1),
            span_ref: record.span_id.map_or(0, |_| 1),
        };
        let ids = trace.map_or(0, |id| id.len() + Need::FIELD) + record.span_id.map_or(0, |id| id.len() + Need::FIELD);
        self.columns.growth(&row, &rare) + ids
    }
}
