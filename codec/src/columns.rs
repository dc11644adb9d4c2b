//! A frame by its columns, for those who scan.

use crate::batch::Batch;
use crate::body;
use crate::reader::Varints;
use crate::wire::zigzag;

/// Reads a frame by its columns: what is asked for is put into a vector, one number a record, and nothing else is
/// looked at. The records' payloads are not judged; a record may yet turn out to be rejected.
///
/// ```
/// # use dashstream_codec::{Batch, Columns};
/// /// How many records of a kind a thread has.
/// fn count(batch: &Batch<'_>, thread: &str, kind: u32, room: &mut [Vec<u32>; 2]) -> usize {
///     let columns = Columns::of(batch);
///     let [kinds, threads] = room;
///     // One string may stand in a table twice, so it can have more than one ref.
///     let names: Vec<bool> = batch.strings().iter().map(|text| text == thread).collect();
///     let is_named = |thread: u32| thread != 0 && names.get(thread as usize - 1) == Some(&true);
///     let rows = columns.kinds(kinds).iter().zip(columns.thread_refs(threads));
///     rows.filter(|row| *row.0 == kind && is_named(*row.1)).count()
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    columns: body::Columns<'a>,
    records: usize,
    before: u64,
    base_time_us: u64,
}

impl<'a> Columns<'a> {
    /// The columns of a frame.
    #[must_use]
    pub fn of(batch: &'a Batch<'_>) -> Self {
        Self {
            columns: batch.body().columns,
            records: batch.len(),
            before: batch.prelude().base_sequence - 1,
            base_time_us: batch.metadata().base_time_us(),
        }
    }

    /// Records in the frame: what every slice has.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "a frame has at least one record")]
    pub const fn len(&self) -> usize {
        self.records
    }

    /// Kinds, never 0. What `out` held is forgotten, here as in all others.
    pub fn kinds<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.kind, out)
    }

    /// Sequence numbers, 1..2^53-1.
    pub fn sequences<'o>(&self, out: &'o mut Vec<u64>) -> &'o [u64] {
        let mut sequence = self.before;
        // BODY-015
        self.fill(self.columns.sequence_delta, 1, out, |delta| {
            sequence += delta;
            sequence
        })
    }

    /// Microseconds since 1970-01-01T00:00:00Z, 0..2^53-1.
    pub fn times_us<'o>(&self, out: &'o mut Vec<u64>) -> &'o [u64] {
        let mut time = self.base_time_us;
        // BODY-012
        self.fill(self.columns.time_delta_us, 0, out, |delta| {
            time = time.wrapping_add_signed(zigzag(delta));
            time
        })
    }

    /// Refs of threads, for [`Batch::strings`]; 0 for none.
    pub fn thread_refs<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.thread_ref, out)
    }

    /// Refs of nodes; 0 for none.
    pub fn node_refs<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.node_ref, out)
    }

    /// Refs of runs; 0 for none.
    pub fn run_refs<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.run_ref, out)
    }

    /// Refs of tasks; 0 for none.
    pub fn task_refs<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.task_ref, out)
    }

    /// Bytes of the payloads, which lie one after another in [`Batch::raw_body`].
    pub fn payload_lens<'o>(&self, out: &'o mut Vec<u32>) -> &'o [u32] {
        self.narrow(self.columns.payload_len, out)
    }

    fn narrow<'o>(&self, column: Option<body::Column<'_>>, out: &'o mut Vec<u32>) -> &'o [u32] {
        let bytes = body::bytes(column);
        if bytes.is_ascii() && !bytes.is_empty() {
            out.clear();
            out.extend(bytes.iter().map(|value| u32::from(*value)));
            return out;
        }
        // WIRE-009
        self.fill(column, 0, out, |value| u32::try_from(value).unwrap_or(u32::MAX))
    }

    /// BODY-015: an absent column has no values, and its default is taken instead.
    fn fill<'o, T>(
        &self,
        column: Option<body::Column<'_>>,
        default: u64,
        out: &'o mut Vec<T>,
        mut value: impl FnMut(u64) -> T,
    ) -> &'o [T] {
        out.clear();
        out.reserve(self.records);
        match column {
            Some(column) => out.extend(Varints::new(column.bytes()).map(value)),
            None => out.extend((0..self.records).map(|_| value(default))),
        }
        out
    }
}
