//! rkyv: an archive that is checked and then read in place. Not compressed, or it could not be.

use rkyv::rancor;
use rkyv::ser::allocator::Arena;
use rkyv::util::AlignedVec;
use rkyv::with::{InlineAsBox, Map};
use rkyv::{Archive, Serialize};

use crate::error::Error;
use crate::event::{Event, What};
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

/// Bytes to which an archive is aligned.
const ALIGNMENT: usize = 16;

#[derive(Default)]
pub(super) struct Rkyv {
    arena: Arena,
    archive: AlignedVec<ALIGNMENT>,
}

/// A frame.
#[derive(Archive, Serialize)]
pub(super) struct Batch<'e> {
    items: Vec<Item<'e>>,
}

#[derive(Archive, Serialize)]
pub(super) struct Item<'e> {
    id: [u8; 16],
    sequence: u64,
    t_us: u64,
    #[rkyv(with = InlineAsBox)]
    tenant: &'e str,
    #[rkyv(with = InlineAsBox)]
    thread: &'e str,
    #[rkyv(with = InlineAsBox)]
    node: &'e str,
    payload: Payload<'e>,
}

#[derive(Archive, Serialize)]
pub(super) enum Payload<'e> {
    GraphStart,
    GraphEnd,
    NodeStart,
    NodeEnd {
        duration_us: u64,
    },
    Token {
        #[rkyv(with = InlineAsBox)]
        request: &'e str,
        #[rkyv(with = InlineAsBox)]
        model: &'e str,
        index: u32,
        #[rkyv(with = InlineAsBox)]
        text: &'e str,
        last: bool,
    },
    ToolCall {
        #[rkyv(with = InlineAsBox)]
        call: &'e str,
        #[rkyv(with = InlineAsBox)]
        tool: &'e str,
        #[rkyv(with = InlineAsBox)]
        arguments: &'e str,
    },
    ToolResult {
        #[rkyv(with = InlineAsBox)]
        call: &'e str,
        #[rkyv(with = InlineAsBox)]
        tool: &'e str,
        #[rkyv(with = InlineAsBox)]
        result: &'e str,
        duration_us: u64,
    },
    Metrics {
        ints: Vec<Metric<'e, i64>>,
        floats: Vec<Metric<'e, f64>>,
    },
    StateDiff {
        ops: Vec<Operation<'e>>,
    },
}

#[derive(Archive, Serialize)]
pub(super) struct Metric<'e, T> {
    #[rkyv(with = InlineAsBox)]
    name: &'e str,
    value: T,
}

#[derive(Archive, Serialize)]
pub(super) struct Operation<'e> {
    op: u32,
    #[rkyv(with = InlineAsBox)]
    path: &'e str,
    #[rkyv(with = InlineAsBox)]
    from: &'e str,
    #[rkyv(with = Map<InlineAsBox>)]
    value: Option<&'e str>,
}

impl<'e> From<&'e Event> for Item<'e> {
    fn from(event: &'e Event) -> Self {
        Self {
            id: event.id,
            sequence: event.sequence,
            t_us: event.t_us,
            tenant: &event.tenant,
            thread: &event.thread,
            node: &event.node,
            payload: Payload::from(&event.what),
        }
    }
}

impl<'e> From<&'e What> for Payload<'e> {
    fn from(what: &'e What) -> Self {
        match what {
            What::GraphStart => Self::GraphStart,
            What::GraphEnd => Self::GraphEnd,
            What::NodeStart => Self::NodeStart,
            What::NodeEnd { duration_us } => Self::NodeEnd { duration_us: *duration_us },
            What::Token { request, model, index, text, last } => {
                Self::Token { request, model, index: *index, text, last: *last }
            }
            What::ToolCall { call, tool, arguments } => Self::ToolCall { call, tool, arguments },
            What::ToolResult { call, tool, result, duration_us } => {
                Self::ToolResult { call, tool, result, duration_us: *duration_us }
            }
            What::Metrics { ints, floats } => Self::Metrics {
                ints: ints.iter().map(|(name, value)| Metric { name, value: *value }).collect(),
                floats: floats.iter().map(|(name, value)| Metric { name, value: *value }).collect(),
            },
            What::StateDiff { ops } => {
                let operation = |op: &'e crate::event::Op| Operation {
                    op: op.op,
                    path: &op.path,
                    from: &op.from,
                    value: (!op.value.is_empty()).then_some(&*op.value),
                };
                Self::StateDiff { ops: ops.iter().map(operation).collect() }
            }
        }
    }
}

impl Peer for Rkyv {
    type Built<'e> = Batch<'e>;

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<Batch<'e>, Error> {
        Ok(Batch { items: events.iter().map(Item::from).collect() })
    }

    fn encode(&mut self, batch: &mut Batch<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let mut archive = std::mem::take(&mut self.archive);
        archive.clear();
        let written =
            rkyv::api::high::to_bytes_in_with_alloc::<_, _, rancor::Error>(&*batch, archive, self.arena.acquire());
        self.archive = written.map_err(Error::library)?;
        out.extend_from_slice(&self.archive);
        Ok(())
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        let batch = if frame.as_ptr().addr().is_multiple_of(ALIGNMENT) {
            rkyv::access::<ArchivedBatch<'_>, rancor::Error>(frame)
        } else {
            self.archive.clear();
            self.archive.extend_from_slice(frame);
            rkyv::access::<ArchivedBatch<'_>, rancor::Error>(&self.archive)
        };
        batch.map_err(Error::library)?.items.iter().for_each(|item| show(item, visit));
        Ok(())
    }
}

fn show(item: &ArchivedItem<'_>, visit: &mut impl Visit) {
    visit.id(&item.id);
    let head = Head {
        sequence: item.sequence.to_native(),
        t_us: item.t_us.to_native(),
        tenant: &item.tenant,
        thread: &item.thread,
        node: &item.node,
    };
    match &item.payload {
        ArchivedPayload::GraphStart => visit.event(head, View::GraphStart),
        ArchivedPayload::GraphEnd => visit.event(head, View::GraphEnd),
        ArchivedPayload::NodeStart => visit.event(head, View::NodeStart),
        ArchivedPayload::NodeEnd { duration_us } => {
            visit.event(head, View::NodeEnd { duration_us: duration_us.to_native() });
        }
        ArchivedPayload::Token { request, model, index, text, last } => {
            visit.event(head, View::Token { request, model, index: index.to_native(), text, last: *last });
        }
        ArchivedPayload::ToolCall { call, tool, arguments } => {
            visit.event(head, View::ToolCall { call, tool, arguments });
        }
        ArchivedPayload::ToolResult { call, tool, result, duration_us } => {
            visit.event(head, View::ToolResult { call, tool, result, duration_us: duration_us.to_native() });
        }
        ArchivedPayload::Metrics { ints, floats } => {
            visit.event(head, View::Metrics);
            ints.iter().for_each(|metric| visit.int(&metric.name, metric.value.to_native()));
            floats.iter().for_each(|metric| visit.float(&metric.name, metric.value.to_native()));
        }
        ArchivedPayload::StateDiff { ops } => {
            visit.event(head, View::StateDiff);
            for op in ops.iter() {
                let value = op.value.as_ref().map_or("", |value| value);
                visit.op(op.op.to_native(), &op.path, &op.from, value);
            }
        }
    }
}
