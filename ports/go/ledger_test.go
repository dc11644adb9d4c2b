package dashstream_test

import (
	"reflect"
	"testing"

	"dashstream.dev/dashstream"
)

// covering makes the prelude of a frame over the numbers first..last.
func covering(epoch uint32, first, last uint64) *dashstream.Prelude {
	return &dashstream.Prelude{ProducerID: dashstream.ProducerID{1}, Epoch: epoch, BaseSequence: first,
		RecordCount: uint16(last - first + 1)}
}

func accepted(p *dashstream.Prelude) *dashstream.Frame {
	return &dashstream.Frame{Prelude: *p, Records: make([]dashstream.Record, p.RecordCount),
		Metadata: dashstream.Metadata{Tenant: "a", BootNonce: make([]byte, 8)}}
}

func expect(t *testing.T, got []dashstream.Verdict, want ...dashstream.Verdict) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, not %v", got, want)
	}
}

// LOSS-021
func TestALedgerWithBoundsSaysWhatItHasForgotten(t *testing.T) {
	l := dashstream.NewBoundedLedger(dashstream.Bounds{Ranges: 2, Missing: 1, Epochs: 2, Nonces: 2})
	see := func(epoch uint32, first, last uint64) []dashstream.Verdict {
		return l.Accepted(accepted(covering(epoch, first, last)), nil)
	}
	say := func(name dashstream.VerdictName, arg uint64) dashstream.Verdict {
		return dashstream.Verdict{Name: name, Arg: arg}
	}
	expect(t, see(1, 1, 10))
	expect(t, see(1, 21, 30), say(dashstream.Gap, 10))
	expect(t, see(1, 31, 40))
	// The range 1..10 is forgotten: nothing tells whether it has the same content.
	expect(t, see(1, 1, 10), say(dashstream.Duplicate, 0))
	expect(t, see(1, 5, 15), say(dashstream.Overlap, 0))
	// What is missing is known until a second gap needs its place.
	expect(t, see(1, 11, 12), say(dashstream.Late, 2))
	expect(t, see(1, 51, 60), say(dashstream.Gap, 10))
	expect(t, see(1, 13, 20), say(dashstream.Forgotten, 0))
	expect(t, see(1, 41, 50), say(dashstream.Late, 10))
	a := l.Accounts()[0]
	if a.Lost != 8 || a.Seen != 52 || a.Last != 60 {
		t.Errorf("the account has changed: %+v", a)
	}
	see(2, 1, 1)
	see(3, 1, 1)
	expect(t, see(1, 61, 70), say(dashstream.Forgotten, 0))
}

// A range that could not be read may still come intact; once it is forgotten, it is not counted again.
func TestAForgottenRangeIsNotCountedAgain(t *testing.T) {
	l := dashstream.NewBoundedLedger(dashstream.Bounds{Ranges: 1})
	l.Accepted(accepted(covering(1, 1, 10)), nil)
	l.Rejected(covering(1, 11, 20))
	l.Accepted(accepted(covering(1, 21, 30)), nil)
	expect(t, l.Accepted(accepted(covering(1, 11, 20)), nil), dashstream.Verdict{Name: dashstream.Forgotten})
}

// What is missing in front of a forgotten range that could not be read is not filled any more, and can still be
// declared dropped.
func TestWhatIsStillKnownToBeMissingCanBeDeclared(t *testing.T) {
	l := dashstream.NewBoundedLedger(dashstream.Bounds{Ranges: 1})
	l.Accepted(accepted(covering(1, 1, 2)), nil)
	l.Accepted(accepted(covering(1, 5, 6)), nil)
	l.Rejected(covering(1, 7, 8))
	l.Accepted(accepted(covering(1, 9, 10)), nil)
	expect(t, l.Accepted(accepted(covering(1, 3, 4)), nil), dashstream.Verdict{Name: dashstream.Forgotten})
	late := accepted(covering(1, 11, 11))
	late.Records[0] = dashstream.Record{Kind: dashstream.KindLateDrops, Sequence: 11, Payload: &dashstream.LateDrops{First: 3, Count: 2}}
	l.Accepted(late, nil)
	if a := l.Accounts()[0]; a.Lost != 0 || a.Declared != 2 {
		t.Errorf("%+v", a)
	}
}

func TestABoundedAccountAlwaysAddsUp(t *testing.T) {
	for seed := range rounds(2000) {
		addsUp(t, uint64(seed), dashstream.Bounds{Ranges: 2, Missing: 2, Epochs: 2, Nonces: 2})
	}
}

// What was forgotten stays known by its numbers, whatever is forgotten later; in front of the account nothing
// was counted.
func TestWhatWasForgottenIsADuplicate(t *testing.T) {
	l := dashstream.NewBoundedLedger(dashstream.Bounds{Ranges: 1})
	see := func(first, last uint64) []dashstream.Verdict {
		return l.Accepted(accepted(covering(1, first, last)), nil)
	}
	expect(t, see(5, 6), dashstream.Verdict{Name: dashstream.Baseline, Arg: 5})
	expect(t, see(9, 10), dashstream.Verdict{Name: dashstream.Gap, Arg: 2})
	expect(t, see(11, 12))
	expect(t, see(7, 8), dashstream.Verdict{Name: dashstream.Late, Arg: 2})
	expect(t, see(9, 10), dashstream.Verdict{Name: dashstream.Duplicate})
	expect(t, see(4, 6), dashstream.Verdict{Name: dashstream.Overlap})
}
