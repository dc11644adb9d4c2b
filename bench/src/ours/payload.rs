//! Payloads that the codec has accepted, read where they lie. It has scanned them, so that nothing here can fail;
//! the codec's own reader of fields is not public.

/// The fields of a message, by number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'a>(&'a [u8]);

/// A value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Fields<'a> {
    pub(super) const fn new(message: &'a [u8]) -> Self {
        Self(message)
    }

    /// The value of a field; 0 and nothing where it is absent.
    pub(super) fn find(mut self, number: u32) -> Value<'a> {
        Iterator::find(&mut self, |field| field.0 == number).map_or(Value::Bytes(&[]), |field| field.1)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (u32, Value<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let key = varint(&mut self.0)?;
        let value = match key & 7 {
            0 => Value::Number(varint(&mut self.0)?),
            2 => {
                let len = usize::try_from(varint(&mut self.0)?).ok()?;
                Value::Bytes(self.0.split_off(..len)?)
            }
            1 => Value::Number(u64::from_le_bytes(self.0.split_off(..8)?.try_into().ok()?)),
            _ => return None,
        };
        Some((low(key >> 3), value))
    }
}

impl<'a> Value<'a> {
    pub(super) fn number(self) -> u32 {
        low(self.long())
    }

    pub(super) const fn long(self) -> u64 {
        match self {
            Self::Number(number) => number,
            Self::Bytes(_) => 0,
        }
    }

    pub(super) const fn bytes(self) -> &'a [u8] {
        match self {
            Self::Bytes(bytes) => bytes,
            Self::Number(_) => &[],
        }
    }

    pub(super) fn text(self) -> &'a str {
        str::from_utf8(self.bytes()).unwrap_or_default()
    }

    /// The values of a packed field of varints.
    pub(super) fn numbers(self) -> impl Iterator<Item = u64> {
        let mut bytes = self.bytes();
        std::iter::from_fn(move || varint(&mut bytes))
    }

    /// The values of a packed field of doubles.
    pub(super) fn doubles(self) -> impl Iterator<Item = f64> {
        self.bytes().as_chunks().0.iter().map(|bytes| f64::from_le_bytes(*bytes))
    }
}

/// The value of a uint32.
#[inline]
pub(super) fn low(value: u64) -> u32 {
    u32::try_from(value).unwrap_or_default()
}

/// The value of a sint64.
pub(super) const fn zigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[inline]
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let first = *bytes.split_off_first()?;
    if first < 0x80 {
        return Some(u64::from(first));
    }
    let mut value = u64::from(first & 0x7F);
    let mut shift = 7;
    loop {
        let byte = *bytes.split_off_first()?;
        value |= u64::from(byte & 0x7F).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(value);
        }
        shift += 7;
    }
}
