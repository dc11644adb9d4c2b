package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"

	"dashstream.dev/dashstream"
	"dashstream.dev/dashstream/jsonform"
)

// unknown are the verdicts on frames that may have had their effect before (CON-004).
var unknown = []dashstream.VerdictName{dashstream.Overlap, dashstream.StaleEpoch, dashstream.Fork,
	dashstream.AfterEnd, dashstream.Forgotten}

// part is what is done with the messages of one partition, in the order of their offsets (CON-002).
type part struct {
	topic  string
	number int32
	reader *dashstream.Reader
	ledger *dashstream.Ledger
	total  *total
}

// place is where a message is.
type place struct {
	Partition int32  `json:"partition"`
	Offset    *int64 `json:"offset,omitempty"`
}

type verdictLine struct {
	place
	ProducerID string                 `json:"producer_id,omitempty"`
	Lane       *uint32                `json:"lane,omitempty"`
	Verdict    dashstream.VerdictName `json:"verdict"`
	Arg        *string                `json:"arg,omitempty"`
}

type recordLine struct {
	place
	Tenant     string          `json:"tenant"`
	ProducerID string          `json:"producer_id"`
	Epoch      uint32          `json:"epoch"`
	Lane       uint32          `json:"lane"`
	Unknown    bool            `json:"unknown,omitempty"`
	Record     json.RawMessage `json:"record"`
}

// take takes a message; it says whether to go on with the partition.
func (p *part) take(offset int64, value []byte) bool {
	p.total.Messages++
	f, err := p.reader.Decode(value)
	var refused *dashstream.Error
	// Decode gives no other errors.
	if errors.As(err, &refused) && refused.Code.Class() == "unsupported" {
		// CON-005, KAF-007: a newer reader may manage.
		p.total.Left++
		p.say(offset, told(refused)+"; the partition is left here (CON-005)")
		return false
	}
	verdicts := p.ledger.Observe(value, f, err, nil)
	for _, v := range verdicts {
		p.total.verdict(v.Name)
		p.total.line(verdictLine{place: place{p.number, &offset}, Verdict: v.Name, Arg: arg(v)})
	}
	if refused != nil {
		// Whoever commits offsets saves the bytes and the headers first (KAF-008).
		p.total.Rejected++
		p.say(offset, told(refused))
		return true
	}
	p.accepted(offset, f, verdicts)
	return true
}

func (p *part) accepted(offset int64, f *dashstream.Frame, verdicts []dashstream.Verdict) {
	p.total.Frames++
	line := recordLine{place: place{p.number, &offset}, Tenant: f.Metadata.Tenant,
		ProducerID: fmt.Sprintf("%x", f.Prelude.ProducerID), Epoch: f.Prelude.Epoch, Lane: f.Prelude.Lane}
	for _, v := range verdicts {
		// CON-003
		if v.Name == dashstream.Duplicate {
			p.total.Duplicates++
			return
		}
		line.Unknown = line.Unknown || slices.Contains(unknown, v.Name)
	}
	for i := range f.Records {
		r := &f.Records[i]
		p.total.Records++
		if r.Err != nil {
			p.total.RejectedRecords++
			p.say(offset, fmt.Sprintf("record %d: %s", r.Sequence, told(r.Err)))
		}
		line.Record = jsonform.AppendRecord(nil, r)
		p.total.line(line)
	}
}

// end says what is known at the end.
func (p *part) end() {
	for _, a := range p.ledger.Accounts() {
		p.total.Unreadable += a.Unreadable
		p.total.Lost += a.Lost
		p.total.line(accountLine{Partition: p.number, ProducerID: fmt.Sprintf("%x", a.ProducerID), Lane: a.Lane, Account: account{
			a.Epoch, a.First, a.Last, a.Seen, a.Declared, a.Unreadable, a.Lost, a.Tail}})
	}
	for _, v := range p.ledger.End() {
		p.total.line(verdictLine{place: place{Partition: p.number}, ProducerID: fmt.Sprintf("%x", v.ProducerID), Lane: &v.Lane,
			Verdict: v.Name, Arg: arg(v.Verdict)})
	}
}

// arg is the number of a verdict, where it has one: none is 0.
func arg(v dashstream.Verdict) *string {
	if v.Arg == 0 {
		return nil
	}
	text := strconv.FormatUint(v.Arg, 10)
	return &text
}

// told is an error without the name of the package.
func told(e *dashstream.Error) string {
	return fmt.Sprintf("%v at %d (%s)", e.Code, e.Offset, e.Requirement)
}

func (p *part) say(offset int64, what string) {
	fmt.Fprintf(os.Stderr, "kafkaconsume: %s[%d]@%d: %s\n", p.topic, p.number, offset, what)
}
