package dashstream

import (
	"bytes"
	"cmp"
	"slices"
)

// VerdictName is a verdict of the registry.
type VerdictName string

// The verdicts of a ledger.
const (
	Baseline     VerdictName = "BASELINE"
	Gap          VerdictName = "GAP"
	EpochMissing VerdictName = "EPOCH_MISSING"
	TailUnknown  VerdictName = "TAIL_UNKNOWN"
	Late         VerdictName = "LATE"
	Duplicate    VerdictName = "DUPLICATE"
	Overlap      VerdictName = "OVERLAP"
	StaleEpoch   VerdictName = "STALE_EPOCH"
	Fork         VerdictName = "FORK"
	LaneMoved    VerdictName = "LANE_MOVED"
	AfterEnd     VerdictName = "AFTER_END"
	Forgotten    VerdictName = "FORGOTTEN"
)

// Verdict is what a ledger says of a frame. Arg is 0 where the verdict has no number.
type Verdict struct {
	Name VerdictName
	Arg  uint64
}

// LaneVerdict is what a ledger says of a lane at the end of the input.
type LaneVerdict struct {
	ProducerID ProducerID
	Lane       uint32
	Verdict
}

type laneKey struct {
	producer ProducerID
	lane     uint32
}

// lane is the state of a lane.
type lane struct {
	tenant    string
	partition *uint32
	ended     bool // LANE_END was seen.
	current   uint32
	accounts  map[uint32]*account
	// epochsFrom is above every epoch whose account was forgotten.
	epochsFrom uint32
}

// Ledger keeps the account of every lane that a reader sees (spec/loss.md). It grows with the lanes and,
// unless it has bounds, with the ranges that it counts. It is for one goroutine.
type Ledger struct {
	nonces map[ProducerID]map[uint32][8]byte
	lanes  map[laneKey]*lane
	bounds Bounds
}

// NewLedger makes a ledger that knows of nothing and forgets nothing.
func NewLedger() *Ledger { return NewBoundedLedger(Bounds{}) }

// NewBoundedLedger makes a ledger that forgets what is beyond its bounds.
func NewBoundedLedger(bounds Bounds) *Ledger {
	return &Ledger{nonces: map[ProducerID]map[uint32][8]byte{}, lanes: map[laneKey]*lane{}, bounds: bounds}
}

// Observe tells the ledger what a reader made of the bytes of a frame: f and err are what Decode gave.
// partition is nil where there is none. A frame of another tenant, and one that is not countable,
// change nothing (LOSS-016).
func (l *Ledger) Observe(frame []byte, f *Frame, err error, partition *uint32) []Verdict {
	if err == nil {
		return l.Accepted(f, partition)
	}
	if e, ok := err.(*Error); ok && e.Code == CodeTenantMismatch {
		return nil
	}
	if p, countable := Countable(frame); countable {
		return l.Rejected(&p)
	}
	return nil
}

// Accepted tells the ledger of a frame that a reader accepted.
func (l *Ledger) Accepted(f *Frame, partition *uint32) []Verdict {
	c := rangeOf(&f.Prelude)
	c.readable = true
	if m := f.Metadata.Redaction; m != nil {
		c.redacted, c.original = true, m.OriginalBodyCrc
	}
	a := arrival{ledger: l, prelude: &f.Prelude, frame: f, partition: partition, counted: c}
	a.arrive()
	return a.verdicts
}

// Rejected tells the ledger of a countable frame that a reader rejected.
func (l *Ledger) Rejected(p *Prelude) []Verdict {
	a := arrival{ledger: l, prelude: p, counted: rangeOf(p)}
	a.arrive()
	return a.verdicts
}

func rangeOf(p *Prelude) counted {
	return counted{span: span{p.BaseSequence, p.Last()}, records: p.RecordCount, bodyCRC: p.BodyCRC}
}

// End gives the verdicts at the end of the input, by producer and lane.
func (l *Ledger) End() []LaneVerdict {
	var end []LaneVerdict
	for key, lane := range l.lanes {
		// LOSS-008
		if lane.accounts[lane.current].Tail == TailOpen {
			end = append(end, LaneVerdict{key.producer, key.lane, Verdict{TailUnknown, uint64(lane.current)}})
		}
	}
	slices.SortFunc(end, func(a, b LaneVerdict) int {
		return cmp.Or(bytes.Compare(a.ProducerID[:], b.ProducerID[:]), cmp.Compare(a.Lane, b.Lane))
	})
	return end
}

// Accounts gives all accounts, by producer, lane and epoch.
func (l *Ledger) Accounts() []Account {
	var all []Account
	for _, lane := range l.lanes {
		for _, a := range lane.accounts {
			all = append(all, a.Account)
		}
	}
	slices.SortFunc(all, func(a, b Account) int {
		return cmp.Or(bytes.Compare(a.ProducerID[:], b.ProducerID[:]), cmp.Compare(a.Lane, b.Lane),
			cmp.Compare(a.Epoch, b.Epoch))
	})
	return all
}
