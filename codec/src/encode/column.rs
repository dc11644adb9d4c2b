//! One column of a body that is being written.

use super::put;

/// A packed column that most batches do not have. It is left out as long as it has nothing but defaults.
#[derive(Clone, Debug)]
pub(super) struct Column {
    number: u32,
    /// Below 80 (hex), so that it takes one byte.
    default: u8,
    /// Empty as long as there is nothing but defaults.
    encoded: Vec<u8>,
}

impl Column {
    pub(super) const fn new(number: u32, default: u8) -> Self {
        Self { number, default, encoded: Vec::new() }
    }

    pub(super) fn clear(&mut self) {
        self.encoded.clear();
    }

    /// Appends the value that comes after `before` others.
    pub(super) fn push(&mut self, value: u64, before: usize) {
        if self.encoded.is_empty() {
            if value == u64::from(self.default) {
                return;
            }
            self.encoded.resize(before, self.default);
        }
        put::varint(&mut self.encoded, value);
    }

    /// Bytes that `write` appends.
    pub(super) fn len(&self) -> usize {
        put::field_len(self.encoded.len())
    }

    /// Bytes by which one more value, after `before` others, makes the field longer, at most.
    pub(super) fn growth(&self, is_default: bool, before: usize) -> usize {
        match (self.encoded.is_empty(), is_default) {
            (true, true) => 0,
            (true, false) => put::field_len(before + MAX_VARINT_LEN),
            // The length before the field may take one byte more.
            (false, _) => MAX_VARINT_LEN + 1,
        }
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if !self.encoded.is_empty() {
            put::bytes(out, self.number, &self.encoded);
        }
    }
}

/// Bytes of a varint of 64 bits, at most.
const MAX_VARINT_LEN: usize = 10;

/// Appends the packed column of a value of each row, unless all of them are 0. `any` has the bits of all of them.
#[inline]
pub(super) fn write<R>(out: &mut Vec<u8>, number: u32, rows: &[R], any: u64, value: impl Fn(&R) -> u64) {
    if any == 0 {
        return;
    }
    if any < 0x80 {
        put::tag(out, number, 2);
        put::varint(out, rows.len() as u64);
        out.extend(rows.iter().map(|row| put::low_seven_bits(value(row))));
    } else {
        let start = put::begin(out, number);
        rows.iter().for_each(|row| put::varint(out, value(row)));
        put::end(out, start);
    }
}

#[cfg(test)]
mod tests {
    use super::Column;

    fn columns(values: &[u64], default: u8) -> [Vec<u8>; 2] {
        let mut out = [Vec::new(), Vec::new()];
        let mut column = Column::new(7, default);
        for (before, value) in values.iter().enumerate() {
            column.push(*value, before);
        }
        let [one, other] = &mut out;
        column.write(one);
        super::write(other, 7, values, values.iter().fold(0, |any, value| any | value), |value| *value);
        out
    }

    #[test]
    fn a_column_of_defaults_is_left_out() {
        assert!(columns(&[0, 0, 0], 0).iter().all(Vec::is_empty));
        assert_eq!(columns(&[1, 1], 1), [b"".to_vec(), b"\x3A\x02\x01\x01".to_vec()]);
        assert_eq!(columns(&[1, 1, 2], 1), [b"\x3A\x03\x01\x01\x02"; 2]);
    }

    #[test]
    fn values_have_as_many_bytes_as_they_need() {
        assert_eq!(columns(&[0, 0, 0x7F, 0], 0), [b"\x3A\x04\0\0\x7F\0"; 2]);
        assert_eq!(columns(&[0, 0x80, 0], 0), [b"\x3A\x04\0\x80\x01\0"; 2]);
        let long: Vec<u64> = (0..64).map(|bit| 1 << bit).collect();
        let [one, other] = columns(&long, 0);
        assert_eq!(one, other);
        assert_eq!(one.len(), 3 + (1..=9).sum::<usize>() * 7 + 10);
    }
}
