//! A protobuf message as a list of its fields, each as it stands in the bytes, so that what is not
//! changed is written again byte for byte.

use std::borrow::Cow;

use super::numbers::put_varint;

/// One field.
#[derive(Clone, Debug)]
pub(super) struct Piece<'b> {
    /// Number of the field.
    pub(super) number: u64,
    /// Wire type: 0, 1, 2 or 5.
    pub(super) wire: u8,
    /// Tag, and the length where the wire type is 2.
    pub(super) head: Cow<'b, [u8]>,
    /// The value, without its length.
    pub(super) value: Cow<'b, [u8]>,
}

/// The fields up to the first thing that is none, and what is left from there.
#[derive(Clone, Debug, Default)]
pub(super) struct Message<'b> {
    pub(super) pieces: Vec<Piece<'b>>,
    pub(super) rest: Cow<'b, [u8]>,
}

impl<'b> Piece<'b> {
    /// A field of wire type 2.
    pub(super) fn long(number: u64, value: Vec<u8>) -> Self {
        Self::new(number, 2, value)
    }

    /// A field whose head is what it has to be.
    pub(super) fn new(number: u64, wire: u8, value: Vec<u8>) -> Self {
        let mut piece = Self { number, wire, head: Cow::default(), value: Cow::Owned(value) };
        piece.renew_head();
        piece
    }

    /// Another value, with the head that belongs to it.
    pub(super) fn set(&mut self, value: Vec<u8>) {
        self.value = Cow::Owned(value);
        self.renew_head();
    }

    /// Writes tag and length anew, in as few bytes as they take.
    pub(super) fn renew_head(&mut self) {
        let mut head = Vec::new();
        put_varint(&mut head, (self.number << 3) | u64::from(self.wire));
        if self.wire == 2 {
            put_varint(&mut head, u64::try_from(self.value.len()).unwrap_or(u64::MAX));
        }
        self.head = Cow::Owned(head);
    }

    fn read(bytes: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (tag, tag_len) = varint(bytes)?;
        let after = bytes.get(tag_len..)?;
        let wire = u8::try_from(tag & 7).ok()?;
        let (length_len, value_len) = match wire {
            0 => (0, varint(after)?.1),
            1 => (0, 8),
            5 => (0, 4),
            2 => varint(after).and_then(|(len, bytes)| Some((bytes, usize::try_from(len).ok()?)))?,
            _ => return None,
        };
        let (head, after) = bytes.split_at_checked(tag_len + length_len)?;
        let (value, after) = after.split_at_checked(value_len)?;
        let piece = Self { number: tag >> 3, wire, head: Cow::Borrowed(head), value: Cow::Borrowed(value) };
        Some((piece, after))
    }
}

impl<'b> Message<'b> {
    /// Reads fields as long as there are some.
    pub(super) fn read(mut bytes: &'b [u8]) -> Self {
        let mut pieces = Vec::new();
        while let Some((piece, after)) = Piece::read(bytes) {
            pieces.push(piece);
            bytes = after;
        }
        Self { pieces, rest: Cow::Borrowed(bytes) }
    }

    /// The bytes of all of it.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let heads_and_values = self.pieces.iter().flat_map(|piece| [&piece.head, &piece.value]);
        let mut out = Vec::with_capacity(self.pieces.iter().map(|p| p.head.len() + p.value.len()).sum());
        for part in heads_and_values.chain([&self.rest]) {
            out.extend_from_slice(part);
        }
        out
    }

    /// The value of the first field of that number and of wire type 2.
    pub(super) fn long(&self, number: u64) -> Option<&[u8]> {
        self.pieces.iter().find(|piece| piece.number == number && piece.wire == 2).map(|piece| &*piece.value)
    }

    /// The value of the first varint field of that number.
    pub(super) fn number(&self, number: u64) -> Option<u64> {
        let piece = self.pieces.iter().find(|piece| piece.number == number && piece.wire == 0)?;
        varint(&piece.value).map(|(value, _)| value)
    }

    /// Gives the field of that number this value; a new field stands at the end.
    pub(super) fn set_long(&mut self, number: u64, value: Vec<u8>) {
        match self.pieces.iter_mut().find(|piece| piece.number == number && piece.wire == 2) {
            Some(piece) => piece.set(value),
            None => self.pieces.push(Piece::long(number, value)),
        }
    }
}

/// The varint at the beginning, cut to 64 bits, and its length; `None` where it does not end within ten bytes.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, index + 1));
        }
    }
    None
}

/// The values of a packed field of varints; what comes after the last whole one is left out.
pub(super) fn packed(mut bytes: &[u8]) -> Vec<u64> {
    let mut values = Vec::with_capacity(bytes.len());
    while let Some((value, len)) = varint(bytes) {
        values.push(value);
        bytes = bytes.get(len..).unwrap_or_default();
    }
    values
}

/// A packed field of varints.
pub(super) fn pack(values: impl IntoIterator<Item = u64>) -> Vec<u8> {
    let mut out = Vec::new();
    values.into_iter().for_each(|value| put_varint(&mut out, value));
    out
}
