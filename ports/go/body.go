package dashstream

import "sync"

// body is the decompressed body of one frame while it is checked.
type body struct {
	payloadDecoder
	prelude *Prelude
	raw     []byte
	columns [16]column
	times   []int64
	// stringCount counts all strings; no more than MaxStrings of them are kept.
	stringCount int
	// extraString and badString are the tags of the first strings that break BODY-001 and BODY-002.
	extraString, badString int
}

// bodies keeps the columns and the table of strings from frame to frame.
var bodies = sync.Pool{New: func() any { return new(body) }}

func newBody(p *Prelude, raw []byte) *body {
	s := bodies.Get().(*body)
	s.prelude, s.raw = p, raw
	s.stringCount, s.extraString, s.badString = 0, passed, passed
	for i := range s.columns {
		s.columns[i].at = passed
		s.columns[i].count = 0
	}
	return s
}

// release gives the scratch back, without anything that keeps a frame alive.
func (s *body) release() {
	clear(s.strings)
	s.strings = s.strings[:0]
	s.prelude, s.raw = nil, nil
	s.arenas, s.slabs = arenas{}, slabs{}
	clear(s.counts[:])
	bodies.Put(s)
}

// scan is the wire scan of the body. It gives the tag that fails.
func (s *body) scan() int {
	b := s.raw
	for i := 0; i < len(b); {
		at := i
		tag, next := readTag(b, i)
		if next < 0 {
			return s.fail(at, "WIRE-001")
		}
		number := int(tag >> 3)
		if number == 0 || number > fieldPayloads || tag&7 != 2 {
			if i = s.other(b, next, tag, bodyFields); i < 0 {
				return at
			}
			continue
		}
		// WIRE-005
		if number != fieldStrings && s.columns[number].present() {
			return s.fail(at, "WIRE-005")
		}
		start, end := readSpan(b, next)
		if end < 0 {
			return s.badSpan(at, start)
		}
		if why := s.field(number, at, start, end); why != "" {
			return s.fail(at, why)
		}
		i = end
	}
	return passed
}

// field takes the field whose value is raw[start:end].
func (s *body) field(number, at, start, end int) string {
	value, room := s.raw[start:end], int(s.prelude.RecordCount)
	if number == fieldStrings {
		return s.string(value, at)
	}
	c := &s.columns[number]
	c.at, c.start, c.end = at, start, end
	switch number {
	case fieldTimeDelta:
		return s.fillTimes(value, room)
	case fieldTraceIDs, fieldSpanIDs, fieldPayloads:
		return ""
	}
	return c.fill(value, room)
}

// string takes an entry of the table. What breaks a rule is noted and not kept.
func (s *body) string(value []byte, at int) string {
	v, ok := text(value)
	// WIRE-013
	if !ok {
		return "WIRE-013"
	}
	s.stringCount++
	if s.badString < 0 && (len(v) == 0 || len(v) > MaxStringLen) {
		s.badString = at
	}
	if s.stringCount <= MaxStrings {
		s.strings = append(s.strings, v)
	} else if s.extraString < 0 {
		s.extraString = at
	}
	return ""
}

// check makes the checks of body.md, each over the whole body before the next.
func (s *body) check(baseTime uint64) *Error {
	if at := s.scan(); at >= 0 {
		return fail(CodeBodyWire, at, s.requirement)
	}
	for _, check := range [...]func() *Error{s.checkStrings, s.checkColumns, s.checkKinds, s.checkStringRefs, s.checkIDs} {
		if err := check(); err != nil {
			return err
		}
	}
	if err := s.checkSequence(); err != nil {
		return err
	}
	if err := s.checkTimes(baseTime); err != nil {
		return err
	}
	if err := s.checkParents(); err != nil {
		return err
	}
	return s.checkPayloads()
}

func (s *body) checkStrings() *Error {
	switch {
	// BODY-001
	case s.extraString >= 0:
		return fail(CodeStringTable, s.extraString, "BODY-001")
	// BODY-002
	case s.badString >= 0:
		return fail(CodeStringTable, s.badString, "BODY-002")
	}
	return nil
}

// isColumn says whether a field has one value for each record.
func isColumn(field int) bool {
	return field != fieldStrings && field != fieldTraceIDs && field != fieldSpanIDs && field != fieldPayloads
}

func (s *body) checkColumns() *Error {
	// BODY-003
	if !s.columns[fieldKind].present() {
		return fail(CodeColumnLen, len(s.raw), "BODY-003")
	}
	for field := fieldKind; field <= fieldPayloadLen; field++ {
		c := &s.columns[field]
		// BODY-004
		if isColumn(field) && c.present() && c.count != int(s.prelude.RecordCount) {
			return fail(CodeColumnLen, c.at, "BODY-004")
		}
	}
	return nil
}

func (s *body) checkKinds() *Error {
	for i, kind := range s.columns[fieldKind].values {
		// BODY-005
		if kind == 0 {
			return fail(CodeKindZero, s.valueAt(fieldKind, i), "BODY-005")
		}
		if kind <= maxKind {
			s.counts[kind]++
		}
	}
	return nil
}

// checkRefs checks the values of a column of refs against the length of its table.
func (s *body) checkRefs(field int, count uint32, code Code, requirement string) *Error {
	if !s.columns[field].present() {
		return nil
	}
	for i, ref := range s.columns[field].values {
		if ref > count {
			return fail(code, s.valueAt(field, i), requirement)
		}
	}
	return nil
}

func (s *body) checkStringRefs() *Error {
	for _, field := range [...]int{fieldThreadRef, fieldNodeRef, fieldRunRef, fieldTaskRef} {
		// BODY-006
		if err := s.checkRefs(field, uint32(len(s.strings)), CodeStringRef, "BODY-006"); err != nil {
			return err
		}
	}
	return nil
}

// bytes gives the value of a field of bytes, or nothing where it is absent.
func (s *body) bytes(field int) []byte {
	if c := &s.columns[field]; c.present() {
		return s.raw[c.start:c.end]
	}
	return nil
}

func (s *body) checkIDs() *Error {
	// BODY-007
	if !idTable(s.bytes(fieldTraceIDs), 16) {
		return fail(CodeIDTable, s.columns[fieldTraceIDs].at, "BODY-007")
	}
	// BODY-008
	if !idTable(s.bytes(fieldSpanIDs), 8) {
		return fail(CodeIDTable, s.columns[fieldSpanIDs].at, "BODY-008")
	}
	// BODY-009
	if err := s.checkRefs(fieldTraceRef, uint32(len(s.bytes(fieldTraceIDs))/16), CodeIDRef, "BODY-009"); err != nil {
		return err
	}
	// BODY-010
	return s.checkRefs(fieldSpanRef, uint32(len(s.bytes(fieldSpanIDs))/8), CodeIDRef, "BODY-010")
}

func idTable(ids []byte, size int) bool {
	if len(ids)%size != 0 || len(ids)/size > MaxIDs {
		return false
	}
	for ; len(ids) > 0; ids = ids[size:] {
		if allZero(ids[:size]) {
			return false
		}
	}
	return true
}

func (s *body) checkSequence() *Error {
	if !s.columns[fieldSequenceDelta].present() {
		return nil
	}
	sum, span := uint64(0), s.prelude.Span()
	for i, delta := range s.columns[fieldSequenceDelta].values {
		sum += uint64(delta)
		// BODY-011
		if delta == 0 || sum > span {
			return fail(CodeSequenceDelta, s.valueAt(fieldSequenceDelta, i), "BODY-011")
		}
	}
	return nil
}

func (s *body) checkTimes(baseTime uint64) *Error {
	if !s.columns[fieldTimeDelta].present() {
		return nil
	}
	time := int64(baseTime)
	for i, delta := range s.times {
		time += delta
		// BODY-012
		if time < 0 || time > MaxSequence {
			return fail(CodeTimeRange, s.valueAt(fieldTimeDelta, i), "BODY-012")
		}
	}
	return nil
}

func (s *body) checkParents() *Error {
	if !s.columns[fieldParentDelta].present() {
		return nil
	}
	sequence := s.prelude.BaseSequence - 1
	for i, parent := range s.columns[fieldParentDelta].values {
		sequence += s.delta(i)
		// BODY-013
		if uint64(parent) >= sequence {
			return fail(CodeParentRange, s.valueAt(fieldParentDelta, i), "BODY-013")
		}
	}
	return nil
}

// delta is the distance of a record's number from the one before it (BODY-015).
func (s *body) delta(i int) uint64 {
	if c := &s.columns[fieldSequenceDelta]; c.present() {
		return uint64(c.values[i])
	}
	return 1
}

func (s *body) checkPayloads() *Error {
	lengths, payloads := &s.columns[fieldPayloadLen], &s.columns[fieldPayloads]
	sum := uint64(0)
	if lengths.present() {
		for _, n := range lengths.values {
			sum += uint64(n)
		}
	}
	// BODY-014
	if sum != uint64(len(s.bytes(fieldPayloads))) {
		if lengths.present() {
			return fail(CodePayloadLen, lengths.at, "BODY-014")
		}
		return fail(CodePayloadLen, payloads.at, "BODY-014")
	}
	return nil
}
