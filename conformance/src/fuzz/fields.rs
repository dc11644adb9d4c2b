//! Changes to one field: its value, or what frames it.

use std::borrow::Cow;

use fastrand::Rng;

use super::message::{self, About};
use super::numbers::{near, number, once_in, put_odd_varint, put_varint};
use super::values::{changed_bytes, changed_fixed, changed_packed, changed_varint};
use super::wire::Piece;
use crate::plain::schema::{FieldDef, Type};

/// Gives the field another value, and the length that belongs to it.
pub(super) fn change_value(rng: &mut Rng, piece: &mut Piece<'_>, about: About<'_>) {
    let field = about.schema.zip(u32::try_from(piece.number).ok()).and_then(|(schema, number)| schema.field(number));
    let value = match (piece.wire, field) {
        (0, _) => changed_varint(rng, &piece.value),
        (1 | 5, _) => changed_fixed(rng, &piece.value),
        (_, Some(field)) => changed_long(rng, &piece.value, field, about),
        (_, None) => changed_bytes(rng, &piece.value),
    };
    if piece.wire == 2 {
        piece.set(value);
    } else {
        piece.value = Cow::Owned(value);
    }
}

fn changed_long(rng: &mut Rng, value: &[u8], field: &FieldDef, about: About<'_>) -> Vec<u8> {
    match field.kind {
        Type::Double if field.packed() => {
            let mut value = value.to_vec();
            match rng.u8(..4) {
                0 => value.truncate(value.len().saturating_sub(rng.usize(1..9))),
                1 => value.extend(rng.u64(..).to_le_bytes()),
                _ => super::values::flip(rng, &mut value),
            }
            value
        }
        _ if field.packed() => changed_packed(rng, value, about.count, about.hints),
        Type::Message(schema) => message::changed(rng, value, About { schema: Some(schema), ..about }),
        _ => changed_bytes(rng, value),
    }
}

/// Gives the field a tag or a length that is not what it was, while the value stays.
pub(super) fn misframe(rng: &mut Rng, piece: &mut Piece<'_>) {
    let (mut number_of, mut wire) = (piece.number, u64::from(piece.wire));
    let mut length = u64::try_from(piece.value.len()).unwrap_or(u64::MAX);
    match rng.u8(..6) {
        0 => wire = rng.u64(..8),
        1 => number_of = near(rng, number_of),
        2 => number_of = number(rng, number_of),
        3 => length = near(rng, length),
        4 => length = number(rng, length),
        // The same tag and length, in more bytes.
        _ => {}
    }
    let mut head = Vec::new();
    let tag = number_of.wrapping_shl(3) | wire;
    put_odd_varint(rng, &mut head, tag);
    if piece.wire == 2 {
        if once_in(rng, 2) {
            put_odd_varint(rng, &mut head, length);
        } else {
            put_varint(&mut head, length);
        }
    }
    piece.head = Cow::Owned(head);
}
