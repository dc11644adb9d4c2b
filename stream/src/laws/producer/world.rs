//! A producer, and all that is around it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use dashstream_codec::laws::Broken;
use dashstream_codec::owned::{Payload, Record};
use dashstream_codec::{Encoder, EncoderConfig, Prelude, view};
use dashstream_proto::kinds;

use super::Happened;
use super::makings::Makings;
use super::stored::{Before, Found, Sealed, alone, consume, is_control, read};
use crate::identity::{Lane, Previous};
use crate::laws::{hold, possible, there};
use crate::producer::{
    Account, Action, Answer, Core, DropReason, FrameId, Offered, Policy, ProducerConfig, Terms, Tried, Who,
};

const LANES: u32 = 3;

/// What an offer became: the lane and the number.
type Given = (u32, u64);

pub(super) struct World {
    config: ProducerConfig,
    core: Core,
    epoch: u32,
    now_us: u64,
    /// What is there, in the order in which it came to be there.
    stored: Vec<Arc<[u8]>>,
    /// Sent, and nothing known.
    sent: Vec<(FrameId, Arc<[u8]>)>,
    /// What the spool keeps, in the order of sealing.
    spool: BTreeMap<FrameId, Arc<[u8]>>,
    /// What the spool has of earlier epochs and the core was not given yet.
    left: VecDeque<Arc<[u8]>>,
    /// Where each lane stands by all that was ever spooled, and where it stood when this epoch began.
    lasts: BTreeMap<u32, Previous>,
    begun: BTreeMap<u32, Previous>,
    /// The last number of each lane in this epoch.
    after: BTreeMap<u32, u64>,
    /// Numbers that its frames declare, by lane.
    declared: BTreeMap<u32, u64>,
    /// Lanes whose beginning was sealed and is not acknowledged.
    opening: BTreeSet<u32>,
    /// Lanes that have ended.
    ended: BTreeSet<u32>,
    /// Numbers of this epoch's records that may be there, by lane, and the frames that may be.
    may_be: BTreeMap<u32, BTreeSet<u64>>,
    possibly: BTreeSet<FrameId>,
    given: BTreeMap<u64, Given>,
    /// What was offered in this epoch, by its place.
    says: BTreeMap<Given, Record>,
    answers: BTreeMap<u64, Answer>,
    next_ticket: u64,
    /// Whether the transport may refuse frames for good, and has.
    refuses: bool,
    refused: bool,
    /// Numbers in this epoch that LATE_DROPS have declared in frames, and those that died before they could be declared so.
    late: u64,
    undeclared: u64,
    /// There was a burst of offers: one is enough, for it takes time.
    burst: bool,
    /// There is no time left to send anything.
    abandoned: bool,
}

fn core(config: ProducerConfig, epoch: u32, lasts: &BTreeMap<u32, Previous>) -> Result<Core, Broken> {
    let encoder = Encoder::new(EncoderConfig { max_frame_len: 3_000, ..EncoderConfig::default() });
    let encoder = possible("an encoder can be made", encoder)?;
    let who = Who { producer_id: [4; 16], epoch, boot_nonce: u64::from(epoch).to_le_bytes() };
    let kept = |number: u32| Lane {
        tenant: "acme".to_owned(),
        partition: Some(number),
        previous: lasts.get(&number).copied().unwrap_or_default(),
    };
    let lanes: Vec<_> = (0..LANES).map(|number| (number, kept(number))).collect();
    Ok(Core::new(config, who, encoder, lanes.iter().map(|(number, lane)| (*number, lane)), epoch.into()))
}

impl World {
    pub(super) fn new(makings: &mut Makings<'_>) -> Result<Self, Broken> {
        let config = makings.config();
        let refuses = makings.byte() < 64;
        Ok(Self {
            config,
            core: core(config, 1, &BTreeMap::new())?,
            epoch: 1,
            now_us: 1_000_000_000,
            stored: Vec::new(),
            sent: Vec::new(),
            spool: BTreeMap::new(),
            left: VecDeque::new(),
            lasts: BTreeMap::new(),
            begun: BTreeMap::new(),
            after: BTreeMap::new(),
            declared: BTreeMap::new(),
            opening: BTreeSet::new(),
            ended: BTreeSet::new(),
            may_be: BTreeMap::new(),
            possibly: BTreeSet::new(),
            given: BTreeMap::new(),
            says: BTreeMap::new(),
            answers: BTreeMap::new(),
            next_ticket: 0,
            refuses,
            refused: false,
            late: 0,
            undeclared: 0,
            burst: false,
            abandoned: false,
        })
    }

    /// Something happens, and the core says what is to be done.
    pub(super) fn step(&mut self, makings: &mut Makings<'_>) -> Result<(), Broken> {
        match makings.byte() {
            0..110 => self.offer(makings)?,
            110..120 => {
                for _ in 0..makings.below(40) {
                    self.offer(makings)?;
                }
            }
            120..200 => self.outcome(makings),
            200..235 => self.now_us += 1_000 * makings.below(80),
            235..245 => self.now_us += 1_000 * makings.below(6_000),
            245..249 => self.burst(makings),
            249..252 => self.die(makings)?,
            252 if self.refuses => self.core.end(),
            _ => {}
        }
        self.check()?;
        self.act()
    }

    fn offer(&mut self, makings: &mut Makings<'_>) -> Result<(), Broken> {
        let law = "an offer without a number is not counted";
        let number = u32::from(makings.byte()) % LANES;
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        let (record, terms) = makings.offer(ticket, self.now_us);
        let before = self.core.account().offered;
        let (given, counted) = match self.lend(number, &record, &terms) {
            Offered::Queued(sequence) | Offered::Dropped(sequence, _) => (Some(sequence), 1),
            Offered::Full { .. } if makings.flips() => {
                let terms = Terms { deadline_us: Some(self.now_us), ..terms };
                match self.lend(number, &record, &terms) {
                    Offered::Dropped(sequence, DropReason::Deadline) => (Some(sequence), 1),
                    other => return hold(false, "who gives up has a number", || format!("{other:?}")),
                }
            }
            Offered::Full { .. } | Offered::Refused => (None, 0),
        };
        if let Some(sequence) = given {
            self.given.insert(ticket, (number, sequence));
            self.says.insert((number, sequence), Record { sequence, ..record });
        }
        let after = self.core.account().offered;
        hold(after == before + counted, law, || format!("{before} to {after}"))
    }

    fn lend(&mut self, number: u32, record: &Record, terms: &Terms) -> Offered {
        self.core.offer(number, &record.as_input(), &record.payload.as_view(), terms, self.now_us)
    }

    /// More is dropped at once than one frame can declare, or nearly so.
    fn burst(&mut self, makings: &mut Makings<'_>) {
        let count = [300, 3_000, 33_000, 70_000].get(makings.index(4)).copied().unwrap_or(0);
        if std::mem::replace(&mut self.burst, true) {
            return;
        }
        let number = u32::from(makings.byte()) % LANES;
        for _ in 0..count {
            let payload = Payload::from(view::NodeStart::default().to_owned());
            let record = Record { payload, time_us: self.now_us, ..Record::default() };
            let terms = Terms { policy: Some(Policy::DropNewest), ..Terms::default() };
            if let Offered::Queued(sequence) = self.lend(number, &record, &terms) {
                self.says.insert((number, sequence), Record { sequence, ..record });
            }
        }
    }

    /// Does what the core says, until it says nothing.
    fn act(&mut self) -> Result<(), Broken> {
        loop {
            // What an earlier epoch has left is given when the core is done with what it was given before.
            if self.core.left() == 0 {
                self.give_left(1);
            }
            let Some(action) = self.core.poll(self.now_us) else { break };
            self.action(action)?;
            self.check()?;
        }
        let next = self.core.next_us();
        hold(next.is_none_or(|next| next > self.now_us), "who waits does not turn in circles", || format!("{next:?}"))
    }

    fn action(&mut self, action: Action) -> Result<(), Broken> {
        match action {
            Action::Send { frame, bytes, fresh, partition } => {
                self.see(frame, &bytes, fresh)?;
                let lane = Prelude::read(&bytes).ok().map(|prelude| prelude.lane);
                hold(partition == lane, "a frame goes to the partition of its lane", || format!("{partition:?}"))?;
                self.overtakes(frame, lane)?;
                self.sent.push((frame, bytes));
            }
            Action::Keep { frame, bytes } => self.see(frame, &bytes, true)?,
            Action::Forget(frame) => {
                let was = self.spool.remove(&frame);
                hold(was.is_some(), "a frame is forgotten once", || format!("{frame:?}"))?;
            }
            Action::Answer(ticket, answer) => {
                let other = self.answers.insert(ticket, answer);
                hold(other.is_none(), "a ticket is answered once", || format!("{ticket}: {other:?}, {answer:?}"))?;
            }
        }
        Ok(())
    }

    /// SEQ-018
    fn overtakes(&self, frame: FrameId, lane: Option<u32>) -> Result<(), Broken> {
        let of_lane = |bytes: &[u8]| Prelude::read(bytes).ok().map(|prelude| prelude.lane) == lane;
        let waits = |other: &FrameId| self.sent.iter().all(|(sent, _)| sent != other);
        let overtaken = self.spool.range(..frame).find(|(other, bytes)| of_lane(bytes) && waits(other));
        hold(overtaken.is_none(), "nothing is sent while an earlier frame of its lane waits", || format!("{frame:?}"))
    }

    /// A frame that is to be sent or kept.
    fn see(&mut self, frame: FrameId, bytes: &Arc<[u8]>, fresh: bool) -> Result<(), Broken> {
        // WRT-006
        if !fresh {
            let same = self.spool.get(&frame) == Some(bytes);
            return hold(same, "a frame is sent again as it is", || format!("{frame:?}"));
        }
        let (sealed, before) = read(bytes)?;
        // SEQ-006
        let older = self.left.iter().chain(self.spool.values());
        let older = older.filter_map(|kept| Prelude::read(kept).ok()).find(|kept| kept.epoch != self.epoch);
        hold(older.is_none() || self.abandoned, "what an older epoch has left goes first", || {
            format!("{older:?} before {sealed:?}")
        })?;
        let other = self.spool.insert(frame, Arc::clone(bytes));
        hold(other.is_none(), "a frame is fresh once", || format!("{frame:?}"))?;
        self.number(&sealed, before)?;
        self.declare(&sealed)?;
        self.tell(&sealed)?;
        alone(bytes)?;
        let numbers = sealed.records.iter().map(|(_, number)| *number);
        self.may_be.entry(sealed.prelude.lane).or_default().extend(numbers);
        Ok(())
    }

    /// SEQ-001, SEQ-004, SEQ-005, SEQ-007, SEQ-012: the numbers of a fresh frame.
    fn number(&mut self, sealed: &Sealed, before: Before) -> Result<(), Broken> {
        let Prelude { lane, epoch, base_sequence, .. } = sealed.prelude;
        let what = || format!("{sealed:?}");
        let after = self.after.get(&lane).copied().unwrap_or(0);
        hold(epoch == self.epoch && base_sequence > after, "no number is given twice", what)?;
        self.after.insert(lane, sealed.prelude.last_sequence());
        let begins = sealed.records.first().is_some_and(|(kind, _)| *kind == kinds::EPOCH_START);
        let first = after == 0;
        hold(begins == first && (!first || base_sequence == 1), "a lane begins with EPOCH_START", what)?;
        if first {
            self.opening.insert(lane);
            let begun = self.begun.get(&lane).copied().unwrap_or_default();
            let says = Some((begun.epoch, begun.last_sequence));
            hold(before == says, "a lane says what was before it", || format!("{before:?} and not {says:?}"))?;
        } else {
            // A core that was abandoned seals all the same, for its next life to send.
            let waits = self.opening.contains(&lane) && !self.abandoned;
            hold(!waits, "nothing is sent before the beginning is there", what)?;
        }
        self.lasts.insert(lane, Previous { epoch, last_sequence: sealed.prelude.last_sequence() });
        let end = sealed.records.iter().position(|(kind, _)| *kind == kinds::EPOCH_END);
        let last = end.is_none_or(|end| end + 1 == sealed.records.len());
        hold(last && !self.ended.contains(&lane), "nothing has a number after the end", what)?;
        self.ended.extend(end.map(|_| lane));
        Ok(())
    }

    /// What a fresh frame says is what was offered.
    fn tell(&self, sealed: &Sealed) -> Result<(), Broken> {
        let lane = sealed.prelude.lane;
        for record in sealed.contents.iter().filter(|record| !is_control(record.kind)) {
            let offered = self.says.get(&(lane, record.sequence));
            let same = offered.is_some_and(|offered| *record == Record { kind: record.kind, ..offered.clone() });
            hold(same, "a record says what was offered", || format!("{record:?}, and not {offered:?}"))?;
        }
        Ok(())
    }

    /// META-010, SEQ-009: what a fresh frame declares.
    fn declare(&mut self, sealed: &Sealed) -> Result<(), Broken> {
        let lane = sealed.prelude.lane;
        let declared = self.declared.entry(lane).or_default();
        *declared += u64::from(sealed.prelude.drop_count);
        // With what was declared late, it is more.
        let late = self.core.account().late_drops > 0 && sealed.dropped_total > *declared;
        let declared = *declared;
        hold(late || sealed.dropped_total == declared, "dropped_total is the sum", || {
            format!("{declared} of {sealed:?}")
        })?;
        self.late += sealed.late.iter().map(|(_, count)| count).sum::<u64>();
        let Some(numbers) = self.may_be.get(&lane) else { return Ok(()) };
        for (first, count) in &sealed.late {
            let may_be = numbers.range(*first..first.saturating_add(*count)).next();
            hold(may_be.is_none(), "what may be there is not declared dropped", || {
                format!("{may_be:?} by {sealed:?}")
            })?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Broken> {
        let account = self.core.account();
        hold(account.adds_up(), "every record is one thing", || format!("{account:?}"))?;
        let most = self.config.max_queued.max(LANES as usize) as u64;
        hold(account.queued <= most, "the queue is bounded", || format!("{account:?}"))
    }

    /// Something becomes known of a frame that was sent.
    fn outcome(&mut self, makings: &mut Makings<'_>) {
        if self.sent.is_empty() {
            return;
        }
        let (frame, bytes) = self.sent.remove(makings.index(self.sent.len()));
        let (tried, there) = match makings.byte() {
            0..130 => (Tried::Persisted, true),
            // Its acknowledgement is lost.
            130..160 => (Tried::PossiblyPersisted, true),
            160..190 => (Tried::PossiblyPersisted, false),
            190..240 if self.refuses => (Tried::Refused, false),
            _ => (Tried::NotPersisted, false),
        };
        match tried {
            Tried::PossiblyPersisted => drop(self.possibly.insert(frame)),
            Tried::Refused => self.refused(frame, &bytes),
            Tried::Persisted | Tried::NotPersisted => {}
        }
        if matches!(tried, Tried::Persisted | Tried::Refused) {
            self.lands(&bytes);
        }
        if there {
            self.stored.push(bytes);
        }
        self.core.outcome(frame, tried, self.now_us);
        // What is said twice is said once.
        self.core.outcome(frame, Tried::Persisted, self.now_us);
    }

    /// It is known what became of it.
    fn lands(&mut self, bytes: &[u8]) {
        let Ok(prelude) = Prelude::read(bytes) else { return };
        if prelude.epoch == self.epoch && prelude.base_sequence == 1 {
            self.opening.remove(&prelude.lane);
        }
    }

    /// It is not there and will not be, unless it was before.
    fn refused(&mut self, frame: FrameId, bytes: &[u8]) {
        self.refused = true;
        if self.possibly.contains(&frame) {
            return;
        }
        let Ok(prelude) = Prelude::read(bytes) else { return };
        if let Some(numbers) = self.may_be.get_mut(&prelude.lane).filter(|_| prelude.epoch == self.epoch) {
            numbers.retain(|number| !(prelude.base_sequence..=prelude.last_sequence()).contains(number));
        }
    }

    /// The process dies, and another one begins with what the spool has.
    fn die(&mut self, makings: &mut Makings<'_>) -> Result<(), Broken> {
        self.epoch += 1;
        self.undeclared += self.core.account().late_drops.saturating_sub(std::mem::take(&mut self.late));
        self.core = core(self.config, self.epoch, &self.lasts)?;
        self.abandoned = false;
        self.begun = self.lasts.clone();
        let mut left: Vec<_> =
            std::mem::take(&mut self.spool).into_values().chain(std::mem::take(&mut self.left)).collect();
        // A core that was abandoned has sealed although older frames waited.
        left.sort_by_key(|bytes| Prelude::read(bytes).map_or(0, |prelude| prelude.epoch));
        self.left = left.into();
        self.give_left(1 + makings.index(3));
        // What was under way may arrive all the same.
        for (_, bytes) in std::mem::take(&mut self.sent) {
            if makings.flips() {
                self.stored.push(bytes);
            }
        }
        self.after.clear();
        self.declared.clear();
        self.opening.clear();
        self.ended.clear();
        self.may_be.clear();
        self.possibly.clear();
        self.given.clear();
        self.says.clear();
        self.answers.clear();
        Ok(())
    }

    fn give_left(&mut self, count: usize) {
        for _ in 0..count {
            let Some(bytes) = self.left.pop_front() else { return };
            let lane = Prelude::read(&bytes).map_or(0, |prelude| prelude.lane);
            let frame = self.core.add_left(lane, bytes.to_vec(), !self.left.is_empty());
            // Nobody knows what its own life has come to know of it.
            self.possibly.insert(frame);
            self.spool.insert(frame, bytes);
        }
    }

    /// The producer ends, in time or not, and what is under way arrives.
    pub(super) fn finish(mut self, makings: &mut Makings<'_>) -> Result<Happened, Broken> {
        self.core.end();
        let abandoned = makings.byte() >= 200;
        let late = self.lend(0, &Record { kind: 5, ..Record::default() }, &Terms::default());
        let refused = late == Offered::Refused;
        hold(refused, "who has ended takes nothing", String::new)?;
        let (given, answers, account, epoch);
        if abandoned {
            self.core.abandon();
            self.abandoned = true;
            self.act()?;
            hold(self.core.is_idle() || !self.left.is_empty(), "all that waited is sealed", || {
                format!("{:?}", self.core.account())
            })?;
            (given, answers, epoch) = (self.given.clone(), self.answers.clone(), self.epoch);
            account = self.core.account().clone();
            self.die(makings)?;
            self.core.end();
            self.settle()?;
        } else {
            self.settle()?;
            account = self.core.account().clone();
            (given, answers, epoch) = (self.given.clone(), self.answers.clone(), self.epoch);
        }
        self.ends_well(&account, abandoned)?;
        let found = consume(&self.stored)?;
        self.finds(&found, &account, epoch)?;
        true_answers(&given, &answers, &found, (epoch, abandoned))?;
        Ok(Happened {
            epochs: epoch,
            dropped: account.dropped.into_keys().collect(),
            declared: found.sum(|account| account.declared()),
            answers: answers.into_values().collect(),
            counted: !self.refused,
        })
    }

    /// All that is under way arrives.
    fn settle(&mut self) -> Result<(), Broken> {
        for _ in 0..100_000 {
            self.act()?;
            if self.core.is_idle() && self.left.is_empty() {
                return Ok(());
            }
            if let Some((frame, bytes)) = self.sent.pop() {
                self.lands(&bytes);
                self.stored.push(bytes);
                self.core.outcome(frame, Tried::Persisted, self.now_us);
            } else {
                self.now_us = self.now_us.max(there("something will happen", self.core.next_us())?);
            }
        }
        hold(false, "it comes to an end", || format!("{:?}", self.core.account()))
    }

    fn ends_well(&self, account: &Account, abandoned: bool) -> Result<(), Broken> {
        let under_way = if abandoned { 0 } else { account.in_flight };
        let open = if abandoned || self.refused { 0 } else { account.possibly_persisted };
        let nothing = account.queued == 0 && under_way == 0 && open == 0;
        hold(nothing, "nothing waits at the end", || format!("{account:?}"))?;
        hold(self.spool.is_empty(), "nothing is kept at the end", || format!("{:?}", self.spool.keys()))
    }

    /// What a consumer finds is what the producer says.
    fn finds(&self, found: &Found, account: &Account, epoch: u32) -> Result<(), Broken> {
        let seen = found.sum(|account| account.seen());
        let records = found.offered() + found.controls.values().map(|numbers| numbers.len() as u64).sum::<u64>();
        hold(seen == records, "what is there is counted once", || format!("{seen} of {records}"))?;
        // Where a frame was refused, a lane begins later, or ends earlier.
        if self.refused {
            return Ok(());
        }
        let bad = ["FORK", "OVERLAP", "AFTER_END", "STALE_EPOCH", "LANE_MOVED", "BASELINE", "EPOCH_MISSING"];
        let bad: Vec<_> = bad.into_iter().filter(|name| found.verdicts.contains(name)).collect();
        hold(bad.is_empty(), "a consumer is content", || format!("{bad:?}"))?;
        // What was sealed is sent, whoever sealed it: nothing is lost but what nobody has sealed.
        let lost = found.sum(|account| account.lost());
        let what = || format!("{lost} and not {}: {account:?}", self.undeclared);
        hold(lost <= self.undeclared, "nothing is lost that was not declared", what)?;
        if epoch > 1 {
            return Ok(());
        }
        // The producer's account and that of who has read everything are the same.
        let there = account.acknowledged + account.in_flight + account.possibly_persisted;
        let offered = found.offered();
        hold(there == offered, "both count the same records", || format!("{offered}, and {account:?}"))?;
        let (declared, dropped) = (found.sum(|account| account.declared()), account.dropped.values().sum::<u64>());
        hold(declared == dropped, "what is dropped is declared", || format!("{declared}, and {account:?}"))?;
        let tails = found.ledger.finish();
        hold(tails.is_empty(), "every lane has ended", || format!("{tails:?}"))
    }
}

/// Every ticket has its answer, and the answer is true.
fn true_answers(
    given: &BTreeMap<u64, Given>,
    answers: &BTreeMap<u64, Answer>,
    found: &Found,
    (epoch, abandoned): (u32, bool),
) -> Result<(), Broken> {
    for (ticket, (lane, sequence)) in given {
        let there = found.records.get(&(epoch, *lane)).is_some_and(|numbers| numbers.contains(sequence));
        let is_true = match answers.get(ticket) {
            None => abandoned,
            Some(Answer::Persisted) => there,
            Some(Answer::NotPersisted(_)) => !there,
            Some(Answer::PossiblyPersisted) => true,
        };
        let what = || format!("{:?} of {sequence} in {lane}, which is there: {there}", answers.get(ticket));
        hold(is_true, "every answer is true", what)?;
    }
    Ok(())
}
