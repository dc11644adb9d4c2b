package dashstream

import (
	"math"
	"unicode/utf8"
	"unsafe"
)

// What the functions that read give in place of a position where they fail.
const (
	tooLong  = -1 // WIRE-006
	cutShort = -2 // WIRE-007
	pastEnd  = -3 // WIRE-008
)

// passed is what a scan gives that found nothing, in place of the offset of a tag.
const passed = -1

// readTag reads the tag at b[i]; next is negative where it breaks WIRE-001.
func readTag(b []byte, i int) (tag uint32, next int) {
	if i < len(b) && b[i] < 0x80 {
		return uint32(b[i]), i + 1
	}
	return readLongTag(b, i)
}

// readLongTag is kept apart, so that the short way can be inlined.
//
//go:noinline
func readLongTag(b []byte, i int) (uint32, int) {
	var v uint64
	for n := 0; n < 5 && i+n < len(b); n++ {
		c := b[i+n]
		v |= uint64(c&0x7F) << (7 * n)
		if c < 0x80 {
			if v > math.MaxUint32 {
				return 0, tooLong
			}
			return uint32(v), i + n + 1
		}
	}
	return 0, tooLong
}

// readVarint reads the varint at b[i]; next is tooLong or cutShort where it is none.
func readVarint(b []byte, i int) (v uint64, next int) {
	if i < len(b) && b[i] < 0x80 {
		return uint64(b[i]), i + 1
	}
	return readLongVarint(b, i)
}

// readLongVarint is kept apart, so that the short way can be inlined.
//
//go:noinline
func readLongVarint(b []byte, i int) (uint64, int) {
	var v uint64
	for n := 0; n < 10; n++ {
		if i+n >= len(b) {
			return 0, cutShort
		}
		c := b[i+n]
		if n == 9 && c > 1 {
			return 0, tooLong
		}
		v |= uint64(c&0x7F) << (7 * n)
		if c < 0x80 {
			return v, i + n + 1
		}
	}
	return 0, tooLong
}

// readSpan reads a length at b[i] and gives where the value begins and ends. Where it fails, end is
// negative and start says why.
func readSpan(b []byte, i int) (start, end int) {
	v, next := readVarint(b, i)
	if next < 0 {
		return next, -1
	}
	if v > uint64(len(b)-next) {
		return pastEnd, -1
	}
	return next, next + int(v)
}

func zigzag(v uint64) int64 { return int64(v>>1) ^ -int64(v&1) }

// text makes a string of bytes that nobody changes any more, without a copy (BODY-017).
func text(b []byte) (string, bool) {
	if !utf8.Valid(b) {
		return "", false
	}
	return unsafe.String(unsafe.SliceData(b), len(b)), true
}

// reason is the requirement behind a negative position.
func reason(next int) string {
	switch next {
	case tooLong:
		return "WIRE-006"
	case cutShort:
		return "WIRE-007"
	}
	return "WIRE-008"
}

// scanner remembers which requirement failed.
type scanner struct{ requirement string }

func (s *scanner) fail(at int, requirement string) int {
	s.requirement = requirement
	return at
}

func (s *scanner) badVarint(at, next int) int { return s.fail(at, reason(next)) }

func (s *scanner) badSpan(at, why int) int { return s.fail(at, reason(why)) }

// other goes past a field whose tag is none of the schema's. Fields of the schema are in known. It
// gives the place behind the value, or a negative number.
func (s *scanner) other(b []byte, i int, tag uint32, known uint32) int {
	number, wireType := tag>>3, tag&7
	switch {
	// WIRE-002
	case number == 0:
		return s.fail(-1, "WIRE-002")
	// WIRE-003
	case wireType == 3 || wireType == 4 || wireType > 5:
		return s.fail(-1, "WIRE-003")
	// WIRE-004
	case number < 32 && known&(1<<number) != 0:
		return s.fail(-1, "WIRE-004")
	}
	// WIRE-017
	return s.skip(b, i, wireType)
}

func (s *scanner) skip(b []byte, i int, wireType uint32) int {
	size := 4
	switch wireType {
	case 0:
		_, next := readVarint(b, i)
		if next < 0 {
			return s.fail(-1, reason(next))
		}
		return next
	case 1:
		size = 8
	case 2:
		why, end := readSpan(b, i)
		if end < 0 {
			return s.fail(-1, reason(why))
		}
		return end
	}
	// WIRE-007
	if len(b)-i < size {
		return s.fail(-1, "WIRE-007")
	}
	return i + size
}
