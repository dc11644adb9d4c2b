package dashstream

import (
	"encoding/binary"
	"math"
	"math/bits"
	"unicode/utf8"
)

// The functions here write the tidy form: nothing for a default, and as few bytes as a value takes.

func appendTag(b []byte, number, wireType int) []byte {
	return append(b, byte(number<<3|wireType)) // No number of the schemas is above 15.
}

func appendUint(b []byte, number int, v uint64) []byte {
	if v == 0 {
		return b
	}
	return binary.AppendUvarint(appendTag(b, number, 0), v)
}

func appendBool(b []byte, number int, v bool) []byte {
	if !v {
		return b
	}
	return append(appendTag(b, number, 0), 1)
}

// appendDouble leaves out +0.0 alone: -0.0 is no default.
func appendDouble(b []byte, number int, v float64) []byte {
	word := math.Float64bits(v)
	if word == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint64(appendTag(b, number, 1), word)
}

func appendFixed32(b []byte, number int, v uint32) []byte {
	if v == 0 {
		return b
	}
	return binary.LittleEndian.AppendUint32(appendTag(b, number, 5), v)
}

func appendBytes(b []byte, number int, v []byte) []byte {
	if len(v) == 0 {
		return b
	}
	b = binary.AppendUvarint(appendTag(b, number, 2), uint64(len(v)))
	return append(b, v...)
}

func appendPackedUint32(b []byte, number int, values []uint32) []byte {
	if len(values) == 0 {
		return b
	}
	size := 0
	for _, v := range values {
		size += varintLen(uint64(v))
	}
	b = binary.AppendUvarint(appendTag(b, number, 2), uint64(size))
	for _, v := range values {
		b = binary.AppendUvarint(b, uint64(v))
	}
	return b
}

func appendPackedInt64(b []byte, number int, values []int64) []byte {
	if len(values) == 0 {
		return b
	}
	size := 0
	for _, v := range values {
		size += varintLen(zag(v))
	}
	b = binary.AppendUvarint(appendTag(b, number, 2), uint64(size))
	for _, v := range values {
		b = binary.AppendUvarint(b, zag(v))
	}
	return b
}

func appendPackedDoubles(b []byte, number int, values []float64) []byte {
	if len(values) == 0 {
		return b
	}
	b = binary.AppendUvarint(appendTag(b, number, 2), uint64(8*len(values)))
	for _, v := range values {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// appendMessage puts the length in front of a message, most of which are shorter than 128 bytes.
func appendMessage(e *encoder, b []byte, number int, m Payload) []byte {
	b = append(appendTag(b, number, 2), 0)
	start := len(b)
	b = m.encode(e, b)
	size := len(b) - start
	if size < 0x80 {
		b[start-1] = byte(size)
		return b
	}
	var length [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(length[:], uint64(size))
	b = append(b, length[:n-1]...)
	copy(b[start+n-1:], b[start:start+size])
	copy(b[start-1:], length[:n])
	return b
}

// zag is zigzag encoding.
func zag(v int64) uint64 { return uint64(v<<1) ^ uint64(v>>63) }

func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

func (e *encoder) appendString(b []byte, number int, v string) []byte {
	if v == "" {
		return b
	}
	return e.appendElement(b, number, v)
}

// appendElement writes a text that stands there even where it is empty.
func (e *encoder) appendElement(b []byte, number int, v string) []byte {
	// WIRE-013
	if !utf8.ValidString(v) {
		e.refuse(e.wire, "WIRE-013")
	}
	b = binary.AppendUvarint(appendTag(b, number, 2), uint64(len(v)))
	return append(b, v...)
}

func (e *encoder) appendUint64(b []byte, number int, v uint64) []byte {
	// WIRE-011
	if v > MaxSequence {
		e.refuse(e.wire, "WIRE-011")
	}
	return appendUint(b, number, v)
}

func (e *encoder) appendPackedSint64(b []byte, number int, values []int64) []byte {
	for _, v := range values {
		// WIRE-012
		if v > MaxSequence || v < -MaxSequence {
			e.refuse(e.wire, "WIRE-012")
		}
	}
	return appendPackedInt64(b, number, values)
}

func (e *encoder) appendPackedRefs(b []byte, number int, values []string) []byte {
	refs := e.refs[:0]
	for _, v := range values {
		refs = append(refs, e.ref(v))
	}
	e.refs = refs
	return appendPackedUint32(b, number, refs)
}
