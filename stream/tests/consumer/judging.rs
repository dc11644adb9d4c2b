//! What becomes of each sort of message.

use dashstream_codec::view::TokenChunk;
use dashstream_codec::{BatchBuilder, Encoder, EncoderConfig, FrameHeader, RecordInput};
use dashstream_proto::v1;
use dashstream_stream::consumer::Standing;
use dashstream_stream::transport::{Header, Message, Position};

use crate::frames::frame;
use crate::rig::Rig;

// CON-002
#[tokio::test(start_paused = true)]
async fn the_ledger_sees_every_frame_before_the_application() {
    let rig = Rig::new(1);
    rig.put(0, [frame(1, 2).message(), frame(5, 2).message(), frame(3, 2).damaged(), frame(7, 1).message()]);
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 5, 6, 7]);
    // The application is told of the gap with the frame behind it; the damaged frame has filled it when the next one comes.
    assert_eq!(rig.script().seen[2].verdicts, ["GAP(2)"]);
    assert_eq!(account.verdicts.into_iter().collect::<Vec<_>>(), [("GAP", 1), ("LATE", 1)]);
}

// CON-003, KAF-010
#[tokio::test(start_paused = true)]
async fn a_duplicate_is_suppressed_and_counted() {
    let rig = Rig::new(1);
    rig.put(0, [frame(1, 2), frame(3, 1), frame(1, 2), frame(3, 1), frame(4, 1)].map(|one| one.message()));
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 3, 4]);
    assert_eq!((account.new, account.duplicates), (3, 2));
    // After a restart as well.
    rig.put(0, [frame(3, 1).message(), frame(5, 1).message()]);
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 3, 4, 5]);
    assert_eq!((account.messages, account.new, account.duplicates), (2, 1, 1));
}

// CON-004
#[tokio::test(start_paused = true)]
async fn what_the_ledger_does_not_count_is_handed_over_as_unknown() {
    let rig = Rig::new(1);
    let stranger = crate::frames::Frame { nonce: 99, ..frame(9, 1) };
    rig.put(0, [frame(3, 2), frame(1, 1), frame(4, 2), frame(3, 2).text("y"), stranger].map(|one| one.message()));
    let account = rig.run_well().await;
    let told: Vec<_> =
        rig.script().seen.iter().map(|one| (one.sequence, one.standing, one.verdicts.join(" "))).collect();
    let unknown = |number, verdict: &str| (number, Standing::Unknown, verdict.to_owned());
    assert_eq!(
        told,
        [
            (3, Standing::New, "BASELINE(3)".to_owned()),
            (4, Standing::New, "BASELINE(3)".to_owned()),
            unknown(1, "STALE_EPOCH"),
            unknown(4, "OVERLAP"),
            unknown(5, "OVERLAP"),
            unknown(3, "FORK"),
            unknown(4, "FORK"),
            unknown(9, "FORK"),
        ]
    );
    assert_eq!((account.new, account.unknown), (1, 4));
}

// CON-005, KAF-007
#[tokio::test(start_paused = true)]
async fn an_unsupported_frame_stops_its_partition() {
    let mut rig = Rig::new(2);
    rig.put(0, [frame(1, 1).message(), frame(2, 1).unsupported(), frame(3, 1).message()]);
    rig.put(1, [frame(1, 1).lane(1).message(), frame(2, 1).lane(1).message()]);
    for _ in 0..2 {
        let account = rig.run_well().await;
        assert_eq!(account.stopped, 1);
        assert_eq!(rig.state.next(0), Some(1), "not past it");
        assert_eq!(rig.state.next(1), Some(2), "the others go on");
    }
    assert_eq!(rig.script().stopped.len(), 2);
    assert_eq!(rig.script().stopped[0].error.code.name(), "VERSION");
    assert_eq!(rig.letters(), []);
    // The operator lets it pass: it is counted, and in a dead letter.
    rig.config.pass.insert(Position { partition: 0, offset: 1 });
    let account = rig.run_well().await;
    assert_eq!((account.stopped, account.new), (0, 1));
    assert_eq!(rig.letters(), [(1, "passed", "VERSION", 0)]);
    assert_eq!(rig.script().saved[0].message, frame(2, 1).unsupported());
    assert_eq!(rig.state.next(0), Some(3));
    assert_eq!(account.verdicts.len(), 0, "what was passed is no loss");
}

// CON-006, KAF-008
#[tokio::test(start_paused = true)]
async fn what_is_rejected_is_saved_before_it_is_passed() {
    let rig = Rig::new(1);
    let null = Message { key: Some(vec![1]), value: None, timestamp_ms: Some(5), ..Message::default() };
    let garbage = Message { value: Some(b"not a frame".to_vec()), ..Message::default() };
    rig.put(0, [null.clone(), frame(1, 1).message(), garbage, frame(2, 2).damaged(), frame(4, 1).message()]);
    // Nothing can be saved at first.
    rig.script().save = [false, false, false].into();
    let account = rig.run_well().await;
    assert_eq!(
        rig.letters(),
        [(0, "judge", "NULL_VALUE", 0), (2, "judge", "BAD_MAGIC", 0), (3, "judge", "BODY_CRC", 0)]
    );
    assert_eq!(rig.script().saved[0].message, null);
    let log = rig.script().log.clone();
    let place = |what: &str| log.iter().position(|one| one == what).unwrap();
    assert!(place("saved 0") < place("seen 1"), "nothing goes past it: {log:?}");
    for (letter, offset) in [(0, 0), (2, 2), (3, 3)] {
        let passed = log
            .iter()
            .position(|one| one.strip_prefix("commit ").is_some_and(|next| next.parse::<u64>().unwrap() > offset));
        assert!(place(&format!("saved {letter}")) < passed.unwrap(), "{log:?}");
    }
    assert_eq!(account.rejected.values().sum::<u64>(), 3);
    assert_eq!(rig.numbers(), [1, 4]);
    // The damaged frame is unreadable, and not lost.
    assert_eq!(account.verdicts.len(), 0);
}

/// A frame of three records, the second of which has a payload that is none.
fn with_a_bad_record() -> Message {
    let header = FrameHeader { producer_id: [7; 16], epoch: 1, lane: 0, base_sequence: 5, ancillary_flags: None };
    let metadata = v1::Metadata { tenant: "acme".into(), boot_nonce: vec![1; 8], ..Default::default() };
    let mut batch = BatchBuilder::new(header, &metadata).unwrap();
    for _ in 0..3 {
        batch.push_view(RecordInput::default(), &TokenChunk { text: b"abcdef", ..Default::default() }).unwrap();
    }
    let mut bytes = Vec::new();
    batch.finish(&mut Encoder::new(EncoderConfig::default()).unwrap(), &mut bytes).unwrap();
    // The second payload's first tag becomes one of a wire type that there is not.
    let at = bytes.windows(6).enumerate().filter(|(_, six)| six == b"abcdef").nth(1).unwrap().0;
    bytes[at - 2] = 0x1F;
    let mut prelude = dashstream_codec::Prelude::read(&bytes).unwrap();
    let body = bytes.len() - prelude.body_len as usize;
    prelude.body_crc = dashstream_codec::crc32c(&bytes[body..]);
    bytes[..64].copy_from_slice(&prelude.to_bytes());
    Message { value: Some(bytes), ..Message::default() }
}

// DLQ-006
#[tokio::test(start_paused = true)]
async fn a_bad_record_costs_itself_alone() {
    let rig = Rig::new(1);
    rig.put(0, [with_a_bad_record()]);
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [5, 7]);
    assert_eq!(rig.letters(), [(0, "record", "PAYLOAD", 2)]);
    assert_eq!(rig.script().saved[0].message, with_a_bad_record());
    assert_eq!((account.new, account.records_rejected), (1, 1));
}

// CON-012
#[tokio::test(start_paused = true)]
async fn another_tenant_is_a_dead_letter() {
    let mut rig = Rig::new(1);
    rig.config.tenant = Some("acme".to_owned());
    let other = crate::frames::Frame { tenant: "other", ..frame(2, 1) };
    rig.put(0, [frame(1, 1).message(), other.message(), frame(2, 1).message()]);
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2]);
    assert_eq!(rig.letters(), [(1, "judge", "TENANT_MISMATCH", 0)]);
    assert_eq!(account.verdicts.len(), 0, "what is another tenant's is nobody's business");
}

// KAF-006
#[tokio::test(start_paused = true)]
async fn headers_say_nothing_that_the_frame_says() {
    let rig = Rig::new(1);
    let lies = ["ds-tenant", "ds-producer", "ds-epoch", "ds-lane", "ds-base", "ds-count", "ds-dl-id"]
        .map(|name| Header { name: name.to_owned(), value: Some(b"7".to_vec()) });
    rig.put(0, [Message { headers: lies.to_vec(), ..frame(1, 1).message() }, frame(1, 1).message()]);
    let account = rig.run_well().await;
    assert_eq!((account.new, account.duplicates), (1, 1));
    let seen = rig.script().seen[0].clone();
    assert_eq!((seen.lane, seen.epoch, seen.sequence), (0, 1, 1));
}

// CON-013
#[tokio::test(start_paused = true)]
async fn a_replayed_letter_has_its_effect_once() {
    let rig = Rig::new(1);
    let id = "0123456789abcdef0123456789abcdef";
    let replay = |attempt: u32, record: u32| Message {
        headers: vec![Header { name: "ds-replay".to_owned(), value: Some(format!("{id}/{attempt}/{record}").into()) }],
        ..frame(1, 3).message()
    };
    rig.put(0, [frame(1, 3).message(), replay(1, 0), replay(1, 0), replay(2, 3)]);
    let account = rig.run_well().await;
    assert_eq!(rig.numbers(), [1, 2, 3, 1, 2, 3, 3]);
    assert_eq!((account.replayed, account.repeated_replays, account.duplicates), (2, 1, 0));
    assert_eq!(account.verdicts.len(), 0, "the ledger knows nothing of them");
    rig.put(0, [replay(1, 0), replay(2, 3), replay(3, 2), frame(1, 3).message()]);
    let account = rig.run_well().await;
    assert_eq!((account.replayed, account.repeated_replays, account.duplicates), (1, 2, 1));
    // What is no name of a replay makes none.
    for wrong in ["", "1/1/0", &format!("{id}/0/0"), &format!("{id}/1"), &format!("{id}/1/0/0"), &format!("{id}/+1/0")]
    {
        let header = Header { name: "ds-replay".to_owned(), value: Some(wrong.as_bytes().to_vec()) };
        rig.put(0, [Message { headers: vec![header], ..frame(1, 3).message() }]);
    }
    assert_eq!(rig.run_well().await.duplicates, 6);
}
