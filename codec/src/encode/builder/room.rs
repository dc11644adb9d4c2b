//! Whether a batch has room for one more record: WRT-008.

use crate::constants::{MAX_RAW_LEN, MAX_RECORDS, MAX_STRINGS, PRELUDE_LEN};
use crate::view::{Need, Payload};

use super::{BatchBuilder, RecordInput};

impl BatchBuilder {
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
        [record.thread, record.node, record.run, record.task].into_iter().flatten().for_each(|text| need.text(text));
        let raw_len = (self.raw_len() + self.growth(record)).saturating_add(need.table).saturating_add(need.payload);
        self.records < MAX_RECORDS
            && self.strings.table().len() + need.strings <= MAX_STRINGS
            && raw_len <= MAX_RAW_LEN as usize
            && raw_len <= max_frame_len.saturating_sub(PRELUDE_LEN + self.metadata.len())
    }

    /// Bytes by which the columns grow, at most, and the tables of ids.
    fn growth(&self, record: &RecordInput<'_>) -> usize {
        let columns = &self.columns;
        let trace = record.trace_id.filter(|id| Some(*id) != self.default_trace);
        let grown = [
            columns.kind.growth(false),
            columns.time_delta_us.growth(record.time_us == self.time_us),
            columns.sequence_delta.growth(record.sequence.is_none_or(|sequence| sequence == self.sequence + 1)),
            columns.thread_ref.growth(record.thread.is_none()),
            columns.node_ref.growth(record.node.is_none()),
            columns.parent_delta.growth(record.parent.is_none()),
            columns.run_ref.growth(record.run.is_none()),
            columns.task_ref.growth(record.task.is_none()),
            columns.trace_ref.growth(trace.is_none()),
            columns.span_ref.growth(record.span_id.is_none()),
            columns.payload_len.growth(false),
        ];
        let ids = trace.map_or(0, |id| id.len() + Need::FIELD) + record.span_id.map_or(0, |id| id.len() + Need::FIELD);
        grown.into_iter().sum::<usize>() + ids
    }
}
