//! Every side gives back every field of every event, whatever the length of its frames.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
#![cfg(feature = "peers")]

use dashstream_bench::corpus::{Corpus, Options, generate};
use dashstream_bench::event::{Event, Op, What};
use dashstream_bench::subject::Subject;
use dashstream_bench::{lineup, peers};

fn check(corpus: &Corpus) {
    for records in [1, 7, 1_000] {
        let mut subjects: Vec<Box<dyn Subject + '_>> = peers::subjects(corpus, records).unwrap();
        subjects.extend(lineup::ours(corpus, records).unwrap());
        subjects.push(peers::ancestor(corpus).unwrap());
        assert!(subjects.len() >= 20);
        for subject in &mut subjects {
            let account = subject.account().unwrap_or_else(|error| panic!("{} {records}: {error}", subject.name()));
            assert!(account.bytes > 0);
            subject.round().unwrap();
        }
    }
}

#[test]
fn generated_events_come_back() {
    check(&generate(&Options { events: 2_100, ..Options::default() }));
    check(&generate(&Options { events: 300, non_ascii: true, ..Options::default() }));
}

/// Nothing is there that could be left out, and everything that has to be escaped.
#[test]
fn empty_and_odd_events_come_back() {
    let text = "\"\\\u{0}\u{7f}é\u{1F642}\n";
    let op = |op, value: &str| Op { op, path: String::new(), from: String::new(), value: value.to_owned() };
    let whats = [
        What::Token { request: String::new(), model: text.into(), index: u32::MAX, text: text.into(), last: true },
        What::Token { request: String::new(), model: String::new(), index: 0, text: String::new(), last: false },
        What::NodeEnd { duration_us: (1 << 53) - 1 },
        What::Metrics { ints: vec![], floats: vec![] },
        What::Metrics { ints: vec![("a".into(), -1), ("b".into(), 0)], floats: vec![("c".into(), 0.1)] },
        What::StateDiff { ops: vec![] },
        What::StateDiff { ops: vec![op(1, "{\"a\": 1e3}"), op(2, ""), Op { from: "/b".into(), ..op(4, "") }] },
        What::ToolCall { call: "c".into(), tool: String::new(), arguments: String::new() },
        What::ToolResult { call: String::new(), tool: "t".into(), result: text.into(), duration_us: 0 },
        What::GraphEnd,
    ];
    let events = (1..).zip(whats).map(|(sequence, what)| Event {
        id: Event::id_of(sequence),
        sequence,
        t_us: 1_000 - sequence,
        tenant: "t".into(),
        what,
        ..Event::default()
    });
    check(&Corpus { name: "odd".into(), events: events.collect() });
}
