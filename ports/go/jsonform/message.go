package jsonform

import (
	"math"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// fieldInfo is what the tag of a field of a message says.
type fieldInfo struct {
	name         string
	ref, fixed32 bool
}

var infos sync.Map // of reflect.Type to []fieldInfo

func fieldsOf(t reflect.Type) []fieldInfo {
	if known, found := infos.Load(t); found {
		return known.([]fieldInfo)
	}
	list := make([]fieldInfo, t.NumField())
	for i := range list {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("dashstream"), ",")
		list[i] = fieldInfo{name: name, ref: option == "ref", fixed32: option == "fixed32"}
	}
	infos.Store(t, list)
	return list
}

// appendMessage appends a message, given as a pointer to its struct.
func appendMessage(b []byte, message any) []byte {
	return appendStruct(b, reflect.ValueOf(message).Elem())
}

func appendStruct(b []byte, v reflect.Value) []byte {
	o := object{bytes: append(b, '{')}
	for i, info := range fieldsOf(v.Type()) {
		if field := v.Field(i); !isDefault(field) {
			o.field(info, field)
		}
	}
	return append(o.bytes, '}')
}

// isDefault says whether a field is left out. -0.0 is no default.
func isDefault(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice:
		return v.Len() == 0
	case reflect.Float64:
		return math.Float64bits(v.Float()) == 0
	}
	return v.IsZero()
}

func (o *object) field(info fieldInfo, v reflect.Value) {
	if v.Type() == bytesType && info.name == "text" {
		if text := v.Bytes(); utf8.Valid(text) {
			o.text("text", string(text))
		} else {
			o.hex("text_hex", text)
		}
		return
	}
	o.key(info.name)
	o.bytes = appendValue(o.bytes, info, v)
}

var bytesType = reflect.TypeFor[[]byte]()

func appendValue(b []byte, info fieldInfo, v reflect.Value) []byte {
	switch v.Kind() {
	case reflect.Uint32:
		return strconv.AppendUint(b, v.Uint(), 10)
	case reflect.Uint64:
		return append(strconv.AppendUint(append(b, '"'), v.Uint(), 10), '"')
	case reflect.Int64:
		return append(strconv.AppendInt(append(b, '"'), v.Int(), 10), '"')
	case reflect.Bool:
		return strconv.AppendBool(b, v.Bool())
	case reflect.Float64:
		return appendDouble(b, v.Float())
	case reflect.String:
		if info.ref && v.Len() == 0 {
			return append(b, "null"...)
		}
		return appendText(b, v.String())
	case reflect.Pointer:
		return appendStruct(b, v.Elem())
	case reflect.Struct:
		return appendStruct(b, v)
	}
	if v.Type() == bytesType {
		o := object{}
		o.hex("", v.Bytes())
		return append(b, o.bytes[len(`"":`):]...)
	}
	b = append(b, '[')
	for i := range v.Len() {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendValue(b, info, v.Index(i))
	}
	return append(b, ']')
}

func appendDouble(b []byte, v float64) []byte {
	switch {
	case math.IsNaN(v):
		return append(b, `"NaN"`...)
	case math.IsInf(v, 1):
		return append(b, `"Infinity"`...)
	case math.IsInf(v, -1):
		return append(b, `"-Infinity"`...)
	case v == 0 && math.Signbit(v):
		return append(b, "-0.0"...)
	}
	return strconv.AppendFloat(b, v, 'g', -1, 64)
}
