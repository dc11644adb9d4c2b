package main

import "strings"

// goName turns words_with_lines into a Go name; a ref is named after what it refers to.
func (f field) goName() string {
	return camel(strings.TrimSuffix(f.name, "_ref"))
}

// jsonName is the name of the field in the JSON form (spec/json.md).
func (f field) jsonName() string { return strings.TrimSuffix(f.name, "_ref") }

func (f field) isRef() bool { return strings.HasSuffix(f.name, "_ref") }

func (f field) isMessage() bool { return f.kind[0] >= 'A' && f.kind[0] <= 'Z' }

// isPacked says whether all values of the field stand in one length-delimited value.
func (f field) isPacked() bool {
	return f.repeated && !f.isMessage() && f.kind != "string" && f.kind != "bytes"
}

// wireType is the one that WIRE-004 asks for.
func (f field) wireType() int {
	switch {
	case f.repeated:
		return 2
	case f.kind == "double":
		return 1
	case f.kind == "fixed32":
		return 5
	case f.kind == "string" || f.kind == "bytes" || f.isMessage():
		return 2
	}
	return 0
}

// goType is the type of the field in its struct.
func (f field) goType() string {
	kind := map[string]string{
		"uint32": "uint32", "fixed32": "uint32", "uint64": "uint64", "sint64": "int64",
		"bool": "bool", "double": "float64", "string": "string", "bytes": "[]byte",
	}[f.kind]
	switch {
	case f.isRef():
		kind = "string"
	case f.isMessage() && !f.repeated:
		kind = "*" + f.kind
	case f.isMessage():
		kind = f.kind
	}
	if f.repeated {
		return "[]" + kind
	}
	return kind
}

func camel(name string) string {
	words := strings.Split(strings.ToLower(name), "_")
	for i, word := range words {
		if word == "id" {
			words[i] = "ID"
			continue
		}
		words[i] = strings.ToUpper(word[:1]) + word[1:]
	}
	return strings.Join(words, "")
}
