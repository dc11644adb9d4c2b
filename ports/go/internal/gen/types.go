package main

import (
	"bytes"
	"fmt"
	"strings"
)

// messageTypes makes a struct for each message. The body has none: its columns become records.
func messageTypes(messages []message) *bytes.Buffer {
	out := new(bytes.Buffer)
	for _, m := range messages {
		if m.name == "Body" {
			continue
		}
		fmt.Fprintf(out, "// %s: %s\ntype %s struct {\n", m.name, lower(strings.Join(m.doc, "\n// ")), m.name)
		for _, f := range m.fields {
			for _, line := range f.doc {
				fmt.Fprintf(out, "// %s\n", strings.Replace(line, "Ref to", "Refers to", 1))
			}
			fmt.Fprintf(out, "%s %s `dashstream:\"%s\"`\n", f.goName(), f.goType(), f.tag())
		}
		fmt.Fprintf(out, "}\n\n")
	}
	return out
}

// tag says what the type of the field does not: the name in the JSON form, and whether it is a ref.
func (f field) tag() string {
	switch {
	case f.isRef():
		return f.jsonName() + ",ref"
	case f.kind == "fixed32":
		return f.jsonName() + ",fixed32"
	}
	return f.jsonName()
}

func lower(text string) string {
	if len(text) > 1 && text[1] >= 'a' && text[1] <= 'z' || strings.HasPrefix(text, "A ") {
		return strings.ToLower(text[:1]) + text[1:]
	}
	return text
}

// kindTable makes a constant for each kind, and what is known of it.
func kindTable(kinds []map[string]string) *bytes.Buffer {
	out := new(bytes.Buffer)
	fmt.Fprintf(out, "// The kinds of the registry.\nconst (\n")
	for _, k := range kinds {
		fmt.Fprintf(out, "// %s\nKind%s Kind = %s\n", k["text"], camel(k["name"]), k["number"])
	}
	fmt.Fprintf(out, ")\n\nvar kindTable = [maxKind + 1]kindEntry{\n")
	for _, k := range kinds {
		fmt.Fprintf(out, "Kind%s: {%q, %q},\n", camel(k["name"]), k["name"], k["class"])
	}
	fmt.Fprintf(out, "}\n\nconst maxKind = %s\n", kinds[len(kinds)-1]["number"])
	return out
}

// codeTable makes a constant for each code of the registry of errors.
func codeTable(codes []map[string]string) *bytes.Buffer {
	out := new(bytes.Buffer)
	fmt.Fprintf(out, "// The codes of the registry, in the order of the checks.\nconst (\n")
	for _, c := range codes {
		fmt.Fprintf(out, "// %s\nCode%s Code = %s\n", c["text"], camel(c["code"]), c["number"])
	}
	fmt.Fprintf(out, ")\n\nvar codeTable = [...]codeEntry{\n")
	for _, c := range codes {
		fmt.Fprintf(out, "Code%s: {%q, %q},\n", camel(c["code"]), c["code"], c["class"])
	}
	fmt.Fprintf(out, "}\n")
	return out
}

// schemas makes the tables by which the lints walk over bytes.
func schemas(messages []message, kinds []map[string]string) *bytes.Buffer {
	out := new(bytes.Buffer)
	for _, m := range messages {
		fmt.Fprintf(out, "var schema%s = schema{\n", m.name)
		for _, f := range m.fields {
			fmt.Fprintf(out, "%d: {kind: type%s", f.number, camel(f.schemaKind()))
			if f.isPacked() {
				fmt.Fprintf(out, ", packed: true")
			} else if f.repeated {
				fmt.Fprintf(out, ", repeated: true")
			}
			// The refs of the body are columns, and some of them refer to ids.
			if f.isRef() && m.name != "Body" {
				fmt.Fprintf(out, ", ref: true")
			}
			if f.isMessage() {
				fmt.Fprintf(out, ", inner: &schema%s", f.kind)
			}
			fmt.Fprintf(out, "},\n")
		}
		fmt.Fprintf(out, "}\n\n")
	}
	fmt.Fprintf(out, "var payloadSchemas = [maxKind + 1]*schema{\n")
	for _, k := range kinds {
		fmt.Fprintf(out, "Kind%s: &schema%s,\n", camel(k["name"]), k["message"])
	}
	fmt.Fprintf(out, "}\n")
	return out
}

func (f field) schemaKind() string {
	if f.isMessage() {
		return "message"
	}
	return f.kind
}
