package dashstream

import (
	"encoding/binary"
	"sync"
	"unicode/utf8"
)

// encoder makes the parts of one frame.
type encoder struct {
	// wire is the code of what the scan of this part would find.
	wire Code
	err  *Error
	// table and index are the table of strings, in the order in which the records need them.
	table   []string
	index   map[string]uint32
	refs    []uint32
	columns [16][]uint32
	times   []int64
	// used says which columns have a value that is no default.
	used               [16]bool
	traces             map[TraceID]uint32
	spans              map[SpanID]uint32
	traceIDs, spanIDs  []byte
	payloads, metadata []byte
}

var encoders = sync.Pool{New: func() any {
	return &encoder{index: map[string]uint32{}, traces: map[TraceID]uint32{}, spans: map[SpanID]uint32{}}
}}

// release gives the scratch back, without anything of the frame.
func (e *encoder) release() {
	clear(e.table)
	clear(e.index)
	clear(e.traces)
	clear(e.spans)
	for i := range e.columns {
		e.columns[i] = e.columns[i][:0]
	}
	e.table, e.times, e.used, e.err = e.table[:0], e.times[:0], [16]bool{}, nil
	e.traceIDs, e.spanIDs, e.payloads, e.metadata = e.traceIDs[:0], e.spanIDs[:0], e.payloads[:0], e.metadata[:0]
	encoders.Put(e)
}

// refuse keeps the first fault: where there are several, any will do.
func (e *encoder) refuse(code Code, requirement string) {
	if e.err == nil {
		e.err = refuse(code, requirement)
	}
}

// ref gives the place of a text in the table; the empty text is ref 0.
func (e *encoder) ref(v string) uint32 {
	if v == "" {
		return 0
	}
	if ref, found := e.index[v]; found {
		return ref
	}
	switch {
	// WIRE-013
	case !utf8.ValidString(v):
		e.refuse(CodeBodyWire, "WIRE-013")
	// BODY-002
	case len(v) > MaxStringLen:
		e.refuse(CodeStringTable, "BODY-002")
	// BODY-001
	case len(e.table) == MaxStrings:
		e.refuse(CodeStringTable, "BODY-001")
	default:
		e.table = append(e.table, v)
		e.index[v] = uint32(len(e.table))
	}
	return uint32(len(e.table))
}

// add puts the next value into a column.
func (e *encoder) add(field int, v, usual uint32) {
	e.columns[field] = append(e.columns[field], v)
	if v != usual {
		e.used[field] = true
	}
}

// addRecord puts a record into the columns. before is the number and the time of the one before it.
func (e *encoder) addRecord(f *Frame, r *Record, before *Record) {
	e.addEnvelope(f, r, before)
	e.add(fieldThreadRef, e.ref(r.Thread), 0)
	e.add(fieldNodeRef, e.ref(r.Node), 0)
	e.add(fieldRunRef, e.ref(r.Run), 0)
	e.add(fieldTaskRef, e.ref(r.Task), 0)
	e.addTrace(f, r)
	e.addSpan(r)
	start := len(e.payloads)
	e.addPayload(f, r, before.Sequence)
	e.add(fieldPayloadLen, uint32(len(e.payloads)-start), 0)
	// PRE-014: nothing is gained by going on.
	if len(e.payloads) > MaxRawLen {
		e.refuse(CodeRawLen, "PRE-014")
	}
}

// addEnvelope adds kind, time, sequence and parent, and makes the record the one before.
func (e *encoder) addEnvelope(f *Frame, r *Record, before *Record) {
	sequence := r.Sequence
	if sequence == 0 {
		sequence = before.Sequence + 1
	}
	// JSON-004
	if sequence <= before.Sequence {
		e.refuse(CodeInput, "JSON-004")
	}
	// BODY-011
	if sequence-f.Prelude.BaseSequence >= f.Prelude.Span() {
		e.refuse(CodeSequenceDelta, "BODY-011")
	}
	e.add(fieldSequenceDelta, uint32(sequence-before.Sequence), 1)
	// BODY-012
	if r.TimeUs > MaxSequence {
		e.refuse(CodeTimeRange, "BODY-012")
	}
	delta := int64(r.TimeUs - before.TimeUs)
	e.times = append(e.times, delta)
	e.used[fieldTimeDelta] = e.used[fieldTimeDelta] || delta != 0
	parent := uint64(0)
	if r.Parent > 0 {
		parent = sequence - r.Parent
		// JSON-002: a column has no room for another.
		if r.Parent >= sequence || parent > 1<<32-1 {
			e.refuse(CodeInput, "JSON-002")
		}
	}
	e.add(fieldParentDelta, uint32(parent), 0)
	// BODY-005
	if r.Kind == 0 {
		e.refuse(CodeKindZero, "BODY-005")
	}
	e.add(fieldKind, uint32(r.Kind), 0)
	before.Sequence, before.TimeUs = sequence, r.TimeUs
}

func (e *encoder) addTrace(f *Frame, r *Record) {
	common := f.Metadata.TraceID
	ref := uint32(0)
	switch {
	case r.TraceID == TraceID{}:
		// JSON-003
		if len(common) > 0 {
			e.refuse(CodeInput, "JSON-003")
		}
	case len(common) != 16 || r.TraceID != TraceID(common):
		if ref = e.traces[r.TraceID]; ref == 0 {
			e.traceIDs = append(e.traceIDs, r.TraceID[:]...)
			ref = uint32(len(e.traceIDs) / 16)
			e.traces[r.TraceID] = ref
		}
	}
	e.add(fieldTraceRef, ref, 0)
}

func (e *encoder) addSpan(r *Record) {
	ref := uint32(0)
	if r.SpanID != (SpanID{}) {
		if ref = e.spans[r.SpanID]; ref == 0 {
			e.spanIDs = append(e.spanIDs, r.SpanID[:]...)
			ref = uint32(len(e.spanIDs) / 8)
			e.spans[r.SpanID] = ref
		}
	}
	e.add(fieldSpanRef, ref, 0)
}

// addPayload makes the checks that a reader would make of the record.
func (e *encoder) addPayload(f *Frame, r *Record, sequence uint64) {
	redacted := f.Metadata.Redaction != nil
	known := r.Kind.Known()
	switch {
	// REC-024, REC-023
	case redacted && !r.Kind.control():
		e.refuse(CodePayload, "REC-024")
	case !redacted && r.Kind == KindRedacted:
		e.refuse(CodePayload, "REC-023")
	// REC-003
	case !known && r.Kind.Critical():
		e.refuse(CodeUnknownCriticalKind, "REC-003")
	case !fits(r.Kind, r.Payload):
		e.refuse(CodeInput, "JSON-002")
	}
	if e.err != nil {
		return
	}
	if known {
		if requirement := checkRules(r.Payload, ruleContext{f.Prelude.Epoch, sequence}); requirement != "" {
			e.refuse(CodePayload, requirement)
		}
		e.checkKeys(r.Payload)
	}
	e.payloads = r.Payload.encode(e, e.payloads)
}

// fits says whether a payload is that of the kind.
func fits(kind Kind, payload Payload) bool {
	switch m := payload.(type) {
	case nil:
		return false
	case *Opaque:
		return m != nil && !kind.Known()
	case interface {
		Kind() Kind
		absent() bool
	}:
		return !m.absent() && m.Kind() == kind
	}
	return false
}

// checkKeys checks the names of attributes.
func (e *encoder) checkKeys(payload Payload) {
	m, ok := payload.(interface{ attributes() []Attribute })
	if !ok {
		return
	}
	list := m.attributes()
	var seen map[string]bool
	if len(list) > 16 {
		seen = make(map[string]bool, len(list))
	}
	for i := range list {
		key := list[i].Key
		twice := seen[key]
		if seen != nil {
			seen[key] = true
		} else {
			twice = hasKey(list[:i], key)
		}
		// REC-010
		if key == "" || twice {
			e.refuse(CodePayload, "REC-010")
		}
	}
}

func hasKey(list []Attribute, key string) bool {
	for i := range list {
		if list[i].Key == key {
			return true
		}
	}
	return false
}

// body puts the columns together.
func (e *encoder) body() []byte {
	size := len(e.payloads) + len(e.traceIDs) + len(e.spanIDs) + 16*len(e.times)
	for _, v := range e.table {
		size += len(v) + 3
	}
	b := make([]byte, 0, size)
	for _, v := range e.table {
		b = binary.AppendUvarint(appendTag(b, fieldStrings, 2), uint64(len(v)))
		b = append(b, v...)
	}
	for field := fieldKind; field <= fieldPayloads; field++ {
		switch {
		case field == fieldTraceIDs:
			b = appendBytes(b, field, e.traceIDs)
		case field == fieldSpanIDs:
			b = appendBytes(b, field, e.spanIDs)
		case field == fieldPayloads:
			b = appendBytes(b, field, e.payloads)
		case !e.used[field]:
		case field == fieldTimeDelta:
			b = appendPackedInt64(b, field, e.times)
		default:
			b = appendPackedUint32(b, field, e.columns[field])
		}
	}
	return b
}
