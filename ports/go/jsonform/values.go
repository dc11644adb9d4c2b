package jsonform

import (
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"dashstream.dev/dashstream"
)

// refuse makes the error of a writer.
func refuse(code dashstream.Code) error {
	return &dashstream.Error{Code: code, Offset: -1, Requirement: "JSON-002"}
}

func badInput() error { return refuse(dashstream.CodeInput) }

// readNumber reads a whole number from 0, in any way that JSON can write it. With a point or an
// exponent it goes up to 2^53 - 1 only.
func readNumber(v any) (uint64, error) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, badInput()
	}
	text := string(number)
	if !strings.ContainsAny(text, ".eE") {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return 0, badInput()
		}
		return n, nil
	}
	// The double that is nearest to it is what counts, as where a parser gives doubles alone.
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Signbit(n) || n != math.Trunc(n) || n > dashstream.MaxSequence {
		return 0, badInput()
	}
	return uint64(n), nil
}

// readUint32 reads a number that has to fit a uint32; code is that of the scan which would find it.
func readUint32(v any, code dashstream.Code) (uint32, error) {
	n, err := readNumber(v)
	if err != nil {
		return 0, err
	}
	if n > math.MaxUint32 {
		return 0, refuse(code)
	}
	return uint32(n), nil
}

// readDigits reads a string of digits, which may have zeros in front.
func readDigits(v any) (uint64, error) {
	text, ok := v.(string)
	if !ok || text == "" || strings.Trim(text, "0123456789") != "" {
		return 0, badInput()
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, badInput()
	}
	return n, nil
}

// readSigned reads a string of digits with a minus in front of negative numbers. "-0" is none.
func readSigned(v any) (int64, error) {
	text, ok := v.(string)
	digits, negative := strings.CutPrefix(text, "-")
	if !ok || digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0, badInput()
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || negative && n == 0 {
		return 0, badInput()
	}
	return n, nil
}

func readDouble(v any) (float64, error) {
	switch v := v.(type) {
	case json.Number:
		n, err := strconv.ParseFloat(string(v), 64)
		if err != nil {
			return 0, badInput()
		}
		return n, nil
	case string:
		switch v {
		case "NaN":
			return math.NaN(), nil
		case "Infinity":
			return math.Inf(1), nil
		case "-Infinity":
			return math.Inf(-1), nil
		}
	}
	return 0, badInput()
}

// readHex reads lower-case hexadecimal digits.
func readHex(v any) ([]byte, error) {
	text, ok := v.(string)
	if !ok || strings.Trim(text, "0123456789abcdef") != "" {
		return nil, badInput()
	}
	if text == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil, badInput()
	}
	return b, nil
}

// readID reads an id of the header or of a record, which has to be of its length.
func readID(v any, id []byte) error {
	b, err := readHex(v)
	if err != nil || len(b) != len(id) {
		return badInput()
	}
	copy(id, b)
	return nil
}

func readText(v any) (string, error) {
	text, ok := v.(string)
	if !ok {
		return "", badInput()
	}
	return text, nil
}

// readRef reads a text where a ref is needed. An empty one is not the same as an absent one.
func readRef(v any) (string, error) {
	text, err := readText(v)
	if err == nil && text == "" {
		err = refuse(dashstream.CodeStringTable)
	}
	return text, err
}
