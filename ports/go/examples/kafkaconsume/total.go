package main

import (
	"bufio"
	"encoding/json"
	"slices"

	"dashstream.dev/dashstream"
)

// faults are the verdicts that say that something is wrong with a producer.
var faults = append(slices.Clone(unknown), dashstream.LaneMoved, dashstream.EpochMissing)

// total is what was found in all partitions.
type total struct {
	Messages        uint64 `json:"messages"`
	Frames          uint64 `json:"frames"`
	Records         uint64 `json:"records"`
	Duplicates      uint64 `json:"duplicates"`
	Rejected        uint64 `json:"rejected"`
	RejectedRecords uint64 `json:"rejected_records"`
	Left            uint64 `json:"left"`
	Unreadable      uint64 `json:"unreadable"`
	Lost            uint64 `json:"lost"`

	fault bool
	out   *bufio.Writer
}

// account is the account of a lane in one epoch.
type account struct {
	Epoch      uint32          `json:"epoch"`
	First      uint64          `json:"first,string"`
	Last       uint64          `json:"last,string"`
	Seen       uint64          `json:"seen,string"`
	Declared   uint64          `json:"declared,string"`
	Unreadable uint64          `json:"unreadable,string"`
	Lost       uint64          `json:"lost,string"`
	Tail       dashstream.Tail `json:"tail"`
}

type accountLine struct {
	Partition  int32   `json:"partition"`
	ProducerID string  `json:"producer_id"`
	Lane       uint32  `json:"lane"`
	Account    account `json:"account"`
}

func (t *total) verdict(name dashstream.VerdictName) {
	t.fault = t.fault || slices.Contains(faults, name)
}

// good says whether everything was there, once, and could be read.
func (t *total) good() bool {
	return !t.fault && t.Rejected+t.RejectedRecords+t.Left+t.Unreadable+t.Lost == 0
}

// line writes a line. That the output is closed is told when it is flushed.
func (t *total) line(value any) {
	encoder := json.NewEncoder(t.out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(value)
}

func (t *total) print() { t.line(map[string]*total{"total": t}) }
