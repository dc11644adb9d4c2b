//! Changes to the fields of the prelude: the limits of the specification, and their neighbours.

use fastrand::Rng;

use super::draft::Draft;
use super::numbers::{near, number, once_in, one_of};

/// A field of the prelude: where it is, how long, and values worth a try.
struct Field {
    at: usize,
    size: usize,
    values: &'static [u64],
}

const fn field(at: usize, size: usize, values: &'static [u64]) -> Field {
    Field { at, size, values }
}

/// All but the CRCs, which follow from the rest, in the order in which they are checked.
const FIELDS: [Field; 16] = [
    field(0, 1, &[0xbd, 0xbf, 0x00, 0x28, 0x7b]),
    field(1, 1, &[0, 2, 0x44, 0x81, 0xff]),
    field(2, 1, &[1, 2, 4, 0x80, 0xff]),
    field(27, 1, &[0, 2, 0x81, 0xff]),
    field(26, 1, &[0, 1, 2, 3, 4, 0x81, 0xff]),
    field(24, 2, &[0, 1, 1 << 14, (1 << 14) + 1, (1 << 16) - 1]),
    field(16, 4, &[0, 1, 1 << 23, (1 << 23) + 1, (1 << 32) - 1]),
    field(20, 4, &[0, 1, 2, 3, 1 << 23, (1 << 23) + 1, (1 << 32) - 1]),
    field(28, 2, &[0, 1, 2, (1 << 16) - 1]),
    field(48, 8, &[0, 1, 2, (1 << 53) - 2, (1 << 53) - 1, 1 << 53, (1 << 53) + 1, 1 << 63, u64::MAX]),
    field(56, 4, &[0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]),
    field(60, 4, &[0, 1, (1 << 31) - 1, 1 << 31, (1 << 32) - 1]),
    field(30, 2, &[0, 1, 2, (1 << 16) - 1]),
    field(32, 8, &[0, 1, u64::MAX]),
    field(40, 8, &[0, 1, u64::MAX]),
    field(3, 1, &[0, 1, 0x40, 0x7f, 0x80, 0xff]),
];

/// Changes one field, or two that are checked together.
pub(super) fn change(rng: &mut Rng, draft: &mut Draft) {
    match rng.u8(..8) {
        0 => last_number(rng, draft),
        1 if once_in(rng, 2) => draft.force(32, &[0; 16]),
        _ => {
            let at = rng.usize(..FIELDS.len());
            // Two neighbours, now and then: which one is reported shows the order of the checks.
            let count = if once_in(rng, 3) { 2 } else { 1 };
            FIELDS.iter().skip(at).take(count).for_each(|field| change_field(rng, draft, field));
        }
    }
}

fn change_field(rng: &mut Rng, draft: &mut Draft, field: &Field) {
    let current = draft.number(field.at, field.size);
    let value = if once_in(rng, 3) { number(rng, current) } else { one_of(rng, field.values, current) };
    force(draft, field.at, field.size, value);
}

/// Puts the range at the end of what may be, where sums and doubles go wrong; or near its beginning,
/// where a parent can lie before number 1.
fn last_number(rng: &mut Rng, draft: &mut Draft) {
    let span = draft.number(28, 2) + draft.number(30, 2);
    let last = one_of(rng, &[1 << 53, 1 << 32, u64::MAX], 0);
    let base = if once_in(rng, 3) { rng.u64(1..4) } else { near(rng, last - span) };
    force(draft, 48, 8, base);
}

fn force(draft: &mut Draft, at: usize, size: usize, value: u64) {
    let bytes = value.to_le_bytes();
    draft.force(at, bytes.get(..size).unwrap_or(&bytes));
}
