package dashstream

// TraceID and SpanID are ids of W3C Trace Context. Zero is none.
type (
	TraceID [16]byte
	SpanID  [8]byte
)

// Record is one record of a frame.
type Record struct {
	// Sequence is the number in producer, epoch and lane. For a writer, 0 is the number after the
	// record before.
	Sequence uint64
	Kind     Kind
	// TimeUs is microseconds since 1970-01-01T00:00:00Z.
	TimeUs uint64
	// Thread, Node, Run and Task are empty where the record has none.
	Thread, Node, Run, Task string
	// Parent is the number of the record that caused this one, or 0.
	Parent  uint64
	TraceID TraceID
	SpanID  SpanID
	// Payload is a pointer to the message of the kind, or an *Opaque where the kind is unknown. It is
	// nil where the record was rejected.
	Payload Payload
	// Err says why the record was rejected. Its siblings are not concerned (REC-001).
	Err *Error
}

// records builds the records of a body that has passed every check.
func (s *body) records(m *Metadata) []Record {
	records := make([]Record, s.prelude.RecordCount)
	s.envelopes(records, m)
	s.texts(records)
	s.spans(records, m)
	s.payloads(records, m)
	return records
}

// envelopes fills kind, sequence, time and parent.
func (s *body) envelopes(records []Record, m *Metadata) {
	kinds, parents := s.columns[fieldKind].values, &s.columns[fieldParentDelta]
	timed, caused := s.columns[fieldTimeDelta].present(), parents.present()
	sequence, time := s.prelude.BaseSequence-1, m.BaseTimeUs
	for i := range records {
		r := &records[i]
		sequence += s.delta(i)
		if timed {
			time += uint64(s.times[i])
		}
		r.Kind, r.Sequence, r.TimeUs = Kind(kinds[i]), sequence, time
		if caused && parents.values[i] > 0 {
			r.Parent = sequence - uint64(parents.values[i])
		}
	}
}

// texts fills what refers to the table of strings, which the records share (BODY-017).
func (s *body) texts(records []Record) {
	for _, field := range [...]int{fieldThreadRef, fieldNodeRef, fieldRunRef, fieldTaskRef} {
		if !s.columns[field].present() {
			continue
		}
		for i, ref := range s.columns[field].values {
			if ref > 0 {
				*records[i].text(field) = s.strings[ref-1]
			}
		}
	}
}

func (r *Record) text(field int) *string {
	switch field {
	case fieldThreadRef:
		return &r.Thread
	case fieldNodeRef:
		return &r.Node
	case fieldRunRef:
		return &r.Run
	}
	return &r.Task
}

// spans fills trace and span.
func (s *body) spans(records []Record, m *Metadata) {
	traces, traceIDs := &s.columns[fieldTraceRef], s.bytes(fieldTraceIDs)
	if len(m.TraceID) == 16 {
		for i := range records {
			records[i].TraceID = TraceID(m.TraceID)
		}
	}
	if traces.present() {
		for i, ref := range traces.values {
			if ref > 0 {
				records[i].TraceID = TraceID(traceIDs[16*(ref-1):])
			}
		}
	}
	spans, spanIDs := &s.columns[fieldSpanRef], s.bytes(fieldSpanIDs)
	if spans.present() {
		for i, ref := range spans.values {
			if ref > 0 {
				records[i].SpanID = SpanID(spanIDs[8*(ref-1):])
			}
		}
	}
}

// payloads judges each record by itself.
func (s *body) payloads(records []Record, m *Metadata) {
	payloads, lengths := s.bytes(fieldPayloads), &s.columns[fieldPayloadLen]
	place := len(s.raw)
	if len(payloads) > 0 {
		place = s.columns[fieldPayloads].start
	}
	redacted, empty := m.Redaction != nil, len(payloads) == 0
	for i := range records {
		n := uint32(0)
		if lengths.present() {
			n = lengths.values[i]
		}
		s.judge(&records[i], payloads[:n], redacted, i, place)
		payloads = payloads[n:]
		if !empty {
			place += int(n)
		}
	}
}

// judge makes the checks of one record. place is where its payload stands.
func (s *body) judge(r *Record, payload []byte, redacted bool, index, place int) {
	// REC-024
	if redacted && !r.Kind.control() {
		r.Err = fail(CodePayload, place, "REC-024")
		return
	}
	if !r.Kind.Known() {
		// REC-003
		if r.Kind.Critical() {
			r.Err = fail(CodeUnknownCriticalKind, s.valueAt(fieldKind, index), "REC-003")
			return
		}
		// REC-002
		opaque := &Opaque{}
		if len(payload) > 0 {
			opaque.Bytes = payload[:len(payload):len(payload)]
		}
		r.Payload = opaque
		return
	}
	s.begin()
	message, at := s.decodeKind(r.Kind, payload)
	requirement := ""
	switch {
	// REC-004 and REC-005: what failed is in the scanner.
	case at >= 0:
		requirement = s.requirement
	// REC-023
	case r.Kind == KindRedacted && !redacted:
		requirement = "REC-023"
	default:
		requirement = checkRules(message, ruleContext{epoch: s.prelude.Epoch, sequence: r.Sequence})
	}
	if requirement != "" {
		// REC-025
		r.Err = fail(CodePayload, place, requirement)
		return
	}
	r.Payload = message
}
