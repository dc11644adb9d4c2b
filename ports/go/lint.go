package dashstream

import (
	"encoding/binary"
	"math"
)

// Lint is a deviation from the tidy form (spec/writing.md), which a reader accepts.
type Lint string

// The lints of the registry.
const (
	LintNonMinimalVarint Lint = "NON_MINIMAL_VARINT"
	LintFieldOrder       Lint = "FIELD_ORDER"
	LintExplicitDefault  Lint = "EXPLICIT_DEFAULT"
	LintUnknownField     Lint = "UNKNOWN_FIELD"
	LintDuplicateString  Lint = "DUPLICATE_STRING"
	LintUnusedString     Lint = "UNUSED_STRING"
	LintAncillaryBit     Lint = "ANCILLARY_BIT"
)

// linter walks over bytes that have passed every check. It is not made for speed.
type linter struct {
	found map[Lint]bool
	used  []bool
}

// findLints looks for deviations in metadata, body and the payloads of delivered records.
func findLints(f *Frame, metadata []byte, s *body) []Lint {
	l := linter{found: map[Lint]bool{}, used: make([]bool, len(s.strings)+1)}
	if f.Prelude.AncillaryFlags&^FlagGrease != 0 {
		l.found[LintAncillaryBit] = true
	}
	l.message(metadata, &schemaMetadata)
	l.message(s.raw, &schemaBody)
	l.columns(s)
	readAll := l.payloads(f.Records, s)
	l.strings(s, readAll)
	var found []Lint
	for _, lint := range [...]Lint{LintNonMinimalVarint, LintFieldOrder, LintExplicitDefault, LintUnknownField,
		LintDuplicateString, LintUnusedString, LintAncillaryBit} {
		if l.found[lint] {
			found = append(found, lint)
		}
	}
	return found
}

// columns looks for columns of nothing but defaults, and marks the strings that columns refer to.
func (l *linter) columns(s *body) {
	for field := fieldKind; field <= fieldPayloadLen; field++ {
		if !isColumn(field) || !s.columns[field].present() {
			continue
		}
		usual := uint32(0)
		if field == fieldSequenceDelta {
			usual = 1
		}
		plain := true
		for _, v := range s.columns[field].values {
			plain = plain && v == usual
			switch field {
			case fieldThreadRef, fieldNodeRef, fieldRunRef, fieldTaskRef:
				l.used[v] = true
			}
		}
		if field == fieldTimeDelta {
			for _, v := range s.times {
				plain = plain && v == 0
			}
		}
		if plain {
			l.found[LintExplicitDefault] = true
		}
	}
}

// payloads walks over those of delivered records of known kinds, and says whether that was all.
func (l *linter) payloads(records []Record, s *body) bool {
	payloads, lengths := s.bytes(fieldPayloads), &s.columns[fieldPayloadLen]
	all := true
	for i := range records {
		n := uint32(0)
		if lengths.present() {
			n = lengths.values[i]
		}
		if r := &records[i]; r.Err == nil && r.Kind.Known() {
			l.message(payloads[:n], payloadSchemas[r.Kind])
		} else {
			all = false
		}
		payloads = payloads[n:]
	}
	return all
}

func (l *linter) strings(s *body, readAll bool) {
	seen := make(map[string]bool, len(s.strings))
	for i, v := range s.strings {
		if seen[v] {
			l.found[LintDuplicateString] = true
		}
		seen[v] = true
		// REC-026
		if readAll && !l.used[i+1] {
			l.found[LintUnusedString] = true
		}
	}
}

// message walks over a message by its schema.
func (l *linter) message(b []byte, sc *schema) {
	before := uint64(0)
	for i := 0; i < len(b); {
		var tag uint64
		tag, i = l.varint(b, i)
		number, wireType := tag>>3, tag&7
		if number < before {
			l.found[LintFieldOrder] = true
		}
		before = number
		f := &fieldSchema{}
		if number < uint64(len(sc)) && sc[number].kind != typeUnknown {
			f = &sc[number]
		} else {
			l.found[LintUnknownField] = true
		}
		i = l.value(b, i, int(wireType), f)
	}
}

// value walks over a value and gives the place behind it.
func (l *linter) value(b []byte, i, wireType int, f *fieldSchema) int {
	known := f.kind != typeUnknown
	switch wireType {
	case 0:
		v, next := l.varint(b, i)
		l.usual(known && v == 0)
		if f.ref {
			l.used[v] = true
		}
		return next
	case 1:
		l.usual(known && binary.LittleEndian.Uint64(b[i:]) == math.Float64bits(0))
		return i + 8
	case 5:
		l.usual(known && binary.LittleEndian.Uint32(b[i:]) == 0)
		return i + 4
	}
	n, next := l.varint(b, i)
	v := b[next : next+int(n)]
	switch {
	case f.kind == typeMessage:
		l.message(v, f.inner)
	case f.packed:
		l.packed(v, f)
	default:
		l.usual(known && !f.repeated && len(v) == 0)
	}
	return next + int(n)
}

// usual notes a field that carries its default.
func (l *linter) usual(is bool) {
	if is {
		l.found[LintExplicitDefault] = true
	}
}

func (l *linter) packed(b []byte, f *fieldSchema) {
	l.usual(len(b) == 0)
	for i := 0; i < len(b); {
		if f.kind == typeDouble {
			i += 8
			continue
		}
		var v uint64
		v, i = l.varint(b, i)
		if f.ref && v < uint64(len(l.used)) {
			l.used[v] = true
		}
	}
}

func (l *linter) varint(b []byte, i int) (uint64, int) {
	v, next := readVarint(b, i)
	if next-i > varintLen(v) {
		l.found[LintNonMinimalVarint] = true
	}
	return v, next
}
