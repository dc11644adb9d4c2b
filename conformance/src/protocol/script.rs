//! Scripts for producers and consumers, as questions and answers (`vectors/pipeline.md`).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dashstream_vectors::{
    ConsumerEvent, ConsumerSettings, ConsumerStep, HexBytes, OfferOutcome, ProducerSettings, ProducerStep,
    StateOutcome, StateStep, StoreFile, StoreThread,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Bytes, in the line as base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base64(pub Vec<u8>);

impl Serialize for Base64 {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Base64 {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        STANDARD.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// A script for a consumer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsumerQuestion {
    /// How the consumer works.
    pub settings: ConsumerSettings,
    /// What happens.
    pub steps: Vec<ConsumerStep<Base64>>,
}

impl ConsumerQuestion {
    /// The script of a vector.
    #[must_use]
    pub fn new(settings: &ConsumerSettings, steps: &[ConsumerStep]) -> Self {
        let bytes = |bytes: HexBytes| Base64(bytes.to_vec());
        Self { settings: settings.clone(), steps: steps.iter().cloned().map(|step| step.map(bytes)).collect() }
    }
}

/// A script for a producer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProducerQuestion {
    /// How the producer works.
    pub settings: ProducerSettings,
    /// What happens.
    pub steps: Vec<ProducerStep>,
}

/// Records of a thread's state, for a follower.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateQuestion {
    /// The records, in their order.
    pub steps: Vec<StateStep>,
}

/// What a follower made of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateReport {
    /// One entry for each step.
    pub states: Vec<StateOutcome>,
}

/// A store to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoreQuestion {
    /// Its files.
    pub files: Vec<StoreFile<Base64>>,
}

impl StoreQuestion {
    /// The store of a vector.
    #[must_use]
    pub fn new(files: &[StoreFile]) -> Self {
        let bytes = |bytes: HexBytes| Base64(bytes.to_vec());
        Self { files: files.iter().cloned().map(|file| file.map(bytes)).collect() }
    }
}

/// What was found in a store.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreReport {
    /// What was found in each folder of a thread, by its name.
    pub threads: Vec<StoreThread>,
}

/// What a consumer did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsumerReport {
    /// One list for each step.
    pub steps: Vec<Vec<ConsumerEvent>>,
}

/// What a producer did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerReport {
    /// One entry for each step.
    pub steps: Vec<ProducerStepReport>,
}

/// What a producer did in one step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProducerStepReport {
    /// Frames that were given to the destination, in order.
    pub sent: Vec<SentFrame>,
    /// Answers for offers.
    pub outcomes: Vec<OutcomeLine>,
}

/// A frame that was given to the destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SentFrame {
    /// For which partition.
    pub partition: u32,
    /// Its bytes.
    pub frame: Base64,
}

/// The answer for an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeLine {
    /// Its number in the script, from 0.
    pub offer: u64,
    /// What became of it.
    pub outcome: OfferOutcome,
}
