//! Topics of Kafka (`spec/kafka.md`), by librdkafka.
//!
//! What is promised here was shown against brokers of Apache Kafka (`stream/kafka`). What was found of the client library:
//!
//! - It asks for one acknowledgement of a broker after the other, five under way at the most, for all partitions that the
//!   broker leads. A partition without a leader stays in the client's queue and slows nobody. A broker that hangs slows the
//!   partitions that it leads, until the others notice and lead them. (Not shown by a test: a leader answers the requests of a
//!   connection in turn, so a follower that hangs has to slow all partitions of its leader until it is no longer in sync.)
//! - A message of an idempotent producer that the library gives up makes it drain all others before it goes on. So it gives up none:
//!   the deadline of a message is kept by [`KafkaSink`], and the library goes on trying.
//! - What a header is called is taken for UTF-8 by it; one that is not is given without its name and value ([`KafkaSource`]).

mod client;
mod commit_error;
mod ends;
mod failure;
mod lane;
mod load;
mod rebalance;
mod seek;
mod sink;
mod source;
mod source_config;
mod state;
mod state_topic;
mod survey;

pub use commit_error::CommitError;
pub use ends::ends;
pub use load::Loaded;
pub use sink::{KafkaSink, KafkaSinkConfig};
pub use source::{KafkaGroup, KafkaSource};
pub use source_config::{Group, Isolation, KafkaSourceConfig};
pub use state::{Commit, KafkaCommits, KafkaCommitsConfig};
pub use survey::{Survey, SurveyedPartition, survey};
