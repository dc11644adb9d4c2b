package dashstream

import "fmt"

// Kind is the number of a type of record. Even kinds are critical.
type Kind uint32

type kindEntry struct{ name, class string }

// Known says whether the kind is in the registry.
func (k Kind) Known() bool { return k <= maxKind && kindTable[k].name != "" }

// Critical says whether a reader that does not know the kind rejects the record.
func (k Kind) Critical() bool { return k%2 == 0 }

// String is the name of the kind in the registry, such as NODE_START.
func (k Kind) String() string {
	if k.Known() {
		return kindTable[k].name
	}
	return fmt.Sprintf("KIND_%d", uint32(k))
}

// Class is the class of a known kind, such as event or control.
func (k Kind) Class() string {
	if k.Known() {
		return kindTable[k].class
	}
	return ""
}

func (k Kind) control() bool { return k.Class() == "control" }

// Payload is what a record carries: a pointer to the message of a known kind, or an [*Opaque].
type Payload interface {
	encode(e *encoder, b []byte) []byte
}

// Opaque is the payload of a kind that is not in the registry, unread.
type Opaque struct{ Bytes []byte }

func (o *Opaque) encode(_ *encoder, b []byte) []byte { return append(b, o.Bytes...) }
