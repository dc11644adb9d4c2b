//! What letters say.

use dashstream_codec::{Code, Codec, Prelude};
use dashstream_disk::SimDisk;
use dashstream_stream::deadletter::{
    Failure, Folder, FrameRange, Letter, LetterError, LetterName, Owner, Reason, Spot, Stage, TraceParent, Tries,
};
use dashstream_stream::transport::file::{FileConfig, FileSink, FileSource};
use dashstream_stream::transport::{Content, Event, From, Header, Message, Position, Sink, Source};
use proptest::prelude::*;

use crate::support::{NOW, frame, header, judge, origin, whose};

/// The same multiset in the same order, with all that headers may be.
#[test]
fn a_letter_changes_nothing_of_its_message() {
    let headers = vec![
        header("traceparent", Some(b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
        header("twice", Some(b"1")),
        header("twice", Some(b"2")),
        header("bytes", Some(&[0xFF, 0xFE, 0])),
        header("null", None),
        header("", Some(b"")),
        header("ds-dl-record", Some(b"7")),
        header("ds-dl-sha256", Some(b"not a hash")),
    ];
    for value in [None, Some(Vec::new()), Some(frame(Codec::Zstd)), Some(vec![0xBE; 70])] {
        for key in [None, Some(Vec::new()), Some(vec![0xFF])] {
            for timestamp_ms in [None, Some(-1), Some(1_700_000_000_000)] {
                let message =
                    Message { key: key.clone(), value: value.clone(), headers: headers.clone(), timestamp_ms };
                let mut letter = Letter::new(origin(9), message.clone(), Failure::handle(0), Tries::once(NOW));
                // A letter that could not be processed either is a letter again, and so on.
                for offset in 0..3 {
                    let sent = letter.to_message();
                    assert_eq!(
                        (&sent.key, &sent.value, sent.timestamp_ms),
                        (&letter.message.key, &letter.message.value, timestamp_ms)
                    );
                    let (theirs, own) = sent.headers.split_at(letter.message.headers.len());
                    assert_eq!(theirs, letter.message.headers);
                    assert!(own.iter().all(|header| header.name.starts_with("ds-dl-")));
                    assert_eq!(own[0], header("ds-dl-id", Some(letter.id().to_string().as_bytes())));
                    assert_eq!(Letter::from_message(&sent).unwrap(), letter);
                    letter = Letter::new(origin(offset), sent, Failure::handle(0), Tries::once(NOW));
                }
            }
        }
    }
}

#[test]
fn whose_a_letter_is_can_be_told_from_a_damaged_body() {
    for codec in [Codec::None, Codec::Zstd, Codec::Lz4] {
        let whole = frame(codec);
        let prelude = Prelude::read(&whole).unwrap();
        assert_eq!(Codec::from_number(prelude.codec), Some(codec));
        let body = usize::try_from(prelude.body_offset()).unwrap();
        let of = |value: Vec<u8>| {
            let error = judge(Some(&value));
            let message = Message { value: Some(value), ..Message::default() };
            let letter = Letter::new(origin(9), message, Failure::judged(&error), Tries::once(NOW));
            // What is told is told by the message of the topic.
            let again = Letter::from_message(&letter.to_message()).unwrap();
            assert_eq!(again, letter);
            assert_eq!(
                (again.topic.as_str(), again.position, again.group.as_str()),
                ("events", origin(9).position, "billing")
            );
            assert_eq!((again.failure.reason, again.failure.offset), (Reason::Code(error.code), Some(error.offset)));
            (again.frame, again.owner)
        };
        for at in body..whole.len() {
            for flip in [1, 0x80, 0xFF] {
                let mut value = whole.clone();
                value[at] ^= flip;
                assert_eq!(of(value), whose(), "{codec:?}, byte {at} of the body");
            }
            assert_eq!(of(whole[..at].to_vec()), whose(), "{codec:?}, {at} bytes");
        }
        assert_eq!(of([&whole[..], b"x"].concat()), whose());
        // Where the metadata is not whole, the prelude still speaks; where that is not, nothing does.
        for at in 0..body {
            let mut value = whole.clone();
            value[at] ^= 0x20;
            let (range, owner) = of(value);
            assert_eq!((range.is_some(), owner), (at >= 64, None), "byte {at}");
        }
    }
}

/// In a file, what is damaged comes as bytes, with what the reader of files has found in them.
#[tokio::test]
async fn whose_a_damaged_range_of_a_file_is_can_be_told() {
    let disk = SimDisk::new();
    let (topic, config) = (std::path::Path::new("/topics/events"), FileConfig::default());
    let sink = FileSink::open_on(disk.clone(), topic, &config).unwrap();
    let mut offsets = Vec::new();
    for _ in 0..3 {
        let message = Message { value: Some(frame(Codec::None)), ..Message::default() };
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let outcome = sink.send(0, message, deadline).await;
        let dashstream_stream::transport::Outcome::Persisted(position) = outcome else { panic!("{outcome:?}") };
        offsets.push(usize::try_from(position.offset).unwrap());
    }
    drop(sink);
    disk.damage(&topic.join("0/00000000.dsf"), |bytes| bytes[offsets[2] - 1] ^= 1).unwrap();
    let mut source = FileSource::open_on(disk, topic, &config);
    assert!(matches!(source.next().await, Ok(Event::Assigned(_))));
    source.seek(0, From::Start).await.unwrap();
    let mut events = 0;
    loop {
        let Event::Message(received) = source.next().await.unwrap() else { panic!("a message is expected") };
        events += 1;
        let Content::Damage { bytes, code, rejected, .. } = received.content else { continue };
        let origin = dashstream_stream::deadletter::Origin { position: received.position, ..origin(0) };
        let letter = Letter::of_damage(origin, bytes.clone(), code, &rejected, Tries::once(NOW));
        assert_eq!((letter.frame, letter.owner.clone()), whose());
        assert_eq!((letter.failure.stage, &letter.failure.reason), (Stage::Damage, &Reason::Code(Code::BodyCrc)));
        assert_eq!((letter.message.value.as_ref(), letter.position), (Some(&bytes), received.position));
        assert_eq!(Letter::from_message(&letter.to_message()).unwrap(), letter);
        // The entry tells it too where the reader's findings are not at hand.
        let without = Letter::of_damage(origin, bytes.clone(), code, &[], Tries::once(NOW));
        assert_eq!((without.frame, without.owner), whose());
        // A piece that does not have the frame knows less.
        let later = Letter::of_damage(origin, bytes[20..].to_vec(), code, &[], Tries::once(NOW));
        assert_eq!((later.frame, later.owner), (None, None));
        break;
    }
    assert_eq!(events, 2);
}

#[test]
fn a_letter_of_a_record_holds_its_frame() {
    let whole = frame(Codec::Zstd);
    let message = Message { value: Some(whole.clone()), ..Message::default() };
    let error = judge(Some(b"x"));
    let letters: Vec<_> = (0..=12)
        .map(|record| {
            let failure = if record == 0 { Failure::handle(0) } else { Failure::record(record, &error) };
            Letter::new(origin(9), message.clone(), failure, Tries::once(NOW))
        })
        .collect();
    let mut ids = std::collections::BTreeSet::new();
    for (record, letter) in (0..).zip(&letters) {
        let again = Letter::from_message(&letter.to_message()).unwrap();
        assert_eq!((again.message.value.as_ref(), again.failure.record), (Some(&whole), record));
        assert!(ids.insert(again.id()), "record {record} has the id of another");
        let says = letter.to_message().headers.iter().any(|header| header.name == "ds-dl-record");
        assert_eq!(says, record != 0);
    }
}

#[test]
fn a_failure_has_a_trace_of_its_own() {
    let text = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let parent: TraceParent = text.parse().unwrap();
    let of = |headers: Vec<Header>| {
        let message = Message { headers, ..Message::default() };
        Letter::new(origin(9), message, Failure::judged(&judge(None)), Tries::once(NOW))
    };
    let letter = of(vec![header("traceparent", Some(b"rubbish")), header("traceparent", Some(text.as_bytes()))]);
    let own = letter.traceparent.unwrap();
    assert_eq!((own.trace_id, own.flags), (parent.trace_id, 1));
    assert_ne!(own.span_id, parent.span_id);
    // The original's stay, and the letter's stands beside them.
    let sent = letter.to_message();
    assert_eq!(sent.headers[..2], letter.message.headers[..]);
    assert!(sent.headers.contains(&header("ds-dl-traceparent", Some(own.to_string().as_bytes()))));
    let other = of(vec![header("traceparent", Some(text.as_bytes()))]).traceparent.unwrap();
    assert_ne!(own.span_id, other.span_id, "two failures are two spans");
    for bad in [vec![], vec![header("traceparent", None)], vec![header("traceparent", Some(b"rubbish"))]] {
        assert_eq!(of(bad).traceparent, None);
    }
}

#[test]
fn what_is_no_letter_has_an_error() {
    let letter = crate::support::letter(9);
    let sent = letter.to_message();
    let read = |change: &dyn Fn(&mut Message)| {
        let mut message = sent.clone();
        change(&mut message);
        Letter::from_message(&message)
    };
    let set = |name: &'static str, value: Option<&'static [u8]>| {
        read(&move |message: &mut Message| message.headers.push(header(&format!("ds-dl-{name}"), value)))
    };
    assert_eq!(read(&|message| message.headers.clear()), Err(LetterError::Missing { name: "id" }));
    for (at, one) in sent.headers.iter().enumerate() {
        let without = read(&|message| drop(message.headers.remove(at)));
        let optional = ["ds-dl-producer", "ds-dl-tenant"].contains(&one.name.as_str());
        assert_eq!(without.is_ok(), optional, "{}", one.name);
    }
    // The last of a name counts, and one that is null counts too.
    for name in [
        "partition",
        "offset",
        "attempt",
        "first-failure-us",
        "last-failure-us",
        "replays",
        "epoch",
        "lane",
        "base",
        "count",
    ] {
        for bad in [
            None,
            Some(&b""[..]),
            Some(b"x"),
            Some(b"+1"),
            Some(b"01"),
            Some(b"-1"),
            Some(b"1 "),
            Some(b"99999999999999999999999"),
            Some(&[0xFF]),
        ] {
            assert_eq!(set(name, bad), Err(LetterError::Bad { name }), "{name} {bad:?}");
        }
    }
    for (name, bad) in [
        ("stage", &b"other"[..]),
        ("code", b"lower"),
        ("code", b""),
        ("producer", b"00"),
        ("contexts", b"{}"),
        ("contexts", b""),
        ("traceparent", b"00"),
        ("timestamp-ms", b"1.5"),
        ("record", b"x"),
        ("topic", &[0xFF]),
        ("group", &[0xC3]),
    ] {
        assert_eq!(set(name, Some(bad)), Err(LetterError::Bad { name }), "{name} {bad:?}");
    }
    assert!(matches!(set("offset", Some(b"10")), Err(LetterError::OtherId { .. })));
    assert!(matches!(set("topic", Some(b"other")), Err(LetterError::OtherId { .. })));
    assert!(matches!(set("record", Some(b"3")), Err(LetterError::OtherId { .. })));
    assert_eq!(set("sha256", Some(b"00")), Err(LetterError::OtherValue));
    assert_eq!(read(&|message| message.value = None), Err(LetterError::OtherValue));
    assert_eq!(read(&|message| message.value.as_mut().unwrap()[70] ^= 1), Err(LetterError::OtherValue));
    // What others have added is theirs.
    let added = read(&|message| message.headers.push(header("x", Some(b"1"))));
    assert_eq!(added.unwrap(), letter);
    // A later version has more codes.
    assert_eq!(set("code", Some(b"NEW_CODE_7")).unwrap().failure.reason, Reason::Other("NEW_CODE_7".to_owned()));
}

fn bytes() -> impl Strategy<Value = Option<Vec<u8>>> {
    prop::option::of(prop::collection::vec(any::<u8>(), 0..40))
}

fn headers() -> impl Strategy<Value = Vec<Header>> {
    let own = "ds-dl-(id|topic|record|code|code-offset|sha256|tenant|producer|traceparent|timestamp-ms|x)";
    let name = prop_oneof![".{0,6}", own, Just("traceparent".to_owned()), Just("ds-replay".to_owned())];
    prop::collection::vec((name, bytes()).prop_map(|(name, value)| Header { name, value }), 0..6)
}

fn message() -> impl Strategy<Value = Message> {
    let value = prop_oneof![bytes(), Just(Some(frame(Codec::None)))];
    (bytes(), value, headers(), any::<Option<i64>>()).prop_map(|(key, value, headers, timestamp_ms)| Message {
        key,
        value,
        headers,
        timestamp_ms,
    })
}

fn failure() -> impl Strategy<Value = Failure> {
    let reason = prop_oneof![
        prop::sample::select(Code::ALL).prop_map(Reason::Code),
        Just(Reason::Application),
        "LATER_[A-Z0-9_]{1,9}".prop_map(Reason::Other)
    ];
    let stage = prop::sample::select(&Stage::ALL[..]);
    (stage, reason, any::<Option<u64>>(), prop_oneof![Just(0), any::<u32>()])
        .prop_map(|(stage, reason, offset, record)| Failure { stage, reason, offset, record })
}

fn any_owner() -> impl Strategy<Value = Owner> {
    let spot = ("\\PC{0,5}", ".{0,5}", ".{0,5}", ".{0,5}").prop_map(|(run, thread, node, task)| Spot {
        run,
        thread,
        node,
        task,
    });
    (".{1,9}", prop::collection::vec(spot, 0..4)).prop_map(|(tenant, contexts)| Owner { tenant, contexts })
}

fn any_letter() -> impl Strategy<Value = Letter> {
    let place = (".{0,9}", any::<u32>(), any::<u64>(), ".{0,9}");
    let tries = (any::<u32>(), any::<u64>(), any::<u64>());
    let range = (any::<[u8; 16]>(), any::<u32>(), any::<u32>(), any::<u64>(), any::<u16>());
    let trace = (any::<[u8; 16]>(), any::<[u8; 8]>(), any::<u8>());
    let rest = (prop::option::of(range), prop::option::of(any_owner()), prop::option::of(trace), any::<u32>());
    (place, message(), failure(), tries, rest).prop_map(|(place, message, failure, tries, rest)| Letter {
        topic: place.0,
        position: Position { partition: place.1, offset: place.2 },
        group: place.3,
        message,
        failure,
        tries: Tries { count: tries.0, first_us: tries.1, last_us: tries.2 },
        frame: rest.0.map(|(producer_id, epoch, lane, base_sequence, record_count)| FrameRange {
            producer_id,
            epoch,
            lane,
            base_sequence,
            record_count,
        }),
        owner: rest.1,
        traceparent: rest.2.map(|(mut trace_id, mut span_id, flags)| {
            trace_id[0] |= 1;
            span_id[0] |= 1;
            TraceParent { trace_id, span_id, flags }
        }),
        replays: rest.3,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn a_letter_comes_back_from_its_message_and_its_file(letter in any_letter()) {
        let sent = letter.to_message();
        prop_assert_eq!(Letter::from_message(&sent), Ok(letter.clone()));
        prop_assert_eq!(&sent.headers[..letter.message.headers.len()], &letter.message.headers[..]);
        let again = Letter { message: sent, ..letter.clone() };
        prop_assert_eq!(Letter::from_message(&again.to_message()), Ok(again));
        let mut folder = Folder::open(SimDisk::new(), std::path::Path::new("/letters")).unwrap();
        let name = folder.save(&letter).unwrap();
        prop_assert_eq!(name, LetterName { id: letter.id(), number: 1 });
        prop_assert_eq!(folder.read(name).unwrap(), letter);
    }

    #[test]
    fn strangers_headers_are_an_error_at_most(letter in any_letter(), more in headers(), at in any::<prop::sample::Index>()) {
        let mut sent = letter.to_message();
        let at = at.index(sent.headers.len() + 1);
        sent.headers.splice(at..at, more.clone());
        drop(Letter::from_message(&sent));
        drop(Letter::from_message(&Message { headers: more, ..sent.clone() }));
        let failed = Letter::new(origin(1), sent, Failure::handle(0), Tries::once(NOW));
        prop_assert_eq!(Letter::from_message(&failed.to_message()), Ok(failed.clone()));
    }
}
