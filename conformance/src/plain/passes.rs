//! The order of the checks: one pass over the frame for each code, in the order of the registry of
//! errors (ERR-001, ERR-002). A pass takes what it needs from the frame as well as that can be made
//! out, so that two neighbours can change places.

use super::body::{self, Body};
use super::bytes::{cut, size, wide};
use super::gate::{Fault, Gate};
use super::lints::Lints;
use super::metadata::{self, Metadata};
use super::prelude::{self, Limits, Prelude};
use super::schema::{BODY, METADATA};
use super::wire::Scan;
use super::{codecs, schema::Schema};
use crate::codes::OF_THE_BODY;

/// A frame on its way through the passes.
pub struct Work {
    /// Asked about every rule.
    pub gate: Gate,
    /// There is no value at all.
    pub null: bool,
    /// The input.
    pub bytes: Vec<u8>,
    /// What the caller allows.
    pub limits: Limits,
    /// The tenant that the caller expects.
    pub tenant: Option<String>,
    /// The prelude, whether it is in order or not.
    pub prelude: Prelude,
    /// Deviations from the tidy form in metadata and body.
    pub lints: Lints,
    metadata: Option<Metadata>,
    raw: Option<codecs::Raw>,
    body: Option<Body>,
}

impl Work {
    /// A frame of which nothing has been checked.
    #[must_use]
    pub fn new(gate: Gate, value: Option<&[u8]>, limits: Limits, tenant: Option<&str>) -> Self {
        let bytes = value.unwrap_or_default().to_vec();
        Self {
            gate,
            null: value.is_none(),
            limits,
            tenant: tenant.map(str::to_owned),
            prelude: prelude::read(&bytes),
            lints: Lints::new(),
            metadata: None,
            raw: None,
            body: None,
            bytes,
        }
    }

    fn metadata_end(&self) -> u64 {
        64 + self.prelude.metadata_len
    }

    fn metadata_bytes(&self) -> Vec<u8> {
        cut(&self.bytes, 64, size(self.metadata_end()))
    }

    fn stored(&self) -> Vec<u8> {
        cut(&self.bytes, size(self.metadata_end()), size(self.prelude.frame_len()))
    }

    fn lenient_tree(&self, bytes: &[u8], base: usize, schema: &Schema) -> super::wire::Tree {
        let mut lints = Lints::new();
        let mut scan = Scan { gate: self.gate.lenient(), lints: &mut lints };
        scan.message(bytes, base, schema).unwrap_or_default()
    }

    /// The metadata, as well as it can be made out.
    pub fn metadata(&mut self) -> &Metadata {
        let made = self.metadata.take().unwrap_or_else(|| Metadata {
            tree: self.lenient_tree(&self.metadata_bytes(), 64, &METADATA),
            end: self.metadata_end(),
        });
        self.metadata.insert(made)
    }

    /// The decompressed body, as far as it can be had.
    pub fn raw(&mut self) -> &codecs::Raw {
        let made = self
            .raw
            .take()
            .unwrap_or_else(|| codecs::decompress(self.prelude.codec, &self.stored(), size(self.prelude.raw_len)));
        self.raw.insert(made)
    }

    /// The columns, as well as they can be made out.
    pub fn body(&mut self) -> &Body {
        let made = match self.body.take() {
            Some(body) => body,
            None => {
                let raw = self.raw().bytes.clone();
                Body::new(&self.lenient_tree(&raw, 0, &BODY), raw.len())
            }
        };
        self.body.insert(made)
    }

    /// Prelude, metadata and body, as well as they can be made out.
    #[must_use]
    pub fn into_parts(mut self) -> (Prelude, Metadata, Body) {
        let metadata = Metadata { tree: self.metadata().tree.clone(), end: self.metadata_end() };
        let body = self.body().clone();
        (self.prelude, metadata, body)
    }

    fn scan(&mut self, bytes: &[u8], base: usize, schema: &Schema, code: &'static str) -> Result<(), Fault> {
        let mut scan = Scan { gate: self.gate, lints: &mut self.lints };
        let scanned = scan.message(bytes, base, schema);
        match scanned {
            Ok(_) => Ok(()),
            Err(failed) => {
                let (offset, requirement) = (wide(failed.at), failed.requirement);
                Err(Fault { code, offset, requirement })
            }
        }
    }
}

/// The checks of one pass.
type Check = fn(&mut Work) -> Result<(), Fault>;

/// One pass: the code that it may report, and the checks.
struct Pass {
    code: &'static str,
    run: Check,
}

/// Codes whose pass ERR-002's mutant merges with others: it stops at the first fault in the bytes.
const FIELD_BY_FIELD: [&[&str]; 3] = [
    &[
        "VERSION",
        "CRITICAL_FLAG",
        "SCHEMA",
        "CODEC",
        "METADATA_LEN",
        "BODY_LEN",
        "RAW_LEN",
        "COUNT",
        "SEQUENCE_RANGE",
        "IDENTITY",
    ],
    &["METADATA_WIRE", "METADATA_FIELD"],
    &OF_THE_BODY,
];

/// Neighbours that cannot change places, and why.
pub const NOT_SWAPPABLE: [(&str, &str); 2] = [
    ("TRUNCATED<TRAILING", "no input is both shorter and longer than its frame"),
    ("PAYLOAD_LEN<UNKNOWN_CRITICAL_KIND", "one is a verdict on the frame, the other on a record"),
];

/// The passes in the order of the registry.
fn passes() -> Vec<Pass> {
    let all: [(&'static str, Check); 36] = [
        ("NULL_VALUE", |w| w.gate.check("KAF-001", w.null, "NULL_VALUE", 0)),
        ("EMPTY", |w| w.gate.check("PRE-001", w.bytes.is_empty(), "EMPTY", 0)),
        ("BAD_MAGIC", |w| prelude::bad_magic(&w.gate, &w.bytes)),
        ("SHORT_PRELUDE", |w| prelude::short_prelude(&w.gate, &w.bytes)),
        ("PRELUDE_CRC", |w| prelude::prelude_crc(&w.gate, &w.prelude)),
        ("VERSION", |w| prelude::version(&w.gate, &w.prelude)),
        ("CRITICAL_FLAG", |w| prelude::critical_flag(&w.gate, &w.prelude)),
        ("SCHEMA", |w| prelude::schema(&w.gate, &w.prelude)),
        ("CODEC", |w| prelude::codec(&w.gate, &w.prelude)),
        ("METADATA_LEN", |w| prelude::metadata_len(&w.gate, &w.prelude)),
        ("BODY_LEN", |w| prelude::body_len(&w.gate, &w.prelude)),
        ("RAW_LEN", |w| prelude::raw_len(&w.gate, &w.prelude)),
        ("COUNT", |w| prelude::count(&w.gate, &w.prelude)),
        ("SEQUENCE_RANGE", |w| prelude::sequence_range(&w.gate, &w.prelude)),
        ("IDENTITY", |w| prelude::identity(&w.gate, &w.prelude)),
        ("LOCAL_LIMIT", |w| prelude::local_limit(&w.gate, &w.prelude, &w.limits)),
        ("TRUNCATED", truncated),
        ("TRAILING", trailing),
        ("METADATA_CRC", metadata_crc),
        ("METADATA_WIRE", |w| w.scan(&w.metadata_bytes(), 64, &METADATA, "METADATA_WIRE")),
        ("METADATA_FIELD", |w| {
            let (gate, p) = (w.gate, w.prelude.clone());
            metadata::fields(&gate, w.metadata(), &p)
        }),
        ("TENANT_MISMATCH", |w| {
            let (gate, expected) = (w.gate, w.tenant.clone());
            metadata::tenant(&gate, w.metadata(), expected.as_deref())
        }),
        ("BODY_CRC", body_crc),
        ("CODEC_PROFILE", |w| codecs::profile(&w.gate, &w.prelude, &w.stored())),
        ("DECOMPRESS", decompress),
        ("BODY_WIRE", |w| {
            let raw = w.raw().bytes.clone();
            w.scan(&raw, 0, &BODY, "BODY_WIRE")
        }),
        ("STRING_TABLE", |w| on_body(w, |gate, body, _| body::string_table(gate, body))),
        ("COLUMN_LEN", |w| on_body(w, body::column_len)),
        ("KIND_ZERO", |w| on_body(w, |gate, body, _| body::kind_zero(gate, body))),
        ("STRING_REF", |w| on_body(w, |gate, body, _| body::string_ref(gate, body))),
        ("ID_TABLE", |w| on_body(w, |gate, body, _| body::id_table(gate, body))),
        ("ID_REF", |w| on_body(w, |gate, body, _| body::id_ref(gate, body))),
        ("SEQUENCE_DELTA", |w| on_body(w, body::sequence_delta)),
        ("TIME_RANGE", |w| {
            let base_time = w.metadata().base_time();
            let gate = w.gate;
            body::time_range(&gate, w.body(), base_time)
        }),
        ("PARENT_RANGE", |w| on_body(w, body::parent_range)),
        ("PAYLOAD_LEN", |w| on_body(w, |gate, body, _| body::payload_len(gate, body))),
    ];
    all.into_iter().map(|(code, run)| Pass { code, run }).collect()
}

fn on_body(w: &mut Work, check: fn(&Gate, &Body, &Prelude) -> Result<(), Fault>) -> Result<(), Fault> {
    let (gate, p) = (w.gate, w.prelude.clone());
    check(&gate, w.body(), &p)
}

/// FRM-004
fn truncated(w: &mut Work) -> Result<(), Fault> {
    let length = wide(w.bytes.len());
    w.gate.check("FRM-004", length < w.prelude.frame_len(), "TRUNCATED", length)
}

/// FRM-005
fn trailing(w: &mut Work) -> Result<(), Fault> {
    let end = w.prelude.frame_len();
    w.gate.check("FRM-005", wide(w.bytes.len()) > end, "TRAILING", end)
}

/// FRM-006
fn metadata_crc(w: &mut Work) -> Result<(), Fault> {
    let computed = super::bytes::crc32c(&w.metadata_bytes());
    let wrong = prelude::wrong_crc(&w.gate, w.prelude.metadata_crc, computed);
    w.gate.check("FRM-006", wrong, "METADATA_CRC", 8)
}

/// FRM-007
fn body_crc(w: &mut Work) -> Result<(), Fault> {
    let computed = super::bytes::crc32c(&w.stored());
    let wrong = prelude::wrong_crc(&w.gate, w.prelude.body_crc, computed);
    w.gate.check("FRM-007", wrong, "BODY_CRC", 12)
}

/// COD-001, ZST-017
fn decompress(w: &mut Work) -> Result<(), Fault> {
    let (gate, at, expected) = (w.gate, w.metadata_end(), w.prelude.raw_len);
    let raw = w.raw();
    let bad = !raw.whole || wide(raw.bytes.len()) != expected;
    gate.check("COD-001", bad, "DECOMPRESS", at)?;
    gate.check("ZST-017", raw.wrong_checksum(&gate), "DECOMPRESS", at)
}

/// Makes every check of the frame, in order.
///
/// # Errors
/// The first check that fails.
pub fn run(work: &mut Work) -> Result<(), Fault> {
    let mut passes = passes();
    if let Some((first, _)) = work.gate.swapped().and_then(|pair| pair.split_once('<'))
        && let Some(i) = passes.iter().position(|pass| pass.code == first)
        && i + 1 < passes.len()
    {
        passes.swap(i, i + 1);
    }
    let field_by_field = work.gate.strict("ERR-002");
    for pass in &passes {
        let Err(fault) = (pass.run)(work) else {
            continue;
        };
        return Err(if field_by_field { first_in_the_bytes(work, &passes, fault) } else { fault });
    }
    Ok(())
}

/// ERR-002's mutant: of the faults that belong together, the one that stands first in the bytes.
fn first_in_the_bytes(work: &mut Work, passes: &[Pass], fault: Fault) -> Fault {
    let group = FIELD_BY_FIELD.iter().find(|codes| codes.contains(&fault.code));
    let mut first = fault;
    for pass in passes {
        if group.is_some_and(|codes| codes.contains(&pass.code))
            && let Err(other) = (pass.run)(work)
            && other.offset < first.offset
        {
            first = other;
        }
    }
    first
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_order_is_that_of_the_registry() {
        let codes: Vec<&str> = super::passes().iter().map(|pass| pass.code).collect();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/registry/errors.toml");
        let text = std::fs::read_to_string(path).unwrap();
        let mut registry = Vec::new();
        for line in text.lines() {
            if let Some(code) = line.strip_prefix("code = ") {
                registry.push(code.trim_matches('"').to_owned());
            }
        }
        assert_eq!(codes, registry.get(..codes.len()).unwrap());
        assert_eq!(registry.get(codes.len()).unwrap(), "UNKNOWN_CRITICAL_KIND");
    }
}
