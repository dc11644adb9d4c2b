package main

import (
	"encoding/hex"
	"encoding/json"
	"strconv"

	"dashstream.dev/dashstream"
)

// ledgerReport is the report of a ledger (spec/json.md).
type ledgerReport struct {
	Verdicts [][]verdict     `json:"verdicts"`
	End      []endVerdict    `json:"end"`
	Accounts []accountReport `json:"accounts"`
}

type verdict struct {
	Verdict string `json:"verdict"`
	Arg     string `json:"arg,omitempty"`
}

type endVerdict struct {
	ProducerID string `json:"producer_id"`
	Lane       uint32 `json:"lane"`
	verdict
}

type accountReport struct {
	ProducerID string `json:"producer_id"`
	Lane       uint32 `json:"lane"`
	Epoch      uint32 `json:"epoch"`
	First      uint64 `json:"first,string"`
	Last       uint64 `json:"last,string"`
	Seen       uint64 `json:"seen,string"`
	Declared   uint64 `json:"declared,string"`
	Unreadable uint64 `json:"unreadable,string"`
	Lost       uint64 `json:"lost,string"`
	Tail       string `json:"tail"`
}

func (q *question) ledger() ([]byte, error) {
	ledger, reader := dashstream.NewLedger(), dashstream.NewReader()
	report := ledgerReport{Verdicts: [][]verdict{}, End: []endVerdict{}, Accounts: []accountReport{}}
	for _, input := range q.Input {
		b, err := load(input.Frame, "")
		if err != nil {
			return nil, err
		}
		f, err := reader.Decode(b)
		said := []verdict{}
		for _, v := range ledger.Observe(b, f, err, input.Partition) {
			said = append(said, report.verdict(v))
		}
		report.Verdicts = append(report.Verdicts, said)
	}
	for _, v := range ledger.End() {
		report.End = append(report.End, endVerdict{hex.EncodeToString(v.ProducerID[:]), v.Lane, report.verdict(v.Verdict)})
	}
	for _, a := range ledger.Accounts() {
		report.Accounts = append(report.Accounts, accountReport{hex.EncodeToString(a.ProducerID[:]), a.Lane, a.Epoch,
			a.First, a.Last, a.Seen, a.Declared, a.Unreadable, a.Lost, string(a.Tail)})
	}
	return json.Marshal(report)
}

func (*ledgerReport) verdict(v dashstream.Verdict) verdict {
	if v.Arg == 0 {
		return verdict{Verdict: string(v.Name)}
	}
	return verdict{string(v.Name), strconv.FormatUint(v.Arg, 10)}
}
