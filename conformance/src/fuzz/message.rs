//! Changes to one message: the list of its fields, or one of them.

use std::borrow::Cow;

use fastrand::Rng;

use super::fields;
use super::numbers::{below, once_in, put_odd_varint, small};
use super::values;
use super::wire::{Message, Piece};
use crate::plain::schema::Schema;

/// What is known of a message that is to be changed.
#[derive(Clone, Copy)]
pub(super) struct About<'h> {
    /// Its schema; `None`: nothing is known.
    pub(super) schema: Option<&'static Schema>,
    /// Records of the frame: what a column should hold.
    pub(super) count: usize,
    /// Numbers at which something changes in this frame.
    pub(super) hints: &'h [u64],
}

/// The message with one thing changed.
pub(super) fn changed(rng: &mut Rng, bytes: &[u8], about: About<'_>) -> Vec<u8> {
    let mut message = Message::read(bytes);
    match rng.u8(..20) {
        0 => remove(rng, &mut message),
        1 => duplicate(rng, &mut message, about),
        2 => reorder(rng, &mut message),
        3 | 12 | 13 => insert(rng, &mut message, about),
        4 => junk(rng, &mut message),
        5 => return cut(rng, bytes),
        6 => {
            let mut flipped = bytes.to_vec();
            values::flip(rng, &mut flipped);
            return flipped;
        }
        7 => {
            if let Some(piece) = any(rng, &mut message) {
                fields::misframe(rng, piece);
            }
        }
        8 => many(rng, &mut message, about),
        // Two faults: which one is reported shows the order of the checks.
        9..=11 => {
            for _ in 0..2 {
                if let Some(piece) = any(rng, &mut message) {
                    fields::change_value(rng, piece, about);
                }
            }
        }
        _ => match any(rng, &mut message) {
            Some(piece) => fields::change_value(rng, piece, about),
            None => insert(rng, &mut message, about),
        },
    }
    message.to_bytes()
}

/// One of the fields. All fields of one number together are as likely as a single one, so that a table of
/// many strings does not take the turns of the columns.
fn any<'m, 'b>(rng: &mut Rng, message: &'m mut Message<'b>) -> Option<&'m mut Piece<'b>> {
    let starts: Vec<usize> = (0..message.pieces.len()).filter(|at| starts_run(message, *at)).collect();
    let start = starts.get(below(rng, starts.len())).copied()?;
    let number = message.pieces.get(start)?.number;
    let run = message.pieces.iter().skip(start).take_while(|piece| piece.number == number).count();
    message.pieces.get_mut(start + below(rng, run))
}

fn starts_run(message: &Message<'_>, at: usize) -> bool {
    let number = |at: usize| message.pieces.get(at).map(|piece| piece.number);
    at == 0 || number(at) != number(at - 1)
}

fn remove(rng: &mut Rng, message: &mut Message<'_>) {
    let at = below(rng, message.pieces.len());
    if at < message.pieces.len() {
        message.pieces.remove(at);
    }
}

fn duplicate(rng: &mut Rng, message: &mut Message<'_>, about: About<'_>) {
    let at = below(rng, message.pieces.len());
    let Some(mut piece) = message.pieces.get(at).cloned() else { return };
    match rng.u8(..4) {
        0 | 1 => fields::change_value(rng, &mut piece, about),
        // Broken inside, where it is a message: whether it is looked into shows.
        2 if piece.wire == 2 => piece.set([&*piece.value, &[0x07]].concat()),
        _ => {}
    }
    let to = if once_in(rng, 2) { at } else { below(rng, message.pieces.len() + 1) };
    message.pieces.insert(to, piece);
}

/// Lets a repeated field occur as often as it may, or once more.
fn many(rng: &mut Rng, message: &mut Message<'_>, about: About<'_>) {
    const COUNTS: [usize; 4] = [16, 17, 16_384, 16_385];
    let Some(schema) = about.schema else { return };
    let repeated: Vec<_> = schema.fields.iter().filter(|field| field.repeated && !field.packed()).collect();
    let Some(field) = repeated.get(below(rng, repeated.len())) else { return };
    let number = u64::from(field.number);
    let most = if once_in(rng, 16) { 4 } else { 2 };
    let count = COUNTS.get(below(rng, most)).copied().unwrap_or(17);
    let there = message.pieces.iter().filter(|piece| piece.number == number).count();
    let one = message.pieces.iter().find(|piece| piece.number == number).cloned();
    let one = one.unwrap_or_else(|| Piece::long(number, b"a".to_vec()));
    let at = message.pieces.iter().take_while(|piece| piece.number <= number).count();
    message.pieces.splice(at..at, std::iter::repeat_n(one, count.saturating_sub(there)));
}

fn reorder(rng: &mut Rng, message: &mut Message<'_>) {
    let (a, b) = (below(rng, message.pieces.len()), below(rng, message.pieces.len()));
    match rng.u8(..3) {
        0 => message.pieces.reverse(),
        1 => rng.shuffle(&mut message.pieces),
        _ if a < message.pieces.len() => message.pieces.swap(a, b),
        _ => {}
    }
}

/// Puts a field in: one of the schema, or one that the schema does not have.
fn insert(rng: &mut Rng, message: &mut Message<'_>, about: About<'_>) {
    let known = about.schema.and_then(|schema| schema.fields.get(below(rng, schema.fields.len())));
    let piece = match known.filter(|_| !once_in(rng, 4)) {
        Some(field) => {
            let value = values::fresh(rng, field, about.count, about.hints);
            Piece::new(u64::from(field.number), values::wire_type(field), value)
        }
        None => unknown(rng),
    };
    // In its place among the numbers, most often, so that the order is not all there is to see.
    let in_order = message.pieces.iter().take_while(|other| other.number <= piece.number).count();
    let at = if once_in(rng, 4) { below(rng, message.pieces.len() + 1) } else { in_order };
    let again = piece.wire == 2 && once_in(rng, 8);
    message.pieces.splice(at..at, std::iter::repeat_n(piece, 1 + usize::from(again)));
}

fn unknown(rng: &mut Rng) -> Piece<'static> {
    let number = match rng.u8(..4) {
        0 => rng.u64(10..20),
        1 => (1 << 29) - 1,
        2 => 0,
        _ => rng.u64(1..1 << 12),
    };
    let mut value = Vec::new();
    match rng.u8(..4) {
        0 => {
            let number_inside = small(rng);
            put_odd_varint(rng, &mut value, number_inside);
            Piece::new(number, 0, value)
        }
        1 => Piece::new(number, 1, rng.u64(..).to_le_bytes().to_vec()),
        2 => Piece::new(number, 5, rng.u32(..).to_le_bytes().to_vec()),
        _ => {
            let len = rng.usize(..20);
            Piece::long(number, std::iter::repeat_with(|| rng.u8(..)).take(len).collect())
        }
    }
}

/// Bytes at the end that may or may not be a field.
fn junk(rng: &mut Rng, message: &mut Message<'_>) {
    let mut rest = std::mem::take(&mut message.rest).into_owned();
    let more = rng.usize(1..6);
    rest.extend(std::iter::repeat_with(|| rng.u8(..)).take(more));
    message.rest = Cow::Owned(rest);
}

fn cut(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let message = Message::read(bytes);
    let at_a_field = {
        let fields = below(rng, message.pieces.len());
        message.pieces.iter().take(fields).map(|piece| piece.head.len() + piece.value.len()).sum()
    };
    let at = if once_in(rng, 2) { at_a_field } else { below(rng, bytes.len()) };
    bytes.get(..at).unwrap_or_default().to_vec()
}
