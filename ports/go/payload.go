package dashstream

import (
	"encoding/binary"
	"math"
)

// payloadDecoder scans the payloads of one frame and fills their messages.
type payloadDecoder struct {
	scanner
	strings []string
	// counts says how many records of each kind the frame has, so that a slab has room for all.
	counts [maxKind + 1]int
	// stamps has the list in which a key was seen last, by ref (REC-010).
	stamps []uint32
	list   uint32
	arenas
	slabs
}

// begin readies the decoder for the next payload.
func (d *payloadDecoder) begin() {
	d.list++
	if d.list == 0 {
		clear(d.stamps)
		d.list = 1
	}
}

// newKey notes the key of an attribute. A message has one list of them at most.
func (d *payloadDecoder) newKey(ref uint64) bool {
	if len(d.stamps) <= len(d.strings) {
		d.stamps = append(d.stamps, make([]uint32, len(d.strings)+1-len(d.stamps))...)
	}
	// REC-010: by ref, for a table may hold a string twice (BODY-016).
	if ref == 0 || d.stamps[ref] == d.list {
		return false
	}
	d.stamps[ref] = d.list
	return true
}

// packedRefs reads a packed field of refs; a ref of 0 is the empty string.
func (d *payloadDecoder) packedRefs(b []byte) ([]string, bool) {
	refs := make([]string, 0, countVarints(b))
	for i := 0; i < len(b); {
		v, next := readVarint(b, i)
		switch {
		case next < 0:
			return nil, d.refuse(reason(next))
		// WIRE-009
		case v > math.MaxUint32:
			return nil, d.refuse("WIRE-009")
		// REC-005
		case v > uint64(len(d.strings)):
			return nil, d.refuse("REC-005")
		}
		i = next
		ref := ""
		if v > 0 {
			ref = d.strings[v-1]
		}
		refs = append(refs, ref)
	}
	return refs, true
}

func (d *payloadDecoder) packedSint64(b []byte) ([]int64, bool) {
	values := make([]int64, 0, countVarints(b))
	for i := 0; i < len(b); {
		v, next := readVarint(b, i)
		if next < 0 {
			return nil, d.refuse(reason(next))
		}
		i = next
		n := zigzag(v)
		// WIRE-012
		if n > MaxSequence || n < -MaxSequence {
			return nil, d.refuse("WIRE-012")
		}
		values = append(values, n)
	}
	return values, true
}

func (d *payloadDecoder) packedDoubles(b []byte) ([]float64, bool) {
	// WIRE-007
	if len(b)%8 != 0 {
		return nil, d.refuse("WIRE-007")
	}
	values := make([]float64, len(b)/8)
	for i := range values {
		values[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return values, true
}

func (d *payloadDecoder) refuse(requirement string) bool {
	d.requirement = requirement
	return false
}

// countVarints counts the bytes that end a varint.
func countVarints(b []byte) (n int) {
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// next takes the next message of a slab that has room for all of a frame.
func next[T any](slab *[]T, count int) *T {
	if len(*slab) == 0 {
		*slab = make([]T, count)
	}
	m := &(*slab)[0]
	*slab = (*slab)[1:]
	return m
}

// longMessage is the length from which on the elements of a message are counted beforehand.
const longMessage = 1024

// elements counts how often a length-delimited field occurs, so that a long list is allocated once and
// no larger than it is. For a short message, or one that breaks the wire rules, it may guess.
func elements(b []byte, number uint32) (count int) {
	if len(b) < longMessage {
		return 1
	}
	var s scanner
	for i := 0; i >= 0 && i < len(b); {
		tag, next := readTag(b, i)
		if next < 0 {
			break
		}
		if tag == number<<3|2 {
			count++
		}
		i = s.skip(b, next, tag&7)
	}
	return count
}

// reserve begins a list of so many elements, in a new arena where this one has no room.
func reserve[T any](arena []T, count int) ([]T, int) {
	if cap(arena)-len(arena) < count {
		arena = make([]T, 0, max(32, min(2*cap(arena), 4096), count))
	}
	return arena, len(arena)
}

// grow adds an element to the list that begins at start. A full arena is left to those who have a
// part of it, and the list moves to a new one.
func grow[T any](arena []T, start int) ([]T, int) {
	if len(arena) == cap(arena) {
		own := arena[start:]
		room := max(32, min(2*cap(arena), 4096), 2*len(own))
		arena = append(make([]T, 0, room), own...)
		start = 0
	}
	return arena[:len(arena)+1], start
}

// cut gives the list that begins at start, without room behind it.
func cut[T any](arena []T, start int) []T {
	if start == len(arena) {
		return nil
	}
	return arena[start:len(arena):len(arena)]
}
