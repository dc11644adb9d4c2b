package jsonform

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// isUnicode says whether JSON has neither bytes that are not UTF-8 nor half a surrogate pair in an escape:
// encoding/json makes U+FFFD of them.
func isUnicode(text []byte) bool {
	if !utf8.Valid(text) {
		return false
	}
	// A backslash stands in strings alone.
	for at := bytes.IndexByte(text, '\\'); at >= 0; at = bytes.IndexByte(text, '\\') {
		text = text[at:]
		unit, ok := escapedUnit(text)
		if !ok {
			text = text[min(2, len(text)):]
			continue
		}
		text = text[6:]
		if !utf16.IsSurrogate(unit) {
			continue
		}
		second, ok := escapedUnit(text)
		if !ok || utf16.DecodeRune(unit, second) == utf8.RuneError {
			return false
		}
		text = text[6:]
	}
	return true
}

// escapedUnit reads an escape such as \u00e9 at the beginning.
func escapedUnit(text []byte) (rune, bool) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(text[2:6]), 16, 16)
	return rune(unit), err == nil
}
