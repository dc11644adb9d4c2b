//! Step by step, on a clock that is set.

use dashstream_codec::FlushPolicy;
use dashstream_codec::owned::Record;
use dashstream_stream::producer::{Policy, ProducerConfig, ProducerSetup, Terms};
use dashstream_vectors::{Does, LaneSettings, ProducerSettings, WhenFull};

use super::ProducerTrouble;
use super::folder::Folder;
use super::life::Life;
use super::waiting::Offer;
use crate::protocol::ProducerStepReport;

/// When scripts begin, and the time of the first offer, in microseconds since 1970.
const BEGIN_US: u64 = 1_700_000_000_000_000;

/// The kind of all records that are offered.
const NODE_START: u32 = 5;

/// A script that is being played.
#[derive(Debug)]
pub(super) struct Script {
    folder: Folder,
    setup: ProducerSetup,
    lanes: Vec<LaneSettings>,
    now_us: u64,
    /// Offers so far.
    offers: u64,
    /// Openings so far.
    lives: u64,
    does: Does,
    life: Option<Life>,
    /// What was done by one that is gone.
    report: ProducerStepReport,
}

impl Script {
    pub(super) fn new(settings: &ProducerSettings) -> Result<Self, ProducerTrouble> {
        let ProducerSettings { ref lanes, max_records, linger_ms, deadline_ms, heartbeat_ms, queue } = *settings;
        let us = |ms: u64| ms.saturating_mul(1_000);
        let default = ProducerConfig::default();
        let flush = FlushPolicy { max_records: max_records as usize, max_age_us: us(linger_ms), ..default.flush };
        let producer = ProducerConfig {
            flush,
            max_queued: queue.map_or(default.max_queued, |queue| queue as usize),
            deadline_us: us(deadline_ms),
            heartbeat_us: us(heartbeat_ms),
            backoff_us: 1_000,
            max_backoff_us: 5_000,
            ..default
        };
        Ok(Self {
            folder: Folder::new()?,
            setup: ProducerSetup { producer, ..ProducerSetup::default() },
            lanes: lanes.clone(),
            now_us: BEGIN_US,
            offers: 0,
            lives: 0,
            does: Does::default(),
            life: None,
            report: ProducerStepReport::default(),
        })
    }

    /// What was done since this was asked.
    pub(super) fn report(&mut self) -> ProducerStepReport {
        let report = self.life.as_mut().map_or(&mut self.report, |life| &mut life.report);
        std::mem::take(report)
    }

    pub(super) fn open(&mut self) -> Result<(), ProducerTrouble> {
        self.without_life()?;
        self.lives += 1;
        let life = Life::open(&self.folder.state(), self.setup, &self.lanes, self.does, self.lives)?;
        self.life.insert(life).act(self.now_us)
    }

    pub(super) fn offer(&mut self, lane: u32, count: u32, full: WhenFull) -> Result<(), ProducerTrouble> {
        let life = self.life.as_mut().ok_or(ProducerTrouble::NoProducer)?;
        let policy = Some(match full {
            WhenFull::Wait => Policy::Block,
            WhenFull::DropOldest => Policy::DropOldest,
            WhenFull::DropNewest => Policy::DropNewest,
        });
        for _ in 0..count {
            let record = Record { kind: NODE_START, time_us: BEGIN_US + self.offers, ..Record::default() };
            let terms = Terms { policy, ticket: Some(self.offers), deadline_us: None };
            life.offer(lane, Offer { record, terms }, self.now_us)?;
            self.offers += 1;
        }
        life.act(self.now_us)
    }

    /// What was to be tried again is tried, so that what the destination does from now on happens in this step.
    pub(super) fn destination(&mut self, does: Does) -> Result<(), ProducerTrouble> {
        self.does = does;
        let Some(life) = &mut self.life else { return Ok(()) };
        life.change(does, self.now_us);
        life.act(self.now_us)?;
        while life.is_awaited()
            && let Some(next_us) = life.next_us()
        {
            self.now_us = next_us.max(self.now_us + 1);
            life.act(self.now_us)?;
        }
        Ok(())
    }

    pub(super) fn wait(&mut self, ms: u64) -> Result<(), ProducerTrouble> {
        let until_us = self.now_us.saturating_add(ms.saturating_mul(1_000));
        self.pass(until_us, |_| false)
    }

    /// Time passes, from event to event, until then, or until there is no reason to wait.
    fn pass(&mut self, until_us: u64, is_done: impl Fn(&Life) -> bool) -> Result<(), ProducerTrouble> {
        if let Some(life) = &mut self.life {
            life.act(self.now_us)?;
            while !is_done(life) && self.now_us < until_us {
                self.now_us = life.next_us().unwrap_or(until_us).clamp(self.now_us + 1, until_us);
                life.act(self.now_us)?;
            }
        } else {
            self.now_us = until_us;
        }
        Ok(())
    }

    pub(super) fn crash(&mut self) {
        self.report = self.report();
        self.life = None;
    }

    pub(super) fn close(&mut self, ms: u64) -> Result<(), ProducerTrouble> {
        self.life.as_mut().ok_or(ProducerTrouble::NoProducer)?.end();
        self.pass(self.now_us.saturating_add(ms.saturating_mul(1_000)), Life::is_idle)?;
        let now_us = self.now_us;
        self.life.as_mut().ok_or(ProducerTrouble::NoProducer)?.abandon(now_us)?;
        self.crash();
        Ok(())
    }

    pub(super) fn forget(&self) -> Result<(), ProducerTrouble> {
        self.without_life()?;
        Ok(self.folder.forget()?)
    }

    pub(super) fn save(&self) -> Result<(), ProducerTrouble> {
        self.without_life()?;
        Ok(self.folder.save()?)
    }

    pub(super) fn restore(&self) -> Result<(), ProducerTrouble> {
        self.without_life()?;
        Ok(self.folder.restore()?)
    }

    const fn without_life(&self) -> Result<(), ProducerTrouble> {
        if self.life.is_some() { Err(ProducerTrouble::InUse) } else { Ok(()) }
    }
}
