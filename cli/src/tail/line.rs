//! A record in a line, for people.

use dashstream_codec::Record;
use dashstream_codec::view::Payload;
use dashstream_proto::kinds;

use crate::term::{BAD, DIM, NAME, TITLE, printable, time};

/// Characters of a text that are shown.
const SHORT: usize = 100;

/// Time, kind, thread, node and a short text.
pub(super) fn line(tenant: &str, record: &Record<'_>) -> String {
    let kind = kinds::name_of(record.kind).map_or_else(|| record.kind.to_string(), str::to_owned);
    let style = if record.kind == kinds::ERROR_REPORT { BAD } else { TITLE };
    let mut line = format!("{DIM}{}{DIM:#}  {style}{kind}{style:#}  {}", time(record.time_us), printable(tenant));
    for (name, text) in [("thread", record.thread), ("run", record.run), ("node", record.node)] {
        if let Some(text) = text {
            line.push_str(&format!("  {NAME}{name}{NAME:#} {}", printable(text)));
        }
    }
    let text = text(&record.view);
    if !text.is_empty() {
        line.push_str("  ");
        line.push_str(&short(&text));
    }
    line
}

/// The beginning of a text, without what does not belong on a terminal.
fn short(text: &str) -> String {
    let mut begin: String = text.chars().take(SHORT).collect();
    if begin.len() < text.len() {
        begin.push('\u{2026}');
    }
    printable(&begin)
}

/// What a payload says, in few words; empty where it says nothing for people.
fn text(payload: &Payload<'_>) -> String {
    let name = |name: Option<&str>| name.unwrap_or_default().to_owned();
    match payload {
        Payload::TokenChunk(token) => String::from_utf8_lossy(token.text).into_owned(),
        Payload::Thinking(token) => String::from_utf8_lossy(token.text).into_owned(),
        Payload::NodeEnd(end) => format!("{} ms", end.duration_us / 1_000),
        Payload::Edge(edge) => {
            let to: Vec<_> = edge.to.iter().flatten().collect();
            format!("{} to {}", name(edge.from), to.join(", "))
        }
        Payload::LlmStart(start) => name(start.model),
        Payload::LlmEnd(end) => format!("{} {} in, {} out", name(end.model), end.input_tokens, end.output_tokens),
        Payload::ToolCall(call) => format!("{}({})", name(call.tool), call.arguments),
        Payload::ToolResult(result) => format!("{}: {}", name(result.tool), result.result),
        Payload::Metrics(metrics) => {
            let ints = metrics.int_name.iter().zip(metrics.int_value.iter());
            let floats = metrics.float_name.iter().zip(metrics.float_value.iter());
            let ints = ints.map(|(metric, value)| format!("{}={value}", name(metric)));
            let floats = floats.map(|(metric, value)| format!("{}={value}", name(metric)));
            ints.chain(floats).collect::<Vec<_>>().join(" ")
        }
        Payload::StateDiff(diff) => {
            let paths: Vec<_> = diff.ops.iter().filter_map(|op| op.path).collect();
            paths.join(" ")
        }
        Payload::ErrorReport(error) => format!("{}: {}", name(error.error_type), error.message),
        Payload::HumanRequest(request) => request.prompt.to_owned(),
        _ => String::new(),
    }
}
