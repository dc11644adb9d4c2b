package main

import (
	"bytes"
	"fmt"
)

// encoders makes what appends each message in the tidy form.
func encoders(messages []message, kinds []map[string]string) *bytes.Buffer {
	out := new(bytes.Buffer)
	p := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	for _, m := range messages {
		if m.name == "Body" {
			continue
		}
		p("func (m *%s) encode(e *encoder, b []byte) []byte {", m.name)
		for _, f := range m.fields {
			p("%s", appendField(f))
		}
		p("return b\n}\n")
		for _, f := range m.fields {
			if f.kind == "Attribute" {
				p("func (m *%s) attributes() []Attribute { return m.%s }\n", m.name, f.goName())
			}
		}
	}
	for _, k := range kinds {
		p("// Kind is that of the registry.\nfunc (*%s) Kind() Kind { return Kind%s }\n", k["message"], camel(k["name"]))
		p("func (m *%s) absent() bool { return m == nil }\n", k["message"])
	}
	p("// NewPayload makes an empty payload of a known kind; it is nil for any other.")
	p("func NewPayload(kind Kind) Payload {\nswitch kind {")
	for _, k := range kinds {
		p("case Kind%s:\nreturn new(%s)", camel(k["name"]), k["message"])
	}
	p("}\nreturn nil\n}")
	return out
}

func appendField(f field) string {
	n, name := f.number, f.goName()
	switch {
	case f.isMessage() && f.repeated:
		return fmt.Sprintf("for i := range m.%s { b = appendMessage(e, b, %d, &m.%s[i]) }", name, n, name)
	case f.isMessage():
		return fmt.Sprintf("if m.%s != nil { b = appendMessage(e, b, %d, m.%s) }", name, n, name)
	case f.isRef() && f.repeated:
		return fmt.Sprintf("b = e.appendPackedRefs(b, %d, m.%s)", n, name)
	case f.isRef():
		return fmt.Sprintf("b = appendUint(b, %d, uint64(e.ref(m.%s)))", n, name)
	case f.kind == "string" && f.repeated:
		return fmt.Sprintf("for _, v := range m.%s { b = e.appendElement(b, %d, v) }", name, n)
	}
	switch f.goType() {
	case "string":
		return fmt.Sprintf("b = e.appendString(b, %d, m.%s)", n, name)
	case "[]byte":
		return fmt.Sprintf("b = appendBytes(b, %d, m.%s)", n, name)
	case "uint32":
		if f.kind == "fixed32" {
			return fmt.Sprintf("b = appendFixed32(b, %d, m.%s)", n, name)
		}
		return fmt.Sprintf("b = appendUint(b, %d, uint64(m.%s))", n, name)
	case "uint64":
		return fmt.Sprintf("b = e.appendUint64(b, %d, m.%s)", n, name)
	case "bool":
		return fmt.Sprintf("b = appendBool(b, %d, m.%s)", n, name)
	case "float64":
		return fmt.Sprintf("b = appendDouble(b, %d, m.%s)", n, name)
	case "[]uint32":
		return fmt.Sprintf("b = appendPackedUint32(b, %d, m.%s)", n, name)
	case "[]int64":
		return fmt.Sprintf("b = e.appendPackedSint64(b, %d, m.%s)", n, name)
	case "[]float64":
		return fmt.Sprintf("b = appendPackedDoubles(b, %d, m.%s)", n, name)
	}
	panic("no such field: " + f.name)
}
