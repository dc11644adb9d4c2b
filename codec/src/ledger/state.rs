//! What a ledger knows of a lane, as a value that can be kept elsewhere.

use super::account::{Account, Tail};
use super::counted::{Counted, CountedRanges};
use super::lane::Lane;
use super::ranges::Ranges;

/// All that a ledger knows of a lane. Its bytes are a protobuf message, which is no part of the frame: who keeps it
/// checks that it is what was written. Of nonces it has those of epochs in which the lane has an account: a copy of the producer that shows in
/// another epoch alone, whose frames are not counted here, is STALE_EPOCH or AFTER_END to a ledger that was restored, and not FORK besides.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct LaneState {
    /// 16 bytes.
    #[prost(bytes = "vec", tag = "1")]
    pub producer_id: Vec<u8>,
    /// The lane.
    #[prost(uint32, tag = "2")]
    pub lane: u32,
    /// Tenant first seen.
    #[prost(string, optional, tag = "3")]
    pub tenant: Option<String>,
    /// Partition first seen.
    #[prost(uint32, optional, tag = "4")]
    pub partition: Option<u32>,
    /// LANE_END was seen.
    #[prost(bool, tag = "5")]
    pub ended: bool,
    /// Current epoch.
    #[prost(uint32, tag = "6")]
    pub current: u32,
    /// Accounts of epochs below were forgotten.
    #[prost(uint32, tag = "7")]
    pub epochs_from: u32,
    /// The accounts that are kept, ascending by epoch.
    #[prost(message, repeated, tag = "8")]
    pub epochs: Vec<EpochState>,
}

/// The account of an epoch.
#[derive(Clone, PartialEq, Eq, prost::Message)]
pub struct EpochState {
    /// The epoch.
    #[prost(uint32, tag = "1")]
    pub epoch: u32,
    /// First boot_nonce of the producer's epoch, 8 bytes; empty where no accepted frame was seen.
    #[prost(bytes = "vec", tag = "2")]
    pub boot_nonce: Vec<u8>,
    /// First number of the account.
    #[prost(uint64, tag = "3")]
    pub first: u64,
    /// Last number of the account; first - 1 where it has none.
    #[prost(uint64, tag = "4")]
    pub last: u64,
    /// [`Account::seen`].
    #[prost(uint64, tag = "5")]
    pub seen: u64,
    /// [`Account::declared`].
    #[prost(uint64, tag = "6")]
    pub declared: u64,
    /// [`Account::unreadable`].
    #[prost(uint64, tag = "7")]
    pub unreadable: u64,
    /// [`Account::lost`].
    #[prost(uint64, tag = "8")]
    pub lost: u64,
    /// 0 open, 1 ended, 2 closed.
    #[prost(uint32, tag = "9")]
    pub tail: u32,
    /// Counted ranges below were forgotten.
    #[prost(uint64, tag = "10")]
    pub counted_from: u64,
    /// Missing ranges below were forgotten.
    #[prost(uint64, tag = "11")]
    pub missing_from: u64,
    /// The counted ranges that are kept, ascending.
    #[prost(message, repeated, tag = "12")]
    pub counted: Vec<CountedState>,
    /// First and last number of the missing ranges that are kept, in turn, ascending.
    #[prost(uint64, repeated, tag = "13")]
    pub missing: Vec<u64>,
}

/// A counted range.
#[derive(Clone, Copy, PartialEq, Eq, prost::Message)]
pub struct CountedState {
    /// First number.
    #[prost(uint64, tag = "1")]
    pub first: u64,
    /// Last number.
    #[prost(uint64, tag = "2")]
    pub last: u64,
    /// Records of the frame, 1..65535.
    #[prost(uint32, tag = "3")]
    pub record_count: u32,
    /// Whether a frame of this range was accepted.
    #[prost(bool, tag = "4")]
    pub readable: bool,
    /// body_crc of the frame.
    #[prost(fixed32, tag = "5")]
    pub body_crc: u32,
    /// original_body_crc of its redaction.
    #[prost(fixed32, optional, tag = "6")]
    pub original: Option<u32>,
}

/// Why a state cannot be one that a ledger gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StateError {
    /// producer_id or a boot_nonce has another length.
    Length,
    /// There is no account of the current epoch, or one above it, or they are not ascending.
    Epochs,
    /// An account does not add up (LOSS-001), or its ranges are not ascending inside first..last.
    Account,
    /// There is no such tail.
    Tail,
}

impl core::fmt::Display for StateError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::Length => "an id or a nonce has a wrong length",
            Self::Epochs => "the epochs are in disorder",
            Self::Account => "an account does not add up",
            Self::Tail => "there is no such tail",
        })
    }
}

impl core::error::Error for StateError {}

impl EpochState {
    pub(super) fn of(epoch: u32, boot_nonce: Option<[u8; 8]>, account: &Account) -> Self {
        let tail = match account.tail {
            Tail::Open => 0,
            Tail::Ended => 1,
            Tail::Closed => 2,
        };
        Self {
            epoch,
            boot_nonce: boot_nonce.map(Vec::from).unwrap_or_default(),
            first: account.first,
            last: account.last,
            seen: account.seen,
            declared: account.declared,
            unreadable: account.unreadable,
            lost: account.lost,
            tail,
            counted_from: account.counted_from,
            missing_from: account.missing_from,
            counted: account.counted.iter().map(|(first, range)| CountedState::of(first, range)).collect(),
            missing: account.missing.iter().flat_map(|(first, last)| [first, last]).collect(),
        }
    }

    /// The first boot_nonce, where one is known.
    pub(super) fn nonce(&self) -> Result<Option<[u8; 8]>, StateError> {
        if self.boot_nonce.is_empty() {
            return Ok(None);
        }
        <[u8; 8]>::try_from(self.boot_nonce.as_slice()).map(Some).map_err(|_| StateError::Length)
    }

    fn account(&self) -> Result<Account, StateError> {
        let tail = match self.tail {
            0 => Tail::Open,
            1 => Tail::Ended,
            2 => Tail::Closed,
            _ => return Err(StateError::Tail),
        };
        let account = Account {
            first: self.first,
            last: self.last,
            seen: self.seen,
            declared: self.declared,
            unreadable: self.unreadable,
            lost: self.lost,
            tail,
            counted_from: self.counted_from,
            missing_from: self.missing_from,
            counted: self.counted_ranges()?,
            missing: self.missing_ranges()?,
        };
        if self.first == 0 || !account.identity_holds() { Err(StateError::Account) } else { Ok(account) }
    }

    fn counted_ranges(&self) -> Result<CountedRanges, StateError> {
        let mut ranges = CountedRanges::default();
        let mut free = self.first;
        for range in &self.counted {
            free = self.behind(free, range.first, range.last)?;
            ranges.put(range.first, range.range()?);
        }
        Ok(ranges)
    }

    fn missing_ranges(&self) -> Result<Ranges, StateError> {
        let mut ranges = Ranges::default();
        let mut free = self.first;
        let (pairs, rest) = self.missing.as_chunks::<2>();
        for &[first, last] in pairs {
            free = self.behind(free, first, last)?;
            ranges.insert(first, last);
        }
        if rest.is_empty() { Ok(ranges) } else { Err(StateError::Account) }
    }

    /// The first number behind a range, which begins at `free` or later and is one of the account.
    fn behind(&self, free: u64, first: u64, last: u64) -> Result<u64, StateError> {
        if first < free || last < first || last > self.last {
            return Err(StateError::Account);
        }
        last.checked_add(1).ok_or(StateError::Account)
    }
}

impl CountedState {
    fn of(first: u64, range: &Counted) -> Self {
        Self {
            first,
            last: range.last,
            record_count: u32::from(range.record_count),
            readable: range.readable,
            body_crc: range.body_crc,
            original: range.original,
        }
    }

    fn range(&self) -> Result<Counted, StateError> {
        Ok(Counted {
            last: self.last,
            record_count: u16::try_from(self.record_count).map_err(|_| StateError::Account)?,
            readable: self.readable,
            body_crc: self.body_crc,
            original: self.original,
        })
    }
}

impl Lane {
    /// The lane out of its state.
    pub(super) fn of_state(state: &LaneState) -> Result<Self, StateError> {
        let mut accounts = std::collections::BTreeMap::new();
        for epoch in &state.epochs {
            if accounts.last_key_value().is_some_and(|(&last, _)| last >= epoch.epoch) {
                return Err(StateError::Epochs);
            }
            accounts.insert(epoch.epoch, epoch.account()?);
        }
        // The current epoch is the highest one that has an account.
        if accounts.last_key_value().map(|(&last, _)| last) != Some(state.current) {
            return Err(StateError::Epochs);
        }
        Ok(Self {
            tenant: state.tenant.as_deref().map(Box::from),
            partition: state.partition,
            ended: state.ended,
            current: state.current,
            epochs_from: state.epochs_from,
            accounts,
        })
    }

    /// All but whose it is and the nonces.
    pub(super) fn state(&self, nonce: impl Fn(u32) -> Option<[u8; 8]>) -> LaneState {
        LaneState {
            producer_id: Vec::new(),
            lane: 0,
            tenant: self.tenant.as_deref().map(str::to_owned),
            partition: self.partition,
            ended: self.ended,
            current: self.current,
            epochs_from: self.epochs_from,
            epochs: self
                .accounts
                .iter()
                .map(|(&epoch, account)| EpochState::of(epoch, nonce(epoch), account))
                .collect(),
        }
    }
}
