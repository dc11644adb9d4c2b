//! The checks of spec/metadata.md, after the scan.

use super::bytes::{all_zero, wide};
use super::gate::{Fault, Gate};
use super::prelude::Prelude;
use super::wire::{Entry, Tree};

const TENANT: u32 = 1;
const BOOT_NONCE: u32 = 2;
/// Number of `base_time_us`.
pub const BASE_TIME_US: u32 = 3;
const TRACE_ID: u32 = 4;
const DROP_REASON: u32 = 5;
const DROP_REASON_COUNT: u32 = 6;
const DROPPED_TOTAL: u32 = 7;
const CONTEXTS: u32 = 8;
const REDACTION: u32 = 9;

const CODE: &str = "METADATA_FIELD";

/// The metadata of a frame, and what is needed to say where one of its fields is.
pub struct Metadata {
    /// The message.
    pub tree: Tree,
    /// Offset of the first byte after the metadata.
    pub end: u64,
}

impl Metadata {
    fn at(&self, number: u32) -> u64 {
        self.tree.tag(number).map_or(self.end, wide)
    }

    /// Owner of the frame.
    #[must_use]
    pub fn tenant(&self) -> String {
        self.tree.text(TENANT)
    }

    /// Nonce of the producer's opening of its state.
    #[must_use]
    pub fn boot_nonce(&self) -> Vec<u8> {
        self.tree.bytes(BOOT_NONCE)
    }

    /// Trace of the records that name none; empty where there is none.
    #[must_use]
    pub fn trace_id(&self) -> Vec<u8> {
        self.tree.bytes(TRACE_ID)
    }

    /// Time from which the first record counts.
    #[must_use]
    pub fn base_time(&self) -> i128 {
        i128::from(self.tree.number(BASE_TIME_US))
    }

    /// The redaction, where there is one: the body_crc of the frame that was erased.
    #[must_use]
    pub fn redaction(&self) -> Option<u64> {
        let redactions = self.tree.messages(REDACTION);
        redactions.last().map(|redaction| redaction.number(1))
    }
}

/// META-001 to META-013, META-015
pub fn fields(gate: &Gate, m: &Metadata, p: &Prelude) -> Result<(), Fault> {
    let tenant = m.tenant();
    gate.check("META-001", tenant.is_empty(), CODE, m.at(TENANT))?;
    gate.check("META-002", tenant.len() > 255, CODE, m.at(TENANT))?;
    gate.check("META-003", m.boot_nonce().len() != 8, CODE, m.at(BOOT_NONCE))?;
    let trace = m.trace_id();
    let bad_trace = !trace.is_empty() && (trace.len() != 16 || all_zero(&trace));
    gate.check("META-004", bad_trace, CODE, m.at(TRACE_ID))?;
    drops(gate, m, p)?;
    let contexts = m.tree.all(CONTEXTS);
    let seventeenth = contexts.get(16).map_or(m.end, |field| wide(field.at));
    gate.check("META-011", contexts.len() > 16, CODE, seventeenth)?;
    for (field, context) in contexts.iter().zip(m.tree.messages(CONTEXTS)) {
        gate.check("META-012", bad_context(context), CODE, wide(field.at))?;
    }
    for redaction in m.tree.messages(REDACTION) {
        let reason = redaction.text(2);
        let bad = reason.is_empty() || reason.len() > 256;
        gate.check("META-013", bad, CODE, m.at(REDACTION))?;
    }
    Ok(())
}

fn drops(gate: &Gate, m: &Metadata, p: &Prelude) -> Result<(), Fault> {
    let reasons = m.tree.packed(DROP_REASON);
    let counts = m.tree.packed(DROP_REASON_COUNT);
    let reason_at = m.at(DROP_REASON);
    let count_at = m.at(DROP_REASON_COUNT);
    gate.check("META-005", reasons.len() != counts.len(), CODE, reason_at)?;
    gate.check("META-006", reasons.len() > 32, CODE, reason_at)?;
    gate.check("META-007", zero_or_twice(&reasons), CODE, reason_at)?;
    let zero_count = counts.iter().any(|count| count.bits == 0);
    gate.check("META-008", zero_count, CODE, count_at)?;
    let mut sum = counts.iter().map(|count| u128::from(count.bits)).sum::<u128>();
    if gate.strict("META-009.wraps") {
        sum %= 1 << 32;
    }
    gate.check("META-009", sum != u128::from(p.drop_count), CODE, count_at)?;
    let total = m.tree.number(DROPPED_TOTAL);
    gate.check("META-010", total < p.drop_count, CODE, m.at(DROPPED_TOTAL))?;
    let unlisted = reasons.iter().any(|reason| reason.bits > 8);
    gate.accept("META-015", unlisted, CODE, reason_at)
}

fn zero_or_twice(reasons: &[Entry]) -> bool {
    let distinct: std::collections::BTreeSet<u64> = reasons.iter().map(|r| r.bits).collect();
    distinct.contains(&0) || distinct.len() < reasons.len()
}

fn bad_context(context: &Tree) -> bool {
    let texts: Vec<String> = (1..=4).map(|number| context.text(number)).collect();
    texts.iter().all(String::is_empty) || texts.iter().any(|text| text.len() > 256)
}

/// META-014
pub fn tenant(gate: &Gate, m: &Metadata, expected: Option<&str>) -> Result<(), Fault> {
    let other = expected.is_some_and(|expected| expected != m.tenant());
    gate.check("META-014", other, "TENANT_MISMATCH", m.at(TENANT))
}
