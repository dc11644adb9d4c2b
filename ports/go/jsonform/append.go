// Package jsonform turns frames into their JSON form and back (spec/json.md, spec/writer-input.md). It
// is a form for people and tests; it is never on the wire.
package jsonform

import (
	"encoding/hex"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"dashstream.dev/dashstream"
)

// AppendFrame appends the JSON form of a frame that was read.
func AppendFrame(b []byte, f *dashstream.Frame) []byte {
	b = append(b, `{"header":`...)
	b = appendHeader(b, &f.Prelude)
	b = append(b, `,"metadata":`...)
	b = appendMessage(b, &f.Metadata)
	b = append(b, `,"records":[`...)
	for i := range f.Records {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendRecord(b, &f.Records[i])
	}
	return append(b, "]}"...)
}

func appendHeader(b []byte, p *dashstream.Prelude) []byte {
	o := object{bytes: append(b, '{')}
	o.number("version", uint64(p.Version))
	o.number("critical_flags", uint64(p.CriticalFlags))
	o.number("ancillary_flags", uint64(p.AncillaryFlags))
	o.number("body_len", uint64(p.BodyLen))
	o.number("raw_len", uint64(p.RawLen))
	o.number("metadata_len", uint64(p.MetadataLen))
	o.number("codec", uint64(p.Codec))
	o.number("schema", uint64(p.Schema))
	o.number("record_count", uint64(p.RecordCount))
	o.number("drop_count", uint64(p.DropCount))
	o.hex("producer_id", p.ProducerID[:])
	o.digits("base_sequence", p.BaseSequence)
	o.number("epoch", uint64(p.Epoch))
	o.number("lane", uint64(p.Lane))
	return append(o.bytes, '}')
}

// AppendRecord appends the JSON form of one record of a frame that was read.
func AppendRecord(b []byte, r *dashstream.Record) []byte {
	o := object{bytes: append(b, '{')}
	o.digits("sequence", r.Sequence)
	o.number("kind", uint64(r.Kind))
	o.digits("time_us", r.TimeUs)
	o.text("thread", r.Thread)
	o.text("node", r.Node)
	o.text("run", r.Run)
	o.text("task", r.Task)
	if r.Parent > 0 {
		o.digits("parent", r.Parent)
	}
	if r.TraceID != (dashstream.TraceID{}) {
		o.hex("trace_id", r.TraceID[:])
	}
	if r.SpanID != (dashstream.SpanID{}) {
		o.hex("span_id", r.SpanID[:])
	}
	switch payload := r.Payload.(type) {
	case nil:
		o.key("error")
		o.bytes = append(o.bytes, `{"code":"`+r.Err.Code.String()+`","offset":`...)
		o.bytes = append(strconv.AppendInt(o.bytes, r.Err.Offset, 10), '}')
	case *dashstream.Opaque:
		o.hex("opaque", payload.Bytes)
	default:
		o.key("payload")
		o.bytes = appendMessage(o.bytes, payload)
	}
	return append(o.bytes, '}')
}

// object is a JSON object that is being written.
type object struct {
	bytes []byte
	more  bool
}

func (o *object) key(name string) {
	if o.more {
		o.bytes = append(o.bytes, ',')
	}
	o.more = true
	o.bytes = append(append(append(o.bytes, '"'), name...), `":`...)
}

func (o *object) number(name string, v uint64) {
	o.key(name)
	o.bytes = strconv.AppendUint(o.bytes, v, 10)
}

func (o *object) digits(name string, v uint64) {
	o.key(name)
	o.bytes = append(strconv.AppendUint(append(o.bytes, '"'), v, 10), '"')
}

func (o *object) hex(name string, v []byte) {
	o.key(name)
	o.bytes = append(hex.AppendEncode(append(o.bytes, '"'), v), '"')
}

// text leaves out what is empty.
func (o *object) text(name, v string) {
	if v != "" {
		o.key(name)
		o.bytes = appendText(o.bytes, v)
	}
}

func appendText(b []byte, v string) []byte {
	for i := 0; i < len(v); i++ {
		if c := v[i]; c < 0x20 || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(v) // A string cannot fail.
			return append(b, quoted...)
		}
	}
	return append(append(append(b, '"'), v...), '"')
}
