package jsonform

import (
	"bytes"
	"encoding/json"
	"reflect"

	"dashstream.dev/dashstream"
)

// ParseFrame reads the JSON form of a frame as a writer takes it. What no frame can hold is refused
// with the code that a reader would report, or INPUT where no frame can express it; the rest of the
// checks are the writer's.
func ParseFrame(text []byte) (*dashstream.Frame, error) {
	// JSON-002
	if !isUnicode(text) {
		return nil, badInput()
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var form any
	if err := d.Decode(&form); err != nil {
		return nil, badInput()
	}
	return readFrame(form)
}

func readFrame(form any) (*dashstream.Frame, error) {
	o, err := readObject(form, "header", "metadata", "records")
	if err != nil {
		return nil, err
	}
	f := new(dashstream.Frame)
	if err := readHeader(o["header"], &f.Prelude); err != nil {
		return nil, err
	}
	if err := readMessage(o["metadata"], &f.Metadata, dashstream.CodeMetadataWire); err != nil {
		return nil, err
	}
	list, ok := o["records"].([]any)
	if !ok {
		return nil, badInput()
	}
	f.Records = make([]dashstream.Record, len(list))
	for i := range list {
		if err := readRecord(list[i], &f.Records[i]); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// readObject gives an object that has no keys but these.
func readObject(v any, keys ...string) (map[string]any, error) {
	o, ok := v.(map[string]any)
	if !ok {
		return nil, badInput()
	}
	known := 0
	for _, key := range keys {
		if _, found := o[key]; found {
			known++
		}
	}
	if known != len(o) {
		return nil, badInput()
	}
	return o, nil
}

func readHeader(v any, p *dashstream.Prelude) error {
	// What follows from the rest may stand there and is not looked at.
	o, err := readObject(v, "producer_id", "base_sequence", "epoch", "lane", "ancillary_flags", "version",
		"critical_flags", "body_len", "raw_len", "metadata_len", "codec", "schema", "record_count", "drop_count")
	if err != nil {
		return err
	}
	if err := readID(o["producer_id"], p.ProducerID[:]); err != nil {
		return err
	}
	if p.BaseSequence, err = readDigits(o["base_sequence"]); err != nil {
		return err
	}
	if p.Epoch, err = readUint32(o["epoch"], dashstream.CodeInput); err != nil {
		return err
	}
	if lane, found := o["lane"]; found {
		if p.Lane, err = readUint32(lane, dashstream.CodeInput); err != nil {
			return err
		}
	}
	if flags, found := o["ancillary_flags"]; found {
		n, err := readNumber(flags)
		if err != nil || n > 255 {
			return badInput()
		}
		p.AncillaryFlags = uint8(n)
	}
	return nil
}

func readRecord(v any, r *dashstream.Record) error {
	o, err := readObject(v, "sequence", "kind", "time_us", "thread", "node", "run", "task", "parent",
		"trace_id", "span_id", "payload", "opaque")
	if err != nil {
		return err
	}
	kind, err := readUint32(o["kind"], dashstream.CodeBodyWire)
	if err != nil {
		return err
	}
	r.Kind = dashstream.Kind(kind)
	if r.TimeUs, err = readDigits(o["time_us"]); err != nil {
		return err
	}
	if err := readNumbers(o, r); err != nil {
		return err
	}
	for name, into := range map[string]*string{"thread": &r.Thread, "node": &r.Node, "run": &r.Run, "task": &r.Task} {
		if text, found := o[name]; found {
			if *into, err = readRef(text); err != nil {
				return err
			}
		}
	}
	if err := readIDs(o, r); err != nil {
		return err
	}
	return readPayload(o, r)
}

// readNumbers reads what a writer counts by itself where it is absent.
func readNumbers(o map[string]any, r *dashstream.Record) (err error) {
	if sequence, found := o["sequence"]; found {
		// JSON-004: for the writer, 0 is the next number.
		if r.Sequence, err = readDigits(sequence); err != nil || r.Sequence == 0 {
			return badInput()
		}
	}
	if parent, found := o["parent"]; found {
		if r.Parent, err = readDigits(parent); err == nil && r.Parent == 0 {
			err = refuse(dashstream.CodeParentRange)
		}
	}
	return err
}

// readIDs reads trace and span. An id of nothing but zeros is one that no table may hold.
func readIDs(o map[string]any, r *dashstream.Record) error {
	for name, id := range map[string][]byte{"trace_id": r.TraceID[:], "span_id": r.SpanID[:]} {
		v, found := o[name]
		if !found {
			continue
		}
		if err := readID(v, id); err != nil {
			return err
		}
		if len(bytes.Trim(id, "\x00")) == 0 {
			return refuse(dashstream.CodeIDTable)
		}
	}
	return nil
}

func readPayload(o map[string]any, r *dashstream.Record) error {
	payload, hasPayload := o["payload"]
	opaque, hasOpaque := o["opaque"]
	switch {
	case r.Kind == 0:
		return refuse(dashstream.CodeKindZero)
	case r.Kind.Known():
		if hasOpaque || !hasPayload {
			return badInput()
		}
		r.Payload = dashstream.NewPayload(r.Kind)
		return readMessage(payload, r.Payload, dashstream.CodePayload)
	case hasPayload:
		return badInput()
	case r.Kind.Critical():
		return refuse(dashstream.CodeUnknownCriticalKind)
	case !hasOpaque:
		return badInput()
	}
	b, err := readHex(opaque)
	r.Payload = &dashstream.Opaque{Bytes: b}
	return err
}

// readMessage fills a message, given as a pointer to its struct. code is that of the scan which would
// find a number that does not fit its type.
func readMessage(v any, message any, code dashstream.Code) error {
	return readStruct(v, reflect.ValueOf(message).Elem(), code)
}

func readStruct(v any, into reflect.Value, code dashstream.Code) error {
	o, ok := v.(map[string]any)
	if !ok {
		return badInput()
	}
	known := 0
	for i, info := range fieldsOf(into.Type()) {
		value, found := o[info.name]
		if found {
			known++
			if err := readField(value, into.Field(i), info, code); err != nil {
				return err
			}
		}
		if info.name != "text" {
			continue
		}
		if digits, other := o["text_hex"]; other {
			known++
			b, err := readHex(digits)
			if err != nil || found {
				return badInput()
			}
			into.Field(i).SetBytes(b)
		}
	}
	if known != len(o) {
		return badInput()
	}
	return nil
}

func readField(v any, into reflect.Value, info fieldInfo, code dashstream.Code) (err error) {
	switch into.Kind() {
	case reflect.Uint32:
		var n uint32
		if info.fixed32 {
			code = dashstream.CodeInput
		}
		n, err = readUint32(v, code)
		into.SetUint(uint64(n))
	case reflect.Uint64:
		var n uint64
		n, err = readDigits(v)
		into.SetUint(n)
	case reflect.Int64:
		var n int64
		n, err = readSigned(v)
		into.SetInt(n)
	case reflect.Float64:
		var n float64
		n, err = readDouble(v)
		into.SetFloat(n)
	case reflect.Bool:
		is, ok := v.(bool)
		if !ok {
			return badInput()
		}
		into.SetBool(is)
	case reflect.String:
		var text string
		if info.ref {
			text, err = readRef(v)
		} else {
			text, err = readText(v)
		}
		into.SetString(text)
	case reflect.Pointer:
		into.Set(reflect.New(into.Type().Elem()))
		return readStruct(v, into.Elem(), code)
	case reflect.Struct:
		return readStruct(v, into, code)
	default:
		return readSlice(v, into, info, code)
	}
	return err
}

func readSlice(v any, into reflect.Value, info fieldInfo, code dashstream.Code) error {
	if into.Type() == bytesType {
		return readBytes(v, into, info)
	}
	list, ok := v.([]any)
	if !ok {
		return badInput()
	}
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i := range list {
		// In an array of refs, null is a ref of 0.
		if info.ref && list[i] == nil {
			continue
		}
		if err := readField(list[i], into.Index(i), info, code); err != nil {
			return err
		}
	}
	return nil
}

func readBytes(v any, into reflect.Value, info fieldInfo) error {
	if info.name == "text" {
		text, err := readText(v)
		into.SetBytes([]byte(text))
		return err
	}
	b, err := readHex(v)
	into.SetBytes(b)
	return err
}
