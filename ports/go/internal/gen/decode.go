package main

import (
	"bytes"
	"fmt"
)

// decoders makes the wire scan of each message, which fills its struct while it goes. The body and
// the metadata are scanned by hand-written code, for their checks need to know where things stand.
func decoders(messages []message, kinds []map[string]string) *bytes.Buffer {
	out := new(bytes.Buffer)
	fmt.Fprintf(out, "import (\n\"encoding/binary\"\n\"math\"\n)\n\n")
	for _, m := range messages {
		if m.name != "Body" && m.name != "Metadata" {
			decoder(out, m)
		}
	}
	payloadDecoder(out, messages, kinds)
	return out
}

func decoder(out *bytes.Buffer, m message) {
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	p("func (m *%s) decode(d *payloadDecoder, b []byte) int {", m.name)
	var known uint32
	singular := false
	for _, f := range m.fields {
		known |= 1 << f.number
		singular = singular || !f.repeated || f.isPacked()
		if f.repeated && f.isMessage() {
			p("start%s := len(d.arena%s)", f.goName(), f.kind)
		}
	}
	if singular {
		p("var seen uint32")
	}
	p("for i := 0; i < len(b); {\nat := i\ntag, next := uint32(b[i]), i+1\nif tag >= 0x80 {")
	p("if tag, next = readLongTag(b, i); next < 0 { return d.fail(at, \"WIRE-001\") }\n}\ni = next\nswitch tag {")
	for _, f := range m.fields {
		p("case %d: // %s", f.number<<3|f.wireType(), f.name)
		if !f.repeated || f.isPacked() {
			// Nothing but a repeated text or message may occur again.
			p("if seen&(1<<%d) != 0 { return d.fail(at, \"WIRE-005\") }\nseen |= 1<<%d", f.number, f.number)
		}
		value(p, m, f)
	}
	p("default:\nif i = d.other(b, i, tag, %#x); i < 0 { return at }\n}\n}", known)
	for _, f := range m.fields {
		if f.repeated && f.isMessage() {
			p("m.%s = cut(d.arena%s, start%s)", f.goName(), f.kind, f.goName())
		}
	}
	if m.name == "Attribute" {
		p("if m.Key == \"\" { return d.fail(len(b), \"REC-010\") }")
	}
	p("return passed\n}\n")
}

// value reads the value of a field behind its tag.
func value(p func(string, ...any), m message, f field) {
	name := f.goName()
	if f.wireType() == 2 {
		p("start, end := i+1, 0\nif i < len(b) && int(b[i]) < min(0x80, len(b)-i) { end = start + int(b[i]) } else {")
		p("if start, end = readSpan(b, i); end < 0 { return d.badSpan(at, start) }\n}\ni = end")
		delimited(p, f)
		return
	}
	switch f.kind {
	case "double":
		p("if len(b)-i < 8 { return d.fail(at, \"WIRE-007\") }")
		p("m.%s = math.Float64frombits(binary.LittleEndian.Uint64(b[i:]))\ni += 8", name)
		return
	case "fixed32":
		p("if len(b)-i < 4 { return d.fail(at, \"WIRE-007\") }")
		p("m.%s = binary.LittleEndian.Uint32(b[i:])\ni += 4", name)
		return
	}
	// The short way stands here, for the compiler would not inline it.
	p("var v uint64\nif i < len(b) && b[i] < 0x80 { v, i = uint64(b[i]), i+1 } else {")
	p("if v, next = readLongVarint(b, i); next < 0 { return d.badVarint(at, next) }\ni = next\n}")
	switch {
	case m.name == "Attribute" && f.name == "key_ref":
		p("if v > math.MaxUint32 { return d.fail(at, \"WIRE-009\") }")
		p("if v > uint64(len(d.strings)) { return d.fail(at, \"REC-005\") }")
		p("if !d.newKey(v) { return d.fail(at, \"REC-010\") }")
		p("m.%s = d.strings[v-1]", name)
	case f.isRef():
		p("if v > math.MaxUint32 { return d.fail(at, \"WIRE-009\") }")
		p("if v > uint64(len(d.strings)) { return d.fail(at, \"REC-005\") }")
		p("if v > 0 { m.%s = d.strings[v-1] }", name)
	case f.kind == "uint32":
		p("if v > math.MaxUint32 { return d.fail(at, \"WIRE-009\") }\nm.%s = uint32(v)", name)
	case f.kind == "uint64":
		p("if v > MaxSequence { return d.fail(at, \"WIRE-011\") }\nm.%s = v", name)
	case f.kind == "bool":
		p("if v > 1 { return d.fail(at, \"WIRE-010\") }\nm.%s = v == 1", name)
	default:
		panic("no such singular field: " + f.kind)
	}
}

// delimited reads what stands at b[start:end].
func delimited(p func(string, ...any), f field) {
	name := f.goName()
	switch {
	case f.isMessage() && f.repeated:
		arena, first := "d.arena"+f.kind, "start"+name
		p("if %s == len(%s) { %s, %s = reserve(%s, elements(b[at:], %d)) }", first, arena, arena, first, arena, f.number)
		p("%s, %s = grow(%s, %s)", arena, first, arena, first)
		p("if bad := %s[len(%s)-1].decode(d, b[start:end]); bad >= 0 { return start + bad }", arena, arena)
	case f.isMessage():
		p("m.%s = new(%s)\nif bad := m.%s.decode(d, b[start:end]); bad >= 0 { return start + bad }", name, f.kind, name)
	case f.kind == "string" && f.repeated:
		p("v, ok := text(b[start:end])\nif !ok { return d.fail(at, \"WIRE-013\") }")
		p("if m.%s == nil { m.%s = make([]string, 0, elements(b[at:], %d)) }", name, name, f.number)
		p("m.%s = append(m.%s, v)", name, name)
	case f.kind == "string":
		p("v, ok := text(b[start:end])\nif !ok { return d.fail(at, \"WIRE-013\") }\nm.%s = v", name)
	case f.kind == "bytes":
		p("m.%s = b[start:end:end]", name)
	case f.isRef():
		p("var ok bool\nif m.%s, ok = d.packedRefs(b[start:end]); !ok { return at }", name)
	case f.kind == "sint64":
		p("var ok bool\nif m.%s, ok = d.packedSint64(b[start:end]); !ok { return at }", name)
	case f.kind == "double":
		p("var ok bool\nif m.%s, ok = d.packedDoubles(b[start:end]); !ok { return at }", name)
	default:
		panic("no such delimited field: " + f.name)
	}
}

// payloadDecoder makes what takes the payload of a kind: one slab for each kind of a frame, so that
// a frame of a thousand records costs a handful of allocations.
func payloadDecoder(out *bytes.Buffer, messages []message, kinds []map[string]string) {
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	p("// arenas hold what messages repeat.\ntype arenas struct {")
	repeated := map[string]bool{}
	for _, m := range messages {
		for _, f := range m.fields {
			if f.repeated && f.isMessage() && m.name != "Metadata" && !repeated[f.kind] {
				repeated[f.kind] = true
				p("arena%s []%s", f.kind, f.kind)
			}
		}
	}
	p("}\n\n// slabs hold the payloads of a frame, kind by kind.\ntype slabs struct {")
	for _, k := range kinds {
		p("slab%s []%s", k["message"], k["message"])
	}
	p("}\n")
	p("// decodeKind scans a payload of a known kind.")
	p("func (d *payloadDecoder) decodeKind(kind Kind, b []byte) (Payload, int) {\nswitch kind {")
	for _, k := range kinds {
		p("case Kind%s:\nm := next(&d.slab%s, d.counts[kind])\nreturn m, m.decode(d, b)", camel(k["name"]), k["message"])
	}
	p("}\npanic(\"dashstream: a kind without a message\")\n}")
}
