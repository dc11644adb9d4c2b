//! JSON Lines, by serde_json; texts without escapes are read where they lie.

use super::pack::{Packer, Packing};
use crate::corpus::line::{Line, Number, Type};
use crate::error::Error;
use crate::event::Event;
use crate::peer::Peer;
use crate::visit::{Head, View, Visit};

pub(super) struct Json(Packer);

impl Json {
    pub(super) fn new(packing: Packing) -> Result<Self, Error> {
        Ok(Self(Packer::new(packing)?))
    }
}

impl Peer for Json {
    type Built<'e> = &'e [Event];

    fn build<'e>(&mut self, events: &'e [Event]) -> Result<&'e [Event], Error> {
        Ok(events)
    }

    fn encode(&mut self, events: &mut &[Event], out: &mut Vec<u8>) -> Result<(), Error> {
        self.0.pack(out, |raw| {
            for event in *events {
                serde_json::to_writer(&mut *raw, event).map_err(Error::library)?;
                raw.push(b'\n');
            }
            Ok(())
        })
    }

    fn decode(&mut self, frame: &[u8], visit: &mut impl Visit) -> Result<(), Error> {
        for line in self.0.unpack(frame)?.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            show(&serde_json::from_slice(line).map_err(Error::library)?, visit)?;
        }
        Ok(())
    }
}

fn show(line: &Line<'_>, visit: &mut impl Visit) -> Result<(), Error> {
    let mut id = [0; 16];
    hex::decode_to_slice(line.id.as_bytes(), &mut id).map_err(Error::library)?;
    visit.id(&id);
    let head =
        Head { sequence: line.sequence, t_us: line.t_us, tenant: &line.tenant, thread: &line.thread, node: &line.node };
    let (call, tool, duration_us) = (&line.call, &line.tool, line.duration_us);
    match line.r#type {
        Type::GraphStart => visit.event(head, View::GraphStart),
        Type::GraphEnd => visit.event(head, View::GraphEnd),
        Type::NodeStart => visit.event(head, View::NodeStart),
        Type::NodeEnd => visit.event(head, View::NodeEnd { duration_us }),
        Type::Token => {
            let (request, model, text) = (&line.request, &line.model, &line.text);
            visit.event(head, View::Token { request, model, index: line.index, text, last: line.r#final });
        }
        Type::ToolCall => visit.event(head, View::ToolCall { call, tool, arguments: &line.arguments }),
        Type::ToolResult => visit.event(head, View::ToolResult { call, tool, result: &line.result, duration_us }),
        Type::Metrics => {
            visit.event(head, View::Metrics);
            for (name, number) in &line.metrics.0 {
                match number {
                    Number::Int(value) => visit.int(&name.0, *value),
                    Number::Float(value) => visit.float(&name.0, *value),
                }
            }
        }
        Type::StateDiff => {
            visit.event(head, View::StateDiff);
            line.ops.iter().for_each(|op| visit.op(op.number(), &op.path, &op.from, op.value()));
        }
    }
    Ok(())
}
