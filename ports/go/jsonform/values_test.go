package jsonform

import (
	"encoding/json"
	"testing"
)

func TestNumbersAreWholeInAnyWayOfWritingThem(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "7": 7, "7.0": 7, "7e0": 7, "7E+0": 7, "70e-1": 7, "0.7e1": 7, "0e99": 0, "0.0": 0, "1.5e1": 15,
		"9007199254740991.0": 1<<53 - 1, "18446744073709551615": 1<<64 - 1,
	} {
		if got, err := readNumber(json.Number(text)); err != nil || got != want {
			t.Errorf("%s: %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"-1", "-0", "-0.0", "0.5", "1e-1", "1e19", "1e400", "1e99999999999999999999",
		"1e-99999999999999999999", "1e9223372036854775807", "1.0e-9223372036854775808", "9007199254740992.0",
		"18446744073709551616", "1.00000000000000000000001"} {
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
