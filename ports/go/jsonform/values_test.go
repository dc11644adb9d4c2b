package jsonform

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"dashstream.dev/dashstream"
)

func TestNumbersAreWholeInAnyWayOfWritingThem(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "7": 7, "7.0": 7, "7e0": 7, "7E+0": 7, "70e-1": 7, "0.7e1": 7, "0e99": 0, "0.0": 0, "1.5e1": 15,
		"9007199254740991.0": 1<<53 - 1, "18446744073709551615": 1<<64 - 1,
		// By the nearest double.
		"4503599627370497.1": 1<<52 + 1, "1.00000000000000000000001": 1, "1e-400": 0, "1e-99999999999999999999": 0,
		"1.0e-9223372036854775808": 0, "9007199254740991.4": 1<<53 - 1,
	} {
		if got, err := readNumber(json.Number(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"-1", "-0", "-0.0", "-0e0", "-1e-400", "-1.0", "0.5", "1e-1", "1e19", "1e400",
		"1e99999999999999999999", "1e9223372036854775807", "9007199254740992.0", "9007199254740991.5",
		"18446744073709551616"} {
		if got, err := readNumber(json.Number(text)); err == nil {
			t.Errorf("%s: %d", text, got)
		}
	}
}

func TestDigits(t *testing.T) {
	if n, err := readDigits("007"); err != nil || n != 7 {
		t.Errorf("%d, %v", n, err)
	}
	for _, text := range []any{"", "-0", "+7", "7.0", " 7", "18446744073709551616", 7} {
		if _, err := readDigits(text); err == nil {
			t.Errorf("%v", text)
		}
	}
	if n, err := readSigned("-9223372036854775808"); err != nil || n != -1<<63 {
		t.Errorf("%d, %v", n, err)
	}
	for _, text := range []any{"", "-", "-0", "--1", "9223372036854775808"} {
		if _, err := readSigned(text); err == nil {
			t.Errorf("%v", text)
		}
	}
}

// JSON-002: encoding/json would make U+FFFD of what is not Unicode.
func TestTextThatIsNotUnicodeIsRefused(t *testing.T) {
	const form = `{"header":{"producer_id":"01000000000000000000000000000000","base_sequence":"1","epoch":1},` +
		`"metadata":{"tenant":"TEXT","boot_nonce":"0000000000000000"},"records":[]}`
	for text, accepted := range map[string]bool{
		`a`: true, `\ud83d\ude00`: true, `\ud83d\uDE00a`: true, `\\ud800`: true, `\"\\\ud7ff\ue000`: true,
		`\ud800`: false, `\udfff`: false, `\ude00\ud83d`: false, `\ud83d\ud83d\ude00`: false, `\ud83da`: false,
		`\ud83d\n`: false, `\\\uD800`: false, "\xed\xa0\x80": false, "\xff": false,
	} {
		_, err := ParseFrame([]byte(strings.Replace(form, "TEXT", text, 1)))
		var typed *dashstream.Error
		if accepted && err != nil || !accepted && (!errors.As(err, &typed) || typed.Code != dashstream.CodeInput) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
