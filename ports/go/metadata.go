package dashstream

import "math"

// metadataScan fills the metadata and remembers where its fields stand.
type metadataScan struct {
	payloadDecoder
	metadata Metadata
	base     int
	tags     [10]int
	// contexts counts all of them; only those that may be there are kept.
	contexts    int
	extraAt     int
	contextTags []int
	spare       Context
}

const metadataFields = 0x3FE

// decodeMetadata makes the checks of metadata.md. b is a copy that nobody else changes.
func decodeMetadata(b []byte, p *Prelude) (*Metadata, int, *Error) {
	s := metadataScan{base: PreludeLen}
	for i := range s.tags {
		s.tags[i] = passed
	}
	if at := s.scan(b); at >= 0 {
		return nil, 0, fail(CodeMetadataWire, s.base+at, s.requirement)
	}
	if err := s.check(p, len(b)); err != nil {
		return nil, 0, err
	}
	return &s.metadata, s.base + s.tags[1], nil
}

func (s *metadataScan) scan(b []byte) int {
	for i := 0; i < len(b); {
		at := i
		tag, next := readTag(b, i)
		if next < 0 {
			return s.fail(at, "WIRE-001")
		}
		number := tag >> 3
		if number == 0 || number > 9 || tag&7 != s.wireType(number) {
			if i = s.other(b, next, tag, metadataFields); i < 0 {
				return at
			}
			continue
		}
		// WIRE-005
		if s.tags[number] >= 0 && number != 8 {
			return s.fail(at, "WIRE-005")
		}
		s.tags[number] = at
		if i, next = s.value(b, at, next, number); next >= 0 {
			return next
		}
	}
	return passed
}

func (s *metadataScan) wireType(number uint32) uint32 {
	if number == 3 || number == 7 {
		return 0
	}
	return 2
}

// value reads the value at b[i]. It gives the place behind it, and where it fails the tag that does.
func (s *metadataScan) value(b []byte, at, i int, number uint32) (next, bad int) {
	if s.wireType(number) == 0 {
		v, next := readVarint(b, i)
		if next < 0 {
			return 0, s.badVarint(at, next)
		}
		// WIRE-011
		if v > MaxSequence {
			return 0, s.fail(at, "WIRE-011")
		}
		if number == 3 {
			s.metadata.BaseTimeUs = v
		} else {
			s.metadata.DroppedTotal = v
		}
		return next, passed
	}
	start, end := readSpan(b, i)
	if end < 0 {
		return 0, s.badSpan(at, start)
	}
	bad = s.delimited(b[start:end:end], at, number)
	if bad >= 0 && number >= 8 {
		bad += start
	}
	return end, bad
}

// delimited reads a value of field number. Where a nested message fails, the offset counts in it.
func (s *metadataScan) delimited(v []byte, at int, number uint32) int {
	m := &s.metadata
	switch number {
	case 1:
		var ok bool
		// WIRE-013
		if m.Tenant, ok = text(v); !ok {
			return s.fail(at, "WIRE-013")
		}
	case 2:
		m.BootNonce = v
	case 4:
		m.TraceID = v
	case 5:
		return s.packed(&m.DropReason, v, at)
	case 6:
		return s.packed(&m.DropReasonCount, v, at)
	case 8:
		return s.context(v, at)
	case 9:
		m.Redaction = new(Redaction)
		return m.Redaction.decode(&s.payloadDecoder, v)
	}
	return passed
}

func (s *metadataScan) packed(into *[]uint32, v []byte, at int) int {
	for i := 0; i < len(v); {
		n, next := readVarint(v, i)
		if next < 0 {
			return s.badVarint(at, next)
		}
		// WIRE-009
		if n > math.MaxUint32 {
			return s.fail(at, "WIRE-009")
		}
		*into = append(*into, uint32(n))
		i = next
	}
	return passed
}

func (s *metadataScan) context(v []byte, at int) int {
	s.contexts++
	if s.contexts > MaxContexts {
		if s.contexts == MaxContexts+1 {
			s.extraAt = at
		}
		s.spare = Context{}
		return s.spare.decode(&s.payloadDecoder, v)
	}
	s.contextTags = append(s.contextTags, at)
	s.metadata.Contexts = append(s.metadata.Contexts, Context{})
	return s.metadata.Contexts[s.contexts-1].decode(&s.payloadDecoder, v)
}

// check makes the checks of the fields.
func (s *metadataScan) check(p *Prelude, length int) *Error {
	number, requirement := s.metadata.check(p.DropCount)
	extra := s.contexts > MaxContexts
	if requirement != "" && (number < 8 || !extra) {
		return fail(CodeMetadataField, s.place(number, length), requirement)
	}
	// META-011
	if extra {
		return fail(CodeMetadataField, s.base+s.extraAt, "META-011")
	}
	return nil
}

// place is the tag of the field, or the end of the metadata where it is absent.
func (s *metadataScan) place(number, length int) int {
	if number == 8 {
		return s.base + s.contextTags[firstBadContext(s.metadata.Contexts)]
	}
	if s.tags[number] >= 0 {
		return s.base + s.tags[number]
	}
	return s.base + length
}

// check makes the checks of metadata.md in their order. It gives the number of the field and the
// requirement that fails, or nothing. Reader and writer share it.
func (m *Metadata) check(dropCount uint16) (number int, requirement string) {
	switch {
	// META-001
	case m.Tenant == "":
		return 1, "META-001"
	// META-002
	case len(m.Tenant) > MaxTenantLen:
		return 1, "META-002"
	// META-003
	case len(m.BootNonce) != 8:
		return 2, "META-003"
	// META-004
	case len(m.TraceID) != 0 && len(m.TraceID) != 16 || len(m.TraceID) == 16 && allZero(m.TraceID):
		return 4, "META-004"
	}
	if number, requirement = m.checkDrops(dropCount); requirement != "" {
		return number, requirement
	}
	switch {
	// META-011
	case len(m.Contexts) > MaxContexts:
		return 8, "META-011"
	// META-012
	case firstBadContext(m.Contexts) >= 0:
		return 8, "META-012"
	// META-013
	case m.Redaction != nil && (m.Redaction.Reason == "" || len(m.Redaction.Reason) > MaxRedactionReasonLen):
		return 9, "META-013"
	}
	return 0, ""
}

func (m *Metadata) checkDrops(dropCount uint16) (number int, requirement string) {
	switch {
	// META-005
	case len(m.DropReason) != len(m.DropReasonCount):
		return 5, "META-005"
	// META-006
	case len(m.DropReason) > MaxDropReasons:
		return 5, "META-006"
	// META-007
	case zeroOrTwice(m.DropReason):
		return 5, "META-007"
	}
	sum := uint64(0)
	for _, n := range m.DropReasonCount {
		// META-008
		if n == 0 {
			return 6, "META-008"
		}
		sum += uint64(n)
	}
	switch {
	// META-009
	case sum != uint64(dropCount):
		return 6, "META-009"
	// META-010
	case m.DroppedTotal < uint64(dropCount):
		return 7, "META-010"
	}
	return 0, ""
}

// zeroOrTwice looks at 32 values at most.
func zeroOrTwice(values []uint32) bool {
	for i, v := range values {
		if v == 0 {
			return true
		}
		for _, before := range values[:i] {
			if before == v {
				return true
			}
		}
	}
	return false
}

// firstBadContext is the first that breaks META-012, or -1.
func firstBadContext(contexts []Context) int {
	for i, c := range contexts {
		empty := c.Run == "" && c.Thread == "" && c.Node == "" && c.Task == ""
		if empty || max(len(c.Run), len(c.Thread), len(c.Node), len(c.Task)) > MaxContextLen {
			return i
		}
	}
	return -1
}
