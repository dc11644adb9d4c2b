//! Frames that were damaged on their way through real brokers.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod broker;
#[allow(dead_code, reason = "each file of tests uses some of it")]
#[path = "deadletters/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use broker::world;
use dashstream_codec::{Code, Codec, Prelude};
use dashstream_stream::consumer::{Consumer, ConsumerConfig, Delivery, Effect, HandleError, Handler, MemState};
use dashstream_stream::deadletter::{ConsumerLetters, Keeper, KeeperConfig, Letter, Reason, Stage};
use dashstream_stream::transport::kafka::{KafkaSource, KafkaSourceConfig};
use dashstream_stream::transport::{Header, Message, Outcome, Position, Sink as _};
use support::{frame, header, whose};

/// Nothing of such a frame may come here.
struct Nothing;

impl Handler for Nothing {
    async fn handle(&mut self, delivery: Delivery<'_>) -> Result<Vec<Effect>, HandleError> {
        panic!("a damaged frame was handed over: {:?}", delivery.position);
    }
}

/// Two of a name, bytes that are no text, none at all, and one that is an earlier letter's.
fn headers() -> Vec<Header> {
    vec![
        header("traceparent", Some(b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")),
        header("twice", Some(b"1")),
        header("twice", Some(b"2")),
        header("bytes", Some(&[0xFF, 0xFE, 0])),
        header("null", None),
        header("", Some(b"")),
        header("ds-dl-record", Some(b"7")),
    ]
}

/// A frame for each byte of its body that is another one, by all codecs.
fn damaged() -> Vec<Message> {
    let flips: &[u8] = if world::long() { &[1, 0x80, 0xFF] } else { &[0x40] };
    let mut all = Vec::new();
    for codec in [Codec::None, Codec::Zstd, Codec::Lz4] {
        let whole = frame(codec);
        let body = usize::try_from(Prelude::read(&whole).unwrap().body_offset()).unwrap();
        for at in body..whole.len() {
            for flip in flips {
                let mut value = whole.clone();
                value[at] ^= flip;
                let key = [at.to_le_bytes().as_slice(), &[0, *flip]].concat();
                let timestamp_ms = Some(1_700_000_000_000 + i64::try_from(all.len()).unwrap());
                all.push(Message { key: Some(key), value: Some(value), headers: headers(), timestamp_ms });
            }
        }
    }
    all
}

// DLQ-001, DLQ-002, CON-001, CON-006
#[tokio::test(flavor = "multi_thread")]
async fn each_byte_of_a_body_that_is_damaged_in_kafka_is_a_letter() {
    let (topic, letters, sent) = (broker::topic(1).await, broker::topic(1).await, damaged());
    let sink = world::sink(&topic).await;
    // All at once: they keep their order.
    let sendings: Vec<_> = sent.iter().map(|message| sink.send(0, message.clone(), broker::later())).collect();
    for (offset, sending) in (0..).zip(sendings) {
        let outcome = sending.await;
        assert!(matches!(outcome, Outcome::Persisted(Position { offset: at, .. }) if at == offset), "{outcome:?}");
    }
    let folder = tempfile::tempdir().unwrap();
    let keeper = Keeper::open(folder.path(), Some(world::sink(&letters).await), KeeperConfig::default()).await;
    let keeper = Arc::new(keeper.unwrap());
    let saves = ConsumerLetters { keeper: Arc::clone(&keeper), topic: topic.clone(), group: "billing".to_owned() };
    let source = KafkaSource::connect(&broker::brokers(), &KafkaSourceConfig::new(&topic, None)).await.unwrap();
    let mut consumer = Consumer::new(source, MemState::default(), saves, Nothing, ConsumerConfig::default());
    let all = async {
        while keeper.account().saved < sent.len() as u64 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(300), consumer.run(all)).await.unwrap().unwrap();
    let account = consumer.account();
    assert!(account.adds_up() && account.waiting == 0, "{account:?}");
    assert_eq!(account.rejected, BTreeMap::from([("BODY_CRC", sent.len() as u64)]));

    let found = world::everything(&letters).await;
    assert_eq!(found.len(), sent.len());
    for (offset, (_, message)) in (0..).zip(found) {
        let damaged = &sent[usize::try_from(offset).unwrap()];
        let (theirs, own) = message.headers.split_at(damaged.headers.len());
        assert_eq!((theirs, &message.value), (damaged.headers.as_slice(), &damaged.value));
        assert!(own.iter().all(|header| header.name.starts_with("ds-dl-")), "{own:?}");
        let letter = Letter::from_message(&message).unwrap();
        assert_eq!(&letter.message, damaged);
        let position = Position { partition: 0, offset };
        assert_eq!((&letter.topic, letter.position, letter.group.as_str()), (&topic, position, "billing"));
        assert_eq!((letter.failure.stage, &letter.failure.reason), (Stage::Judge, &Reason::Code(Code::BodyCrc)));
        assert_eq!((letter.frame, letter.owner), whose(), "{damaged:?}");
    }
}
