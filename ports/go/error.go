package dashstream

import "fmt"

// Code is a code of the registry of errors. Its value is its number there.
type Code uint8

type codeEntry struct{ name, class string }

// String is the name of the code, such as PRELUDE_CRC.
func (c Code) String() string {
	if int(c) >= len(codeTable) || c == 0 {
		return fmt.Sprintf("CODE_%d", uint8(c))
	}
	return codeTable[c].name
}

// Class says what to do with the input: corrupt, unsupported, limit, producer-bug or usage.
func (c Code) Class() string {
	if int(c) >= len(codeTable) {
		return ""
	}
	return codeTable[c].class
}

// Error is what every failure of this package is, but for those of the system.
type Error struct {
	Code Code
	// Offset of the failure; the registry says from where a code counts. Writers give none: -1.
	Offset int64
	// Requirement is the id of the check that failed, such as PRE-004.
	Requirement string
}

// Error names the code, the offset and the requirement (ERR-003), and nothing of the bytes (SEC-001).
func (e *Error) Error() string {
	if e.Offset < 0 {
		return fmt.Sprintf("dashstream: %s (%s)", e.Code, e.Requirement)
	}
	return fmt.Sprintf("dashstream: %s at %d (%s)", e.Code, e.Offset, e.Requirement)
}

func fail[N int | int64](code Code, offset N, requirement string) *Error {
	return &Error{Code: code, Offset: int64(offset), Requirement: requirement}
}

// refuse makes the error of a writer, which has no place in any bytes.
func refuse(code Code, requirement string) *Error { return fail(code, -1, requirement) }
