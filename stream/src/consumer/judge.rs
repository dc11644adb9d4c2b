//! Steps 1 to 3 of `spec/consumer.md`: a message is judged, accounted for, and chosen what to do with.

use dashstream_codec::ledger::{Observation, Verdict};
use dashstream_codec::{Batch, Class, Decoder, Error, Prelude, ReadOptions};

use super::account::ConsumerAccount;
use super::config::ConsumerConfig;
use super::failure::{Failure, Stage, Why};
use super::part::Part;
use super::standing::Standing;
use super::state::LaneKey;
use super::work::{Count, Hand, Progress};
use crate::deadletter::ReplayKey;
use crate::transport::{Message, Position, RejectedFrame};

/// What a message turns out to be.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one at a time, where it is used")]
pub(super) enum Judged<'b> {
    /// A frame that was accepted.
    Frame(Batch<'b>, Progress),
    /// One that was rejected.
    Rejected(Progress),
    /// One that a newer reader may accept (CON-005).
    Unsupported(Error),
}

/// What is needed to judge.
#[derive(Debug)]
pub(super) struct Judge<'a> {
    pub(super) config: &'a ConsumerConfig,
    pub(super) account: &'a mut ConsumerAccount,
    pub(super) part: &'a mut Part,
    pub(super) now_us: u64,
}

/// The lane whose state has to be there before the message is judged.
pub(super) fn lane_of(message: &Message) -> Option<LaneKey> {
    let prelude = Prelude::read(message.value.as_deref()?).ok()?;
    prelude.is_countable().then(|| LaneKey::of(&prelude))
}

impl Judge<'_> {
    // CON-001
    pub(super) fn message<'b>(
        &mut self,
        decoder: &'b mut Decoder,
        message: &'b Message,
        position: Position,
        next: u64,
    ) -> Judged<'b> {
        // CON-012
        let options = ReadOptions { limits: self.config.limits, tenant: self.config.tenant.as_deref() };
        let replay = ReplayKey::of(message);
        match decoder.decode_value(message.value.as_deref(), &options) {
            Ok(batch) => {
                let progress = self.accepted(&batch, message, position, next, replay);
                Judged::Frame(batch, progress)
            }
            // CON-005, KAF-007
            Err(error) if error.code.class() == Class::Unsupported && !self.config.pass.contains(&position) => {
                Judged::Unsupported(error)
            }
            Err(error) => Judged::Rejected(self.rejected(error, message, position, next, replay.as_ref())),
        }
    }

    fn accepted(
        &mut self,
        batch: &Batch<'_>,
        message: &Message,
        position: Position,
        next: u64,
        replay: Option<ReplayKey>,
    ) -> Progress {
        let mut progress = Progress::new(position, next, Count::New);
        let mut verdicts = Vec::new();
        let mut standing = Standing::New;
        if replay.is_some() {
            // CON-013: the ledger has nothing to do with it.
            progress.count = Count::Replayed;
        } else {
            let observation = Observation { partition: Some(position.partition), ..Observation::of_batch(batch) };
            verdicts = self.observe(&observation, &mut progress);
            standing = Standing::of(&verdicts);
            let lane = LaneKey::of(batch.prelude());
            if standing == Standing::New && self.part.doubts(lane) {
                standing = Standing::Unknown;
            }
            progress.count = match standing {
                Standing::New => Count::New,
                Standing::Unknown => Count::Unknown,
                Standing::Duplicate => Count::Duplicate,
            };
        }
        // CON-003, KAF-010
        if standing != Standing::Duplicate {
            let may_repeat = self.may_repeat();
            progress.hand = Some(Hand { verdicts, standing, may_repeat });
            let only = replay.as_ref().map_or(0, |replay| replay.record);
            self.letters_of_records(batch, message, only, &mut progress);
        }
        progress.replay = replay;
        progress
    }

    // CON-008
    fn may_repeat(&mut self) -> bool {
        let marked = self.part.to_mark > 0;
        self.part.to_mark = self.part.to_mark.saturating_sub(1);
        self.part.handed = self.part.handed.saturating_add(1);
        self.account.marked += u64::from(marked);
        marked
    }

    // CON-006, DLQ-006
    fn letters_of_records(&mut self, batch: &Batch<'_>, message: &Message, only: u32, progress: &mut Progress) {
        for (index, result) in (1..).zip(batch.records()) {
            if let Some(error) = result.error.filter(|_| only == 0 || only == index) {
                let letter = self.failure(progress.position, message.clone(), Stage::Record, Why::Reader(error));
                progress.letters.push_back(Failure { record: index, ..letter });
                self.account.records_rejected += 1;
            }
        }
    }

    fn rejected(
        &mut self,
        error: Error,
        message: &Message,
        position: Position,
        next: u64,
        replay: Option<&ReplayKey>,
    ) -> Progress {
        let mut progress = Progress::new(position, next, Count::Rejected(error.code.name()));
        let prelude = message.value.as_deref().and_then(|value| Prelude::read(value).ok());
        if let Some(prelude) = prelude.filter(|_| replay.is_none())
            && let Some(seen) = Observation::of_rejected(&prelude, error.code)
        {
            self.observe(&Observation { partition: Some(position.partition), ..seen }, &mut progress);
        }
        let passed = error.code.class() == Class::Unsupported;
        let stage = if passed { Stage::Passed } else { Stage::Judge };
        // CON-006, KAF-008
        let letter = self.failure(position, message.clone(), stage, Why::Reader(error));
        // DLQ-010
        let record = replay.map_or(0, |replay| replay.record);
        progress.letters.push_back(Failure { record, ..letter });
        progress
    }

    /// A range of a file in which there is no frame.
    pub(super) fn damage(
        &mut self,
        bytes: Vec<u8>,
        code: dashstream_codec::Code,
        rejected: &[RejectedFrame],
        position: Position,
        next: u64,
    ) -> Progress {
        let mut progress = Progress::new(position, next, Count::Damaged);
        for frame in rejected {
            if let Some(seen) = Observation::of_rejected(&frame.prelude, frame.error.code) {
                self.observe(&Observation { partition: Some(position.partition), ..seen }, &mut progress);
            }
        }
        let message = Message { value: Some(bytes), ..Message::default() };
        let failure = self.failure(position, message, Stage::Damage, Why::Skipped(code));
        progress.letters.push_back(Failure { rejected: rejected.to_vec(), ..failure });
        progress
    }

    // CON-002
    fn observe(&mut self, frame: &Observation<'_>, progress: &mut Progress) -> Vec<Verdict> {
        let verdicts = self.part.observe(frame, &mut progress.before);
        for verdict in &verdicts {
            *self.account.verdicts.entry(verdict.name()).or_default() += 1;
        }
        verdicts
    }

    pub(super) fn failure(&self, position: Position, message: Message, stage: Stage, why: Why) -> Failure {
        let now_us = self.now_us;
        Failure {
            position,
            message,
            rejected: Vec::new(),
            stage,
            why,
            record: 0,
            attempt: 1,
            first_failure_us: now_us,
            last_failure_us: now_us,
        }
    }
}
