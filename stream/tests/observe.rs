//! Metrics and events.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    reason = "counts of tests are small whole numbers"
)]

mod observed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dashstream_codec::ledger::Verdict;
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Code, FlushPolicy, Prelude, view};
use dashstream_disk::SimDisk;
use dashstream_proto::kinds;
use dashstream_stream::consumer;
use dashstream_stream::observe::names::{self, ALL, Metric};
use dashstream_stream::observe::{ConsumerMetrics, Place};
use dashstream_stream::producer::{Account, Policy, Producer, ProducerConfig, ProducerSetup};
use dashstream_stream::transport::mem::MemTopic;
use dashstream_stream::transport::{Cause, Destination, Message, Outcome, Position, Sending, Sink};
use dashstream_stream::writer::{self, Run, RunContext};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use observed::{Line, Series, install, lines, lines_of, sum, sums};
use tracing::Level;

const SECRET: &str = "sk-4f0d-do-not-tell";

/// A topic of some name that fails as it likes, and knows how often.
#[derive(Clone)]
struct Rough {
    topic: MemTopic,
    name: &'static str,
    /// Below these, out of 100: refused for good, full, possibly there, silent for ever.
    odds: [u64; 4],
    sent: Arc<AtomicU64>,
    tries: Arc<Mutex<BTreeMap<&'static str, u64>>>,
    silent: Arc<Mutex<Vec<dashstream_stream::transport::Reply>>>,
}

impl Rough {
    fn new(name: &'static str, odds: [u64; 4]) -> Self {
        Self {
            topic: MemTopic::new(1),
            name,
            odds,
            sent: Arc::default(),
            tries: Arc::default(),
            silent: Arc::default(),
        }
    }
}

impl Sink for Rough {
    fn partitions(&self) -> u32 {
        1
    }

    fn destination(&self) -> Destination {
        Destination { system: "rough", name: self.name.to_owned() }
    }

    fn send(&self, partition: u32, message: Message, deadline: Instant) -> Sending {
        // Each of a hundred once, and of any few a little of everything.
        let luck = self.sent.fetch_add(1, Ordering::Relaxed) * 37 % 100;
        let [refused, full, possibly, silent] = self.odds;
        let outcome = match luck {
            _ if luck < refused => Outcome::NotPersisted(Cause::Refused("too large".to_owned())),
            _ if luck < full => Outcome::NotPersisted(Cause::Full),
            _ if luck < possibly => Outcome::PossiblyPersisted(Cause::Deadline),
            _ if luck < silent => {
                let (reply, sending) = Sending::pending();
                self.silent.lock().unwrap().push(reply);
                return sending;
            }
            _ => {
                *self.tries.lock().unwrap().entry("").or_default() += 1;
                return self.topic.send(partition, message, deadline);
            }
        };
        if let Outcome::NotPersisted(cause) | Outcome::PossiblyPersisted(cause) = &outcome {
            *self.tries.lock().unwrap().entry(cause.name()).or_default() += 1;
        }
        Sending::done(outcome)
    }
}

fn setup(max_queued: usize) -> ProducerSetup {
    let flush = FlushPolicy { max_records: 20, max_age_us: 1_000, ..FlushPolicy::default() };
    let (backoff_us, max_backoff_us) = (500, 2_000);
    let producer = ProducerConfig { flush, max_queued, backoff_us, max_backoff_us, ..ProducerConfig::default() };
    ProducerSetup { producer, ..ProducerSetup::default() }
}

fn token(text: &str) -> Record {
    let payload = Payload::from(view::TokenChunk { text: text.as_bytes(), ..Default::default() }.to_owned());
    Record { payload, ..Record::default() }
}

fn open(disk: &SimDisk, sink: &Rough, max_queued: usize) -> Producer {
    Producer::open(disk.clone(), Path::new("/producer"), sink.clone(), setup(max_queued)).unwrap()
}

/// Offers a burst, some of which is dropped, and waits in between.
async fn burst(producer: &Producer, lane: u32, count: usize) {
    for number in 0..count {
        let record = match number % 50 {
            // No frame can hold it.
            7 => Record { thread: Some("t".repeat(2_000)), ..token("x") },
            _ => token("x"),
        };
        drop(producer.offer_as(lane, record, Policy::DropOldest).await);
        if number % 40 == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// The account as the metrics of a topic have it.
fn told(topic: &str) -> (Account, u64) {
    let here = (names::DESTINATION, topic);
    let of = |metric: &Metric| sum(metric, &[here]) as u64;
    let account = Account {
        offered: of(&names::OFFERED),
        acknowledged: of(&names::ACKNOWLEDGED),
        in_flight: of(&names::IN_FLIGHT),
        queued: of(&names::QUEUED),
        possibly_persisted: of(&names::POSSIBLY_PERSISTED),
        dropped: BTreeMap::new(),
        late_drops: of(&names::LATE_DROPS),
    };
    (account, of(&names::LEFT))
}

fn dropped(topic: &str) -> BTreeMap<String, u64> {
    let of_topic = |series: &Series| {
        series.name == names::DROPPED.name && series.labels.get(names::DESTINATION).is_some_and(|name| name == topic)
    };
    let mut all = BTreeMap::new();
    for (series, sum) in sums().iter().filter(|(series, _)| of_topic(series)) {
        all.insert(series.labels[names::REASON].clone(), sum.value as u64);
    }
    all
}

#[tokio::test]
async fn every_number_adds_up_to_the_account() {
    install();
    let topic = "adds-up";
    let (mut counted, mut left) = (Account::default(), BTreeMap::<&str, u64>::new());
    let mut reasons = BTreeMap::<String, u64>::new();
    let (silent, unsure, rough) = ([0, 0, 0, 100], [0, 0, 100, 100], [8, 20, 35, 35]);
    let disks = [SimDisk::new(), SimDisk::new(), SimDisk::new()];
    // The last life sends what the one before has left.
    for (life, (disk, odds, within_ms)) in
        [(0, silent, 20), (1, unsure, 20), (2, rough, 20), (2, rough, 20_000)].into_iter().enumerate()
    {
        let sink = Rough::new(topic, odds);
        let producer = open(&disks[disk], &sink, 60);
        let lane = producer.lane("acme", Some(0)).await.unwrap();
        burst(&producer, lane, 400).await;
        let within = Duration::from_millis(within_ms);
        let account = producer.close(within).await.unwrap();
        assert!(account.adds_up(), "{account:?}");
        counted.offered += account.offered;
        counted.acknowledged += account.acknowledged;
        counted.late_drops += account.late_drops;
        for (reason, count) in &account.dropped {
            *reasons.entry(reason.name().to_owned()).or_default() += count;
        }
        *left.entry("queued").or_default() += account.queued;
        *left.entry("in_flight").or_default() += account.in_flight;
        *left.entry("possibly_persisted").or_default() += account.possibly_persisted;
        assert_eq!(told(topic), (counted.clone(), left.values().sum()), "life {life}");
        assert_eq!(dropped(topic), reasons, "life {life}");
    }
    for (state, count) in &left {
        let told = sum(&names::LEFT, &[(names::DESTINATION, topic), (names::STATE, state)]);
        assert_eq!(told, *count as f64, "{state}");
    }
    assert_eq!(counted.offered, counted.acknowledged + reasons.values().sum::<u64>() + left.values().sum::<u64>());
    // Everything has happened.
    assert!(counted.acknowledged > 100 && counted.late_drops > 0, "{counted:?}");
    assert!(left["in_flight"] > 0 && left["possibly_persisted"] > 0, "{left:?}");
    assert!(
        reasons.keys().map(String::as_str).collect::<BTreeSet<_>>().is_superset(&BTreeSet::from([
            "QUEUE_FULL",
            "REFUSED",
            "INVALID"
        ])),
        "{reasons:?}"
    );
    assert!(sum(&names::RETRIES, &[(names::DESTINATION, topic)]) > 5.0);
}

#[tokio::test]
async fn tries_are_counted_by_what_became_of_them() {
    install();
    let topic = "tries";
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [5, 25, 45, 45]));
    let producer = open(&disk, &sink, 10_000);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    burst(&producer, lane, 600).await;
    producer.close(Duration::from_secs(20)).await.unwrap();
    let tries = sink.tries.lock().unwrap().clone();
    assert_eq!(tries.keys().copied().collect::<Vec<_>>(), ["", "deadline", "full", "refused"]);
    let here =
        [(names::DESTINATION, topic), (names::SYSTEM, "rough"), (names::PARTITION, "0"), (names::OPERATION, "send")];
    for metric in [&names::SENT, &names::OPERATION_DURATION] {
        assert_eq!(sum(metric, &here), tries.values().sum::<u64>() as f64, "{}", metric.name);
        for (code, count) in tries.iter().filter(|(code, _)| !code.is_empty()) {
            let told = sum(metric, &[here.as_slice(), &[(names::ERROR, *code)]].concat());
            assert_eq!(told, *count as f64, "{} {code}", metric.name);
        }
    }
    // And each has its event, or is among those that were held back.
    let lines = lines_of(topic);
    for (code, count) in tries.iter().filter(|(code, _)| !code.is_empty()) {
        let of_code = lines.iter().filter(|line| line.says("code") == *code);
        let told: u64 = of_code.map(|line| line.says("suppressed").parse().unwrap_or(1)).sum();
        assert_eq!(told, *count, "{code}");
    }
    let durations = sums().into_iter().filter(|(series, _)| series.name == names::OPERATION_DURATION.name);
    assert!(durations.into_iter().all(|(_, sum)| sum.least >= 0.0 && sum.least < 5.0), "in seconds");
}

#[tokio::test]
async fn what_goes_on_is_told_while_it_goes_on() {
    install();
    let topic = "goes-on";
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [0, 0, 0, 100]));
    let producer = open(&disk, &sink, 10_000);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    producer.offer(lane, token("x")).await.unwrap();
    while producer.account().in_flight == 0 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    producer.offer(lane, token("x")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    // The thread sleeps again, and those that join others do not wake it.
    for _ in 2..100 {
        producer.offer(lane, token("x")).await.unwrap();
    }
    // What it sees, it tells a moment later.
    let agree = async {
        loop {
            let account = producer.account();
            if account.in_flight > 0 && told(topic) == (account.clone(), 0) {
                return account;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let account = tokio::time::timeout(Duration::from_secs(10), agree).await.unwrap();
    // The first frame is under way, and all else waits for it.
    assert_eq!((account.offered, account.in_flight + account.queued), (100, 100));
    producer.close(Duration::ZERO).await.unwrap();
}

/// A producer, a consumer and stream writers that have seen something of everything.
async fn everything(topic: &'static str) {
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [10, 25, 40, 45]));
    let producer = open(&disk, &sink, 60);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    burst(&producer, lane, 400).await;
    producer.close(Duration::from_millis(50)).await.unwrap();
    let consumer = ConsumerMetrics::new(&sink.destination(), "group");
    let place = Place::of(Position { partition: 3, offset: 12 }, None);
    consumer.delivered(&place);
    consumer.processed(&place, Duration::from_millis(1), Some("APPLICATION"));
    consumer.frame(&place, &[Verdict::Gap(1)]);
    consumer.rejected(&place, Code::BadMagic);
    consumer.duplicates(1);
    consumer.lost(1, 0);
    consumer.dead_letter(&place, "judge", Code::BadMagic.name());
    consumer.dedup_unknown(&place, 1);
    consumer.lag(3, 1);
    drop(writer::emit(token("x")).await);
    let owner = Run::new(RunContext::of("run"), producer_of_nothing().await);
    let kept = owner.writer();
    drop(kept.emit(Record { run: Some("other".to_owned()), ..token("x") }).await);
    drop(owner);
    drop(kept.emit(token("x")).await);
}

/// A lane whose producer has gone.
async fn producer_of_nothing() -> dashstream_stream::producer::LaneHandle {
    let producer = open(&SimDisk::new(), &Rough::new("nothing", [0; 4]), 10);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    producer.handle(lane)
}

#[tokio::test]
async fn what_is_emitted_is_what_the_table_says() {
    install();
    everything("table").await;
    let mut emitted = BTreeSet::new();
    for (series, sum) in sums() {
        let metric = ALL.iter().find(|metric| metric.name == series.name);
        let metric = metric.unwrap_or_else(|| panic!("{} is not in the table", series.name));
        assert_eq!(metric.instrument.name(), sum.instrument, "{}", metric.name);
        let unit = if metric.unit == "s" { "seconds" } else { "count" };
        assert_eq!((sum.unit.as_str(), sum.text.as_str()), (unit, metric.text), "{}", metric.name);
        for label in series.labels.keys() {
            assert!(metric.attributes.contains(&label.as_str()), "{} has {label}", metric.name);
        }
        emitted.insert((metric.name, None));
        emitted.extend(series.labels.keys().map(|label| (metric.name, Some(label.clone()))));
    }
    // And nothing is in the table that nobody emits.
    for metric in ALL {
        assert!(emitted.contains(&(metric.name, None)), "nobody emits {}", metric.name);
        for label in metric.attributes {
            let given = emitted.contains(&(metric.name, Some((*label).to_owned())));
            assert!(given, "nobody gives {} {label}", metric.name);
        }
    }
}

#[test]
fn errors_of_stream_writers_are_counted() {
    // For this thread alone: others write outside of scopes too.
    let recorder = DebuggingRecorder::new();
    metrics::with_local_recorder(&recorder, || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            drop(writer::emit(token("x")).await);
            let owner = Run::new(RunContext::of("run"), producer_of_nothing().await);
            let kept = owner.writer();
            drop(kept.emit(token("x")).await);
            for _ in 0..2 {
                drop(kept.emit(Record { run: Some("other".to_owned()), ..token("x") }).await);
            }
            drop(owner);
            for _ in 0..3 {
                drop(kept.emit(token("x")).await);
            }
        });
    });
    let mut counted = BTreeMap::new();
    for (key, _, _, value) in recorder.snapshotter().snapshot().into_vec() {
        let code = key.key().labels().map(|label| label.value().to_owned()).collect::<String>();
        counted.insert((key.key().name().to_owned(), code), value);
    }
    let expected = [("outside_scope", 1), ("foreign", 2), ("ended", 3)];
    let expected = expected
        .map(|(code, count)| ((names::WRITE_ERRORS.name.to_owned(), code.to_owned()), DebugValue::Counter(count)));
    assert_eq!(counted, BTreeMap::from(expected));
}

#[test]
fn the_table_of_the_text_is_that_of_the_code() {
    let mut table = String::from("| name | instrument | unit | attributes | what |\n|---|---|---|---|---|\n");
    for metric in ALL {
        let Metric { name, instrument, unit, text, attributes } = metric;
        let attributes = attributes.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        table += &format!("| `{name}` | {} | `{unit}` | {attributes} | {text} |\n", instrument.name());
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("spec/observability.md");
    let text = std::fs::read_to_string(path).unwrap();
    let found = text.split_once("<!-- metrics -->\n").and_then(|(_, rest)| rest.split_once("<!-- end -->"));
    assert_eq!(found.unwrap().0, table, "put this between the comments:\n{table}");
    let names: BTreeSet<&str> = ALL.iter().map(|metric| metric.name).collect();
    assert_eq!(names.len(), ALL.len());
}

#[tokio::test]
async fn events_say_where_and_why() {
    install();
    let topic = "where";
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [0, 50, 50, 50]));
    let producer = open(&disk, &sink, 10_000);
    let id = hex::encode(producer.found().producer_id);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    burst(&producer, lane, 45).await;
    producer.close(Duration::from_secs(20)).await.unwrap();
    let lines = lines_of(topic);
    let of = |code: &str| lines.iter().filter(|line| line.says("code") == code).collect::<Vec<_>>();
    let tried = of("full");
    assert!(!tried.is_empty());
    for line in tried.iter().filter(|line| line.says("suppressed").is_empty()) {
        assert_eq!((line.level, line.target.as_str()), (Level::WARN, "dashstream::producer"));
        let says = ["partition", "producer", "epoch", "lane", "error"].map(|field| line.says(field));
        assert_eq!(says, ["0", id.as_str(), "1", "0", "there is no room"], "{line:?}");
        let [first, last, tries] = ["first", "last", "tries"].map(|field| line.says(field).parse::<u64>().unwrap());
        assert!(first >= 1 && last >= first && tries >= 1, "{line:?}");
    }
    let (opened, ended) = (lines.first().unwrap(), lines.last().unwrap());
    assert_eq!((opened.level, opened.says("producer"), opened.says("epoch")), (Level::INFO, id.as_str(), "1"));
    assert_eq!((ended.level, ended.says("offered")), (Level::INFO, "45"), "{ended:?}");
    // One that cannot be encoded.
    assert_eq!((of("INVALID")[0].level, of("INVALID")[0].says("records")), (Level::WARN, "1"));
    let there: Vec<&Line> = lines.iter().filter(|line| !line.says("offset").is_empty()).collect();
    assert_eq!(there.len(), sink.topic.messages(0).len());
    assert!(there.iter().all(|line| line.level == Level::TRACE));
}

#[tokio::test]
async fn a_frame_of_which_nothing_is_heard_is_told() {
    install();
    let topic = "silent";
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [0, 0, 0, 100]));
    let mut setup = setup(10_000);
    setup.producer.deadline_us = 1_500_000;
    let producer = Producer::open(disk.clone(), Path::new("/producer"), sink.clone(), setup).unwrap();
    let id = hex::encode(producer.found().producer_id);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    let begin = Instant::now();
    producer.offer(lane, token("x")).await.unwrap();
    let told = || lines_of(topic).into_iter().filter(|line| line.says("code") == "deadline").collect::<Vec<_>>();
    for times in 1..=3 {
        // As often as a record is waited for, and no sooner.
        while told().len() < times {
            assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", lines_of(topic));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(begin.elapsed() >= Duration::from_millis(1_500) * u32::try_from(times).unwrap());
    }
    let fields = ["partition", "producer", "epoch", "lane", "first", "last", "tries", "error"];
    for line in told() {
        assert_eq!((line.level, line.target.as_str()), (Level::WARN, "dashstream::producer"));
        let says = fields.map(|field| line.says(field));
        assert_eq!(says, ["0", id.as_str(), "1", "0", "1", "2", "1", "the deadline has passed"]);
    }
    // Who is heard of is not told of any more.
    let reply = sink.silent.lock().unwrap().pop().unwrap();
    reply.tell(Outcome::Persisted(Position { partition: 0, offset: 0 }));
    let before = told().len();
    tokio::time::sleep(Duration::from_millis(3_500)).await;
    assert_eq!(told().len(), before);
}

#[tokio::test]
async fn a_frame_that_is_refused_for_good_is_an_error() {
    install();
    let topic = "refused";
    let (disk, sink) = (SimDisk::new(), Rough::new(topic, [100; 4]));
    let producer = open(&disk, &sink, 10_000);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    producer.send(lane, token("x")).await.unwrap();
    drop(producer);
    let refused = lines_of(topic).into_iter().find(|line| line.says("code") == "refused").unwrap();
    assert_eq!((refused.level, refused.says("error")), (Level::ERROR, "refused: too large"));
}

#[tokio::test]
async fn nothing_of_a_record_is_in_an_event() {
    install();
    let topic = "secret";
    for odds in [[0, 0, 0, 0], [30, 60, 80, 90], [100, 100, 100, 100]] {
        let (disk, sink) = (SimDisk::new(), Rough::new(topic, odds));
        let producer = open(&disk, &sink, 20);
        let owner = Run::open(&producer, "acme", Some(0), RunContext::of("run")).await.unwrap();
        for number in 0..100 {
            let call = view::ToolCall { tool: Some("login"), arguments: SECRET, ..Default::default() };
            let secret = Record { payload: Payload::from(call.to_owned()), ..Record::default() };
            let record = match number % 4 {
                0 => secret,
                1 => Record { thread: Some("t".repeat(2_000)), ..secret },
                2 => Record { kind: kinds::NODE_START, payload: Payload::Opaque(SECRET.into()), ..Record::default() },
                _ => token(SECRET),
            };
            // Not for ever: who waits for room is gone then.
            drop(tokio::time::timeout(Duration::from_millis(2), owner.writer().emit(record.clone())).await);
            drop(writer::emit(record.clone()).await);
            drop(owner.writer().emit(Record { run: Some("other".to_owned()), ..record }).await);
        }
        let writer = owner.writer();
        drop(owner);
        drop(writer.emit(token(SECRET)).await);
        drop(producer.close(Duration::from_millis(50)).await);
    }
    assert!(lines_of(topic).len() > 20);
    let told = format!("{:?}\n{:?}", lines(), sums());
    let bytes = format!("{:?}", SECRET.as_bytes());
    for form in [SECRET, bytes.trim_matches(['[', ']']), &hex::encode(SECRET)] {
        assert!(!told.contains(form), "{form}");
    }
}

fn prelude(disk: &SimDisk) -> Prelude {
    let spool = Path::new("/producer/spool");
    let name = dashstream_disk::Disk::list(disk, spool).unwrap().remove(0);
    let bytes = dashstream_disk::Disk::read(disk, &spool.join(name)).unwrap();
    let begin = bytes.windows(2).enumerate().find_map(|(at, _)| Prelude::read(&bytes[at..]).ok());
    begin.unwrap()
}

/// A prelude of some frame, out of the spool of a producer that could not send.
async fn some_prelude() -> Prelude {
    let (disk, sink) = (SimDisk::new(), Rough::new("some", [0, 0, 0, 100]));
    let producer = open(&disk, &sink, 10);
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    producer.offer(lane, token("x")).await.unwrap();
    producer.close(Duration::from_millis(50)).await.unwrap();
    prelude(&disk)
}

#[tokio::test]
async fn a_consumers_numbers_say_what_they_were_told() {
    install();
    let destination = Destination { system: "kafka", name: "numbers".to_owned() };
    let consumer = ConsumerMetrics::new(&destination, "readers");
    let of = |metric: &Metric, more: &[(&str, &str)]| {
        let here = [(names::SYSTEM, "kafka"), (names::DESTINATION, "numbers"), (names::GROUP, "readers")];
        sum(metric, &[&here, more].concat())
    };
    let place = Place::of(Position { partition: 4, offset: 77 }, None);
    consumer.delivered(&place);
    consumer.delivered(&place);
    assert_eq!(of(&names::CONSUMED, &[(names::PARTITION, "4")]), 2.0);
    consumer.processed(&place, Duration::from_millis(20), None);
    consumer.processed(&place, Duration::from_millis(10), Some("APPLICATION"));
    assert_eq!(of(&names::PROCESS_DURATION, &[]), 2.0);
    assert_eq!(of(&names::PROCESS_DURATION, &[(names::ERROR, "APPLICATION")]), 1.0);
    let verdicts = [Verdict::Gap(5), Verdict::LaneMoved];
    consumer.frame(&place, &verdicts);
    consumer.frame(&place, &[]);
    consumer.frame(&place, &[Verdict::Duplicate]);
    for verdict in ["GAP", "LANE_MOVED", "DUPLICATE", "none"] {
        assert_eq!(of(&names::FRAMES, &[(names::VERDICT, verdict)]), 1.0, "{verdict}");
    }
    consumer.rejected(&place, Code::BadMagic);
    consumer.rejected(&place, Code::BadMagic);
    consumer.rejected(&place, Code::PreludeCrc);
    assert_eq!(of(&names::REJECTED, &[(names::ERROR, "BAD_MAGIC"), (names::SCOPE, "frame")]), 2.0);
    assert_eq!(of(&names::REJECTED, &[]), 3.0);
    consumer.duplicates(30);
    assert_eq!(of(&names::DUPLICATES, &[]), 30.0);
    consumer.lost(5, 0);
    consumer.lost(2, 5);
    assert_eq!(of(&names::LOST, &[]), 2.0);
    consumer.dead_letter(&place, "judge", "BAD_MAGIC");
    assert_eq!(of(&names::DEAD_LETTERS, &[(names::STAGE, "judge"), (names::ERROR, "BAD_MAGIC")]), 1.0);
    consumer.dedup_unknown(&place, 9);
    assert_eq!(of(&names::DEDUP_UNKNOWN, &[]), 9.0);
    consumer.lag(4, 12);
    consumer.lag(4, 7);
    consumer.lag(5, 3);
    assert_eq!(of(&names::LAG, &[(names::PARTITION, "4")]), 7.0);
}

#[tokio::test]
async fn a_consumers_events_say_where_and_why() {
    install();
    let prelude = some_prelude().await;
    let destination = Destination { system: "kafka", name: "rejections".to_owned() };
    let consumer = ConsumerMetrics::new(&destination, "readers");
    let position = Position { partition: 4, offset: 77 };
    consumer.rejected(&Place::of(position, None), Code::BadMagic);
    consumer.rejected(&Place::of(position, Some(prelude)), Code::BodyCrc);
    consumer.frame(&Place::of(position, Some(prelude)), &[Verdict::Fork, Verdict::Duplicate]);
    consumer.dead_letter(&Place::of(position, Some(prelude)), "judge", "BODY_CRC");
    let lines = lines_of("rejections");
    let fields = ["group", "partition", "offset", "code", "producer", "epoch", "lane", "first"];
    let says = |line: &Line| (line.level, fields.map(|field| line.says(field).to_owned()).to_vec());
    let id = hex::encode(prelude.producer_id);
    let line = |level, code: &str, whose: bool| {
        let whose = if whose { [id.as_str(), "1", "0", "1"] } else { [""; 4] };
        let said = [&["readers", "4", "77", code], whose.as_slice()].concat();
        (level, said.into_iter().map(str::to_owned).collect::<Vec<_>>())
    };
    let expected = [
        line(Level::WARN, "BAD_MAGIC", false),
        line(Level::WARN, "BODY_CRC", true),
        line(Level::WARN, "FORK", true),
        line(Level::TRACE, "DUPLICATE", true),
        line(Level::ERROR, "BODY_CRC", true),
    ];
    assert_eq!(lines.iter().map(says).collect::<Vec<_>>(), expected);
}

#[tokio::test(start_paused = true)]
async fn warnings_that_repeat_are_held_back_and_counted() {
    install();
    let destination = Destination { system: "kafka", name: "repeats".to_owned() };
    let consumer = ConsumerMetrics::new(&destination, "readers");
    let place = Place::default();
    let said = || {
        let line = |line: Line| (line.says("code").to_owned(), line.says("suppressed").to_owned());
        lines_of("repeats").into_iter().map(line).collect::<Vec<_>>()
    };
    let (bad, held) =
        (("BAD_MAGIC".to_owned(), String::new()), |count: u64| ("BAD_MAGIC".to_owned(), count.to_string()));
    for _ in 0..1_000 {
        consumer.rejected(&place, Code::BadMagic);
    }
    consumer.rejected(&place, Code::BodyCrc);
    let other = ("BODY_CRC".to_owned(), String::new());
    let mut expected = [vec![bad.clone(); 5], vec![other.clone()]].concat();
    assert_eq!(said(), expected);
    tokio::time::advance(Duration::from_millis(9_999)).await;
    consumer.tick();
    assert_eq!(said(), expected, "its time has not come");
    assert_eq!(consumer.next().unwrap() - tokio::time::Instant::now(), Duration::from_millis(1));
    tokio::time::advance(Duration::from_millis(1)).await;
    consumer.tick();
    expected.push(held(995));
    assert_eq!(said(), expected);
    assert_eq!(consumer.next(), None);
    // What was held back is said before what comes next, and at the end.
    for _ in 0..7 {
        consumer.rejected(&place, Code::BadMagic);
    }
    tokio::time::advance(Duration::from_secs(10)).await;
    for _ in 0..6 {
        consumer.rejected(&place, Code::BadMagic);
    }
    // A period in which nothing was held back is over all the same.
    for _ in 0..5 {
        consumer.rejected(&place, Code::BodyCrc);
    }
    drop(consumer);
    expected.extend([vec![bad.clone(); 5], vec![held(2)], vec![bad; 5], vec![other; 5], vec![held(1)]].concat());
    assert_eq!(said(), expected);
    assert_eq!(sum(&names::REJECTED, &[(names::DESTINATION, "repeats")]), 1_019.0, "all are counted");
}

/// An application that takes everything.
struct Takes;

impl consumer::Handler for Takes {
    async fn handle(&mut self, _: consumer::Delivery<'_>) -> Result<Vec<consumer::Effect>, consumer::HandleError> {
        Ok(Vec::new())
    }
}

struct Saves;

impl consumer::Letters for Saves {
    async fn save(&mut self, _: &consumer::Failure) -> Result<(), String> {
        Ok(())
    }
}

// OBS-006, OBS-007: what a whole consumer tells.
#[tokio::test]
async fn what_a_consumer_sets_aside_is_an_event_and_a_number() {
    install();
    let (disk, topic) = (SimDisk::new(), MemTopic::new(1));
    let producer = Producer::open(disk, Path::new("/producer"), topic.clone(), setup(100)).unwrap();
    let lane = producer.lane("acme", Some(0)).await.unwrap();
    producer.send(lane, token(SECRET)).await.unwrap();
    producer.close(Duration::from_secs(5)).await.unwrap();
    let first = topic.messages(0).remove(0);
    let records = u64::from(Prelude::read(first.value.as_deref().unwrap()).unwrap().record_count);
    let garbage = format!("not a frame, and long enough to be looked at: {SECRET}");
    let garbage = Message { value: Some(garbage.into_bytes()), ..Message::default() };
    for message in [first, garbage] {
        drop(topic.send(0, message, Instant::now() + Duration::from_secs(60)));
    }
    let destination = Destination { system: "mem", name: "set aside".to_owned() };
    let metrics = ConsumerMetrics::new(&destination, "readers");
    let state = consumer::MemState::default();
    let config = consumer::ConsumerConfig::default();
    let mut consumer = consumer::Consumer::new(topic.source(), state, Saves, Takes, config).observed(metrics);
    consumer.run(tokio::time::sleep(Duration::from_millis(300))).await.unwrap();
    let account = consumer.account().clone();
    let of = |metric: &Metric, more: &[(&str, &str)]| {
        sum(metric, &[&[(names::DESTINATION, "set aside"), (names::GROUP, "readers")], more].concat())
    };
    let number = |count: u64| count as f64;
    assert_eq!(of(&names::CONSUMED, &[]), number(account.new));
    assert_eq!(of(&names::PROCESS_DURATION, &[]), number(account.new));
    assert_eq!(of(&names::FRAMES, &[(names::VERDICT, "none")]), number(account.new));
    assert_eq!(of(&names::FRAMES, &[(names::VERDICT, "DUPLICATE")]), 1.0);
    assert_eq!(of(&names::DUPLICATES, &[]), number(records));
    assert_eq!(of(&names::REJECTED, &[(names::ERROR, "BAD_MAGIC")]), 1.0);
    assert_eq!(of(&names::DEAD_LETTERS, &[(names::STAGE, "judge"), (names::ERROR, "BAD_MAGIC")]), 1.0);
    let lines = lines_of("set aside");
    let told: Vec<_> = lines.iter().filter(|line| line.says("code") == "BAD_MAGIC").map(|line| line.level).collect();
    assert_eq!(told, [Level::WARN, Level::ERROR]);
    assert!(lines.iter().all(|line| line.says("partition") == "0" && line.says("group") == "readers"));
    // OBS-008
    assert!(!format!("{lines:?}").contains(SECRET));
}
