//! The files as serde reads them, before it is known which keys belong to which operation.

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::model::{
    AcceptedEntry, Account, Capability, Class, EndVerdict, LedgerFrame, Limits, Operation, RejectedFrame, SkippedRange,
    Summary, Twin, Verdict, WriteOptions,
};
use crate::{ConsumerEvent, HexBytes, OutcomeRange, Rejection, StateOutcome, StoreFile, StoreThread};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVector {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) requirements: Vec<String>,
    pub(crate) operation: Operation,
    pub(crate) class: Class,
    #[serde(default)]
    pub(crate) needs: Vec<Capability>,
    pub(crate) input: RawInput,
    pub(crate) expect: RawExpect,
    #[serde(default)]
    pub(crate) twin: Option<Twin>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawInput {
    #[serde(default)]
    pub(crate) bytes: Given<HexBytes>,
    #[serde(default)]
    pub(crate) limits: Option<Limits>,
    #[serde(default)]
    pub(crate) tenant: Option<String>,
    #[serde(default)]
    pub(crate) frames: Option<Vec<LedgerFrame>>,
    #[serde(default)]
    pub(crate) content: Option<Value>,
    #[serde(default)]
    pub(crate) options: Option<WriteOptions>,
    #[serde(default)]
    pub(crate) repeat_records: Option<u64>,
    #[serde(default)]
    pub(crate) settings: Option<Value>,
    #[serde(default)]
    pub(crate) steps: Option<Value>,
    #[serde(default)]
    pub(crate) files: Option<Vec<StoreFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawExpect {
    #[serde(default)]
    pub(crate) frame: Option<Value>,
    #[serde(default)]
    pub(crate) summary: Option<Summary>,
    #[serde(default)]
    pub(crate) error: Option<RawError>,
    #[serde(default)]
    pub(crate) released: Option<u64>,
    #[serde(default)]
    pub(crate) lints: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) codec: Option<u32>,
    #[serde(default)]
    pub(crate) accepted: Option<Vec<AcceptedEntry>>,
    #[serde(default)]
    pub(crate) skipped: Option<Vec<SkippedRange>>,
    #[serde(default)]
    pub(crate) rejected: Option<Vec<RejectedFrame>>,
    #[serde(default)]
    pub(crate) tail: Given<u64>,
    #[serde(default)]
    pub(crate) verdicts: Option<Vec<Vec<Verdict>>>,
    #[serde(default)]
    pub(crate) end: Option<Vec<EndVerdict>>,
    #[serde(default)]
    pub(crate) accounts: Option<Vec<Account>>,
    #[serde(default)]
    pub(crate) steps: Option<Vec<Vec<ConsumerEvent>>>,
    #[serde(default)]
    pub(crate) states: Option<Vec<StateOutcome>>,
    #[serde(default)]
    pub(crate) threads: Option<Vec<StoreThread>>,
    #[serde(default)]
    pub(crate) outcomes: Option<Vec<OutcomeRange>>,
    #[serde(default)]
    pub(crate) producers: Option<u32>,
    #[serde(default)]
    pub(crate) forks: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawError {
    #[serde(default)]
    pub(crate) code: Option<String>,
    #[serde(default)]
    pub(crate) codes: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) offset: Option<u64>,
}

impl RawError {
    pub(crate) fn placed(self) -> Option<Rejection> {
        match (self.code, self.codes, self.offset) {
            (Some(code), None, Some(offset)) => Some(Rejection { code, offset }),
            _ => None,
        }
    }

    pub(crate) fn codes(self) -> Option<Vec<String>> {
        match (self.code, self.codes, self.offset) {
            (Some(code), None, None) => Some(vec![code]),
            (None, Some(codes), None) if !codes.is_empty() => Some(codes),
            _ => None,
        }
    }
}

/// A key that may be absent, null, or have a value, where null and absent are different things.
#[derive(Default)]
pub(crate) enum Given<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(from)?.map_or(Self::Null, Self::Value))
    }
}
