//! Letters in a topic of Kafka.

use dashstream_stream::deadletter::Listing;

use crate::exit::Failure;
use crate::places::{Place, SecurityArgs};

/// All letters that are in a topic now. A letter that was saved more than once is there as it was saved last.
#[cfg(feature = "kafka")]
pub(super) fn read(place: &Place, security: &SecurityArgs) -> Result<Listing, Failure> {
    let Place::Kafka { brokers, topic } = place else { return Ok(Listing::default()) };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::io("runtime"))?;
    let config = security.config(brokers)?;
    let read = runtime.block_on(to_the_end(&config, topic)).map_err(crate::places::transport(place))?;
    runtime.shutdown_background();
    Ok(list(place, read))
}

#[cfg(not(feature = "kafka"))]
pub(super) fn read(_place: &Place, _security: &SecurityArgs) -> Result<Listing, Failure> {
    Err(Failure::Usage(crate::places::NO_KAFKA.to_owned()))
}

#[cfg(feature = "kafka")]
async fn to_the_end(
    brokers: &dashstream_stream::security::Config,
    topic: &str,
) -> Result<Vec<dashstream_stream::transport::Received>, dashstream_stream::transport::TransportError> {
    use dashstream_stream::transport::kafka::{KafkaSource, KafkaSourceConfig, ends};
    use dashstream_stream::transport::{Event, From, Source as _};
    use std::time::Duration;

    // A mark of a transaction at the end is an offset without a message.
    const QUIET: Duration = Duration::from_secs(3);

    let config = KafkaSourceConfig::new(topic, None);
    let ends = ends(brokers, topic, config.patience).await?;
    let mut source = KafkaSource::connect(brokers, &config).await?;
    // The partitions, which are all its own.
    source.next().await?;
    let mut open = std::collections::BTreeMap::new();
    for (partition, (low, high)) in (0..).zip(ends) {
        source.seek(partition, From::Start).await?;
        if low < high {
            open.insert(partition, high);
        }
    }
    let mut read = Vec::new();
    while !open.is_empty() {
        let Ok(event) = tokio::time::timeout(QUIET, source.next()).await else { break };
        let Event::Message(received) = event? else { continue };
        let partition = received.position.partition;
        let Some(end) = open.get(&partition).copied() else { continue };
        if received.next >= end {
            open.remove(&partition);
        }
        if received.position.offset < end {
            read.push(received);
        }
    }
    Ok(read)
}

#[cfg(feature = "kafka")]
fn list(place: &Place, read: Vec<dashstream_stream::transport::Received>) -> Listing {
    use dashstream_stream::deadletter::{Damaged, Letter, LetterName};
    use dashstream_stream::transport::{Content, Received};

    let mut listing = Listing::default();
    for Received { position, content, .. } in read {
        let Content::Message(message) = content else { continue };
        let letter = match Letter::from_message(&message) {
            Ok(letter) => letter,
            Err(error) => {
                let path = format!("{place}: partition {} at {}", position.partition, position.offset).into();
                listing.damaged.push(Damaged { path, error });
                continue;
            }
        };
        let same = |other: &Letter| other.id() == letter.id();
        let number = 1 + listing.letters.iter().filter(|(_, other)| same(other)).count();
        match listing.letters.iter_mut().find(|(_, other)| same(other) && other.message == letter.message) {
            Some((_, other)) => *other = letter,
            None => {
                let name = LetterName { id: letter.id(), number: u32::try_from(number).unwrap_or(u32::MAX) };
                listing.letters.push((name, letter));
            }
        }
    }
    listing.letters.sort_by_key(|(name, letter)| (letter.tries.first_us, *name));
    listing
}
