package dashstream

import "math"

// The numbers of the body's fields.
const (
	fieldStrings       = 1
	fieldKind          = 2
	fieldTimeDelta     = 3
	fieldSequenceDelta = 4
	fieldThreadRef     = 5
	fieldNodeRef       = 6
	fieldParentDelta   = 7
	fieldRunRef        = 8
	fieldTaskRef       = 9
	fieldTraceRef      = 10
	fieldTraceIDs      = 11
	fieldSpanRef       = 12
	fieldSpanIDs       = 13
	fieldPayloadLen    = 14
	fieldPayloads      = 15
	bodyFields         = 0xFFFE
)

// column is where a field of the body stands, and the values of a packed one.
type column struct {
	// at is the tag, or negative where the field is absent. The value is raw[start:end].
	at, start, end int
	// count is how many values there are; no more of them are kept than the frame has records.
	count  int
	values []uint32
}

func (c *column) present() bool { return c.at >= 0 }

// fill reads a packed column of uint32. It gives the requirement that fails, or nothing.
func (c *column) fill(b []byte, room int) string {
	if cap(c.values) < min(room, len(b)) {
		c.values = make([]uint32, 0, room)
	}
	values := c.values[:0]
	count := 0
	for i := 0; i < len(b); count++ {
		if b[i] < 0x80 && count < room {
			values = append(values, uint32(b[i]))
			i++
			continue
		}
		v, next := readVarint(b, i)
		if next < 0 {
			return reason(next)
		}
		// WIRE-009
		if v > math.MaxUint32 {
			return "WIRE-009"
		}
		i = next
		if count < room {
			values = append(values, uint32(v))
		}
	}
	c.values, c.count = values, count
	return ""
}

// fillTimes reads the column of time_delta_us, which alone is of sint64.
func (s *body) fillTimes(b []byte, room int) string {
	if cap(s.times) < min(room, len(b)) {
		s.times = make([]int64, 0, room)
	}
	times := s.times[:0]
	count := 0
	for i := 0; i < len(b); count++ {
		v, next := readVarint(b, i)
		if next < 0 {
			return reason(next)
		}
		delta := zigzag(v)
		// WIRE-012
		if delta > MaxSequence || delta < -MaxSequence {
			return "WIRE-012"
		}
		i = next
		if count < room {
			times = append(times, delta)
		}
	}
	s.times, s.columns[fieldTimeDelta].count = times, count
	return ""
}

// valueAt finds the first byte of a value's varint: only a failure asks for it.
func (s *body) valueAt(field, index int) int {
	c := &s.columns[field]
	at := c.start
	for ; index > 0; index-- {
		for s.raw[at] >= 0x80 {
			at++
		}
		at++
	}
	return at
}
