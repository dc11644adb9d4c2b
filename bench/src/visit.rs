//! Where the fields go that a decoder reads.
//!
//! Every side shows every field of every event to a [`Visit`]. While time is taken that is a [`Sum`], which touches
//! both ends of every text; before that it is a [`Check`], which compares all of it with the corpus.

use crate::error::Error;
use crate::event::{Event, Op, What};

/// The fields that every event has.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a> {
    /// Place among the events of the tenant, from 1.
    pub sequence: u64,
    /// Microseconds since 1970-01-01T00:00:00Z.
    pub t_us: u64,
    /// Whose the event is.
    pub tenant: &'a str,
    /// Thread; empty where there is none.
    pub thread: &'a str,
    /// Graph node; empty where there is none.
    pub node: &'a str,
}

/// What happened, borrowed. The fields are those of [`What`].
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are described at `What`")]
pub enum View<'a> {
    GraphStart,
    GraphEnd,
    NodeStart,
    NodeEnd { duration_us: u64 },
    Token { request: &'a str, model: &'a str, index: u32, text: &'a str, last: bool },
    ToolCall { call: &'a str, tool: &'a str, arguments: &'a str },
    ToolResult { call: &'a str, tool: &'a str, result: &'a str, duration_us: u64 },
    Metrics,
    StateDiff,
}

/// What a decoder shows the fields to.
pub trait Visit {
    /// The name of the next event, where the format carries one.
    fn id(&mut self, id: &[u8]);
    /// An event.
    fn event(&mut self, head: Head<'_>, view: View<'_>);
    /// A whole number of the last event, which is `Metrics`.
    fn int(&mut self, name: &str, value: i64);
    /// Another number of the last event, which is `Metrics`.
    fn float(&mut self, name: &str, value: f64);
    /// An operation of the last event, which is `StateDiff`.
    fn op(&mut self, op: u32, path: &str, from: &str, value: &str);
}

/// Adds up what it is shown, in any order. Two sides that read the same have the same sum.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// All fields but the ids.
    pub fields: u64,
    /// The ids.
    pub ids: u64,
}

impl Sum {
    #[inline]
    fn number(&mut self, value: u64) {
        self.fields = self.fields.wrapping_add(value);
    }

    #[inline]
    fn text(&mut self, text: &str) {
        self.number(ends(text.as_bytes()));
    }
}

/// The length and both ends of a text, in one number.
#[inline]
fn ends(bytes: &[u8]) -> u64 {
    let byte = |byte: Option<&u8>| byte.copied().map_or(0, u64::from);
    (bytes.len() as u64) << 16 | byte(bytes.first()) << 8 | byte(bytes.last())
}

impl Visit for Sum {
    #[inline]
    fn id(&mut self, id: &[u8]) {
        self.ids = self.ids.wrapping_add(ends(id));
    }

    // Where it is called the kind of event is known, and what is to be added up with it.
    #[inline(always)]
    fn event(&mut self, head: Head<'_>, view: View<'_>) {
        self.number(head.sequence);
        self.number(head.t_us);
        self.text(head.tenant);
        self.text(head.thread);
        self.text(head.node);
        match view {
            View::GraphStart => self.number(1 << 40),
            View::GraphEnd => self.number(2 << 40),
            View::NodeStart => self.number(3 << 40),
            View::NodeEnd { duration_us } => self.number((4 << 40) + duration_us),
            View::Token { request, model, index, text, last } => {
                self.number((5 << 40) + u64::from(index) + u64::from(last));
                self.text(request);
                self.text(model);
                self.text(text);
            }
            View::ToolCall { call, tool, arguments } => {
                self.number(6 << 40);
                self.text(call);
                self.text(tool);
                self.text(arguments);
            }
            View::ToolResult { call, tool, result, duration_us } => {
                self.number((7 << 40) + duration_us);
                self.text(call);
                self.text(tool);
                self.text(result);
            }
            View::Metrics => self.number(8 << 40),
            View::StateDiff => self.number(9 << 40),
        }
    }

    #[inline]
    fn int(&mut self, name: &str, value: i64) {
        self.text(name);
        self.number(value.cast_unsigned());
    }

    #[inline]
    fn float(&mut self, name: &str, value: f64) {
        self.text(name);
        self.number(value.to_bits());
    }

    #[inline]
    fn op(&mut self, op: u32, path: &str, from: &str, value: &str) {
        self.number(u64::from(op));
        self.text(path);
        self.text(from);
        self.text(value);
    }
}

/// Puts together again what it is shown.
#[derive(Clone, Debug, Default)]
pub struct Check {
    events: Vec<Event>,
    ids: Vec<Vec<u8>>,
}

impl Check {
    /// Whether the events are the expected ones to the last field, and with their ids, or all without. Returns
    /// whether they have them.
    ///
    /// # Errors
    ///
    /// The first event that is different.
    pub fn compare(self, expected: &[Event]) -> Result<bool, Error> {
        let different = |index, problem: String| Err(Error::Different { index, problem });
        if self.events.len() != expected.len() {
            return different(self.events.len(), format!("{} are expected", expected.len()));
        }
        if !self.ids.is_empty() && self.ids.len() != expected.len() {
            return different(self.ids.len(), "some have no id".to_owned());
        }
        for (index, (read, written)) in self.events.iter().zip(expected).enumerate() {
            if !same(read, written) {
                return different(index, format!("read {read:?}, written {written:?}"));
            }
            if self.ids.get(index).is_some_and(|id| *id != written.id) {
                return different(index, "another id".to_owned());
            }
        }
        Ok(!self.ids.is_empty())
    }
}

/// Equal but for the id; floats bit for bit.
fn same(read: &Event, written: &Event) -> bool {
    let mut first = Sum::default();
    let mut second = Sum::default();
    read.show(&mut first);
    written.show(&mut second);
    first.fields == second.fields && Event { id: written.id, ..read.clone() } == *written
}

impl Visit for Check {
    fn id(&mut self, id: &[u8]) {
        self.ids.push(id.to_vec());
    }

    fn event(&mut self, head: Head<'_>, view: View<'_>) {
        self.events.push(Event {
            id: [0; 16],
            sequence: head.sequence,
            t_us: head.t_us,
            tenant: head.tenant.to_owned(),
            thread: head.thread.to_owned(),
            node: head.node.to_owned(),
            what: view.to_what(),
        });
    }

    fn int(&mut self, name: &str, value: i64) {
        if let Some(Event { what: What::Metrics { ints, .. }, .. }) = self.events.last_mut() {
            ints.push((name.to_owned(), value));
        }
    }

    fn float(&mut self, name: &str, value: f64) {
        if let Some(Event { what: What::Metrics { floats, .. }, .. }) = self.events.last_mut() {
            floats.push((name.to_owned(), value));
        }
    }

    fn op(&mut self, op: u32, path: &str, from: &str, value: &str) {
        if let Some(Event { what: What::StateDiff { ops }, .. }) = self.events.last_mut() {
            ops.push(Op { op, path: path.to_owned(), from: from.to_owned(), value: value.to_owned() });
        }
    }
}

impl View<'_> {
    /// The same, owned; metrics and operations are yet to come.
    fn to_what(self) -> What {
        match self {
            Self::GraphStart => What::GraphStart,
            Self::GraphEnd => What::GraphEnd,
            Self::NodeStart => What::NodeStart,
            Self::NodeEnd { duration_us } => What::NodeEnd { duration_us },
            Self::Token { request, model, index, text, last } => {
                What::Token { request: request.to_owned(), model: model.to_owned(), index, text: text.to_owned(), last }
            }
            Self::ToolCall { call, tool, arguments } => {
                What::ToolCall { call: call.to_owned(), tool: tool.to_owned(), arguments: arguments.to_owned() }
            }
            Self::ToolResult { call, tool, result, duration_us } => What::ToolResult {
                call: call.to_owned(),
                tool: tool.to_owned(),
                result: result.to_owned(),
                duration_us,
            },
            Self::Metrics => What::Metrics { ints: Vec::new(), floats: Vec::new() },
            Self::StateDiff => What::StateDiff { ops: Vec::new() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events() -> Vec<Event> {
        crate::corpus::generate(&crate::corpus::Options { events: 500, ..Default::default() }).events
    }

    #[test]
    fn a_check_sees_what_is_missing_or_different() {
        let written = events();
        let shown = |change: &dyn Fn(&mut Vec<Event>)| {
            let mut read = written.clone();
            change(&mut read);
            let mut check = Check::default();
            read.iter().for_each(|event| event.show(&mut check));
            check.compare(&written)
        };
        assert!(shown(&|_| {}).unwrap());
        assert!(shown(&|read| drop(read.pop())).is_err());
        assert!(shown(&|read| read[7].id[3] ^= 1).is_err());
        assert!(shown(&|read| read[7].node.push('x')).is_err());
        assert!(
            shown(&|read| {
                for event in read {
                    if let What::Metrics { floats, .. } = &mut event.what {
                        floats.clear();
                    }
                }
            })
            .is_err()
        );
    }

    #[test]
    fn a_sum_does_not_ask_for_an_order() {
        let (mut forward, mut backward) = (Sum::default(), Sum::default());
        events().iter().for_each(|event| event.show(&mut forward));
        events().iter().rev().for_each(|event| event.show(&mut backward));
        assert_eq!(forward, backward);
        assert_ne!(forward, Sum::default());
    }
}
