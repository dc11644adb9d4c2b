//! What became of frames that were sent.

use super::config::DropReason;
use super::core::{Core, answer};
use super::due::late_drops;
use super::flight::{Flight, State};
use super::terms::{Action, Answer, FrameId, Tried};
use crate::backoff::Backoff;

impl Core {
    /// Says what became of a frame that was sent.
    pub fn outcome(&mut self, frame: FrameId, tried: Tried, now_us: u64) {
        let Some(flight) = self.flights.get_mut(&frame).filter(|flight| flight.state == State::Sent) else { return };
        match tried {
            Tried::Persisted => self.persisted(frame),
            Tried::Refused => self.refused(frame, now_us),
            Tried::NotPersisted | Tried::PossiblyPersisted => {
                if tried == Tried::PossiblyPersisted && !flight.possibly {
                    flight.possibly = true;
                    self.account.in_flight -= flight.records;
                    self.account.possibly_persisted += flight.records;
                    if let Some(lane) = flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
                        lane.lost_states += 1;
                    }
                }
                let backoff = Backoff { first_us: self.config.backoff_us, most_us: self.config.max_backoff_us };
                let wait = backoff.draw_us(flight.tries, &mut self.rng);
                flight.state = State::Due(now_us.saturating_add(wait));
            }
        }
    }

    fn land(&mut self, frame: FrameId) -> Option<Flight> {
        let flight = self.flights.remove(&frame)?;
        match flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
            Some(lane) => lane.in_flight = lane.in_flight.saturating_sub(1),
            None => self.left = self.left.saturating_sub(1),
        }
        let place = if flight.possibly { &mut self.account.possibly_persisted } else { &mut self.account.in_flight };
        *place -= flight.records;
        Some(flight)
    }

    fn persisted(&mut self, frame: FrameId) {
        let Some(flight) = self.land(frame) else { return };
        if let Some(lane) = flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) {
            lane.acknowledged = true;
        }
        self.account.acknowledged += flight.records;
        self.actions.push_back(Action::Forget(frame));
        for (ticket, _) in flight.waiting {
            answer(&mut self.actions, Some(ticket), Answer::Persisted);
        }
    }

    /// A frame that will never be there. Where it was never possible that it is, its numbers are declared (SEQ-009).
    fn refused(&mut self, frame: FrameId, now_us: u64) {
        let Some(flight) = self.land(frame) else { return };
        self.actions.push_back(Action::Forget(frame));
        let told = if flight.possibly { Answer::PossiblyPersisted } else { Answer::NotPersisted(DropReason::Refused) };
        for (ticket, _) in &flight.waiting {
            answer(&mut self.actions, Some(*ticket), told);
        }
        if flight.possibly {
            self.account.possibly_persisted += flight.records;
            return;
        }
        *self.account.dropped.entry(DropReason::Refused).or_default() += flight.records;
        let Some(lane) = flight.lane.and_then(|lane| self.lanes.get_mut(&lane)) else { return };
        lane.lost_states += 1;
        if !lane.ended {
            let span = flight.last - flight.first + 1;
            lane.dropped_total += span - flight.declared;
            self.account.late_drops += span;
            late_drops(lane, flight.first, span, DropReason::Refused, now_us);
        }
    }
}
