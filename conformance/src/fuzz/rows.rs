//! Changes to records: to a payload, which is found by the lengths of those before it, and to all columns
//! at once, so that the body stays in order.

use fastrand::Rng;

use super::drops::wrap;
use super::message::{self, About};
use super::numbers::{below, near, number, once_in, one_of, small};
use super::wire::{Message, pack, packed};
use crate::plain::schema::message_of;

/// Number of the field `kind`.
const KIND: u64 = 2;
/// Number of the field `sequence_delta`.
const SEQUENCE_DELTA: u64 = 4;
/// Number of the field `payload_len`.
const PAYLOAD_LEN: u64 = 14;
/// Number of the field `payloads`.
const PAYLOADS: u64 = 15;
/// Numbers of the columns.
const COLUMNS: [u64; 11] = [KIND, 3, SEQUENCE_DELTA, 5, 6, 7, 8, 9, 10, 12, PAYLOAD_LEN];

/// Kinds worth giving to a record: some that no reader knows, and those with rules about where they stand.
const KINDS: [u64; 16] = [1, 2, 3, 4, 8, 10, 12, 14, 16, 21, 22, 26, 47, 4096, 65_534, 1 << 31];

/// The body with one payload changed, and its length with it; `None` where there is no payload.
pub(super) fn changed_payload(rng: &mut Rng, raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Message::read(raw);
    let (kinds, mut lengths) = (packed(body.long(KIND)?), packed(body.long(PAYLOAD_LEN)?));
    let payloads = body.long(PAYLOADS)?;
    let with_bytes: Vec<usize> = (0..lengths.len()).filter(|at| lengths.get(*at).is_some_and(|len| *len > 0)).collect();
    let row = *with_bytes.get(below(rng, with_bytes.len()))?;
    let before = lengths.iter().take(row).try_fold(0_u64, |sum, len| sum.checked_add(*len))?;
    let start = usize::try_from(before).ok()?;
    let end = start.checked_add(usize::try_from(*lengths.get(row)?).ok()?)?;
    let schema = message_of(*kinds.get(row)?);
    let payload = message::changed(rng, payloads.get(start..end)?, About { schema, count: 1, hints: &[] });
    let mut all = payloads.to_vec();
    *lengths.get_mut(row)? = u64::try_from(payload.len()).ok()?;
    all.splice(start..end, payload);
    body.set_long(PAYLOAD_LEN, pack(lengths));
    body.set_long(PAYLOADS, all);
    Some(body.to_bytes())
}

/// The body with one record of another kind, its payload left as it is; `None` where there are no kinds.
pub(super) fn changed_kind(rng: &mut Rng, raw: &[u8]) -> Option<Vec<u8>> {
    let mut body = Message::read(raw);
    let mut kinds = packed(body.long(KIND)?);
    let at = below(rng, kinds.len());
    let kind = if once_in(rng, 3) { small(rng) } else { KINDS.get(below(rng, KINDS.len())).copied().unwrap_or(1) };
    *kinds.get_mut(at)? = kind;
    body.set_long(KIND, pack(kinds));
    Some(body.to_bytes())
}

/// The body with one value, or none that was, in each of two columns: what is reported shows which is
/// checked first.
pub(super) fn bad_columns(rng: &mut Rng, raw: &[u8], about: About<'_>) -> Vec<u8> {
    let mut body = Message::read(raw);
    for _ in 0..2 {
        let column = COLUMNS.get(below(rng, COLUMNS.len())).copied().unwrap_or(KIND);
        let default = u64::from(column == SEQUENCE_DELTA);
        let mut values = body.long(column).map_or_else(|| vec![default; about.count], packed);
        let at = below(rng, values.len());
        if once_in(rng, 12) {
            wrap(rng, &mut values);
        } else if let Some(value) = values.get_mut(at) {
            let hint = one_of(rng, about.hints, *value);
            *value = if once_in(rng, 3) { number(rng, *value) } else { near(rng, hint) };
        }
        body.set_long(column, pack(values));
    }
    body.to_bytes()
}

/// The body with a record taken out, put in twice, or moved, in all columns and payloads, and the number
/// of its records; `None` where there are no kinds.
pub(super) fn changed_rows(rng: &mut Rng, raw: &[u8]) -> Option<(Vec<u8>, usize)> {
    let order = new_order(rng, rows(raw)?);
    Some((with_rows(raw, &order), order.len()))
}

/// The number of records that the body has kinds for; `None` where there are no kinds.
pub(super) fn rows(raw: &[u8]) -> Option<usize> {
    Message::read(raw).long(KIND).map(|kinds| packed(kinds).len())
}

/// The body with these records, in this order, in all columns and payloads.
pub(super) fn with_rows(raw: &[u8], order: &[usize]) -> Vec<u8> {
    let mut body = Message::read(raw);
    if let (Some(lengths), Some(payloads)) = (body.long(PAYLOAD_LEN), body.long(PAYLOADS)) {
        let payloads = in_order(&cut(payloads, &packed(lengths)), order).concat();
        body.set_long(PAYLOADS, payloads);
    }
    for number in COLUMNS {
        if let Some(column) = body.long(number) {
            let column = pack(in_order(&packed(column), order));
            body.set_long(number, column);
        }
    }
    body.to_bytes()
}

/// The payloads of the records, one by one; none where there are no lengths.
pub(super) fn payloads(raw: &[u8]) -> Vec<Vec<u8>> {
    let body = Message::read(raw);
    let both = body.long(PAYLOAD_LEN).zip(body.long(PAYLOADS));
    both.map_or(Vec::new(), |(lengths, payloads)| cut(payloads, &packed(lengths)))
}

/// The body with other payloads, and their lengths with them.
pub(super) fn with_payloads(raw: &[u8], payloads: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Message::read(raw);
    let lengths = payloads.iter().map(|payload| u64::try_from(payload.len()).unwrap_or(u64::MAX));
    body.set_long(PAYLOAD_LEN, pack(lengths));
    body.set_long(PAYLOADS, payloads.concat());
    body.to_bytes()
}

fn new_order(rng: &mut Rng, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let (a, b) = (below(rng, count), below(rng, count));
    match rng.u8(..4) {
        0 if count > 1 => drop(order.remove(a)),
        1 if count > 1 => order.swap(a, b),
        2 => order.truncate(a + 1),
        _ => order.insert(b, a),
    }
    order
}

fn in_order<T: Clone>(all: &[T], order: &[usize]) -> Vec<T> {
    order.iter().filter_map(|at| all.get(*at).cloned()).collect()
}

/// The payloads, one by one, as far as the lengths are true.
fn cut(payloads: &[u8], lengths: &[u64]) -> Vec<Vec<u8>> {
    let mut rest = payloads;
    let mut all = Vec::with_capacity(lengths.len());
    for len in lengths {
        let (one, after) = rest.split_at(usize::try_from(*len).unwrap_or(usize::MAX).min(rest.len()));
        all.push(one.to_vec());
        rest = after;
    }
    all
}
