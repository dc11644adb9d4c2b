package main

import (
	"encoding/json"
	"io"

	"dashstream.dev/dashstream"
	"dashstream.dev/dashstream/jsonform"
)

// fileReport is the report of a file reader (spec/json.md).
type fileReport struct {
	Accepted []acceptedEntry `json:"accepted"`
	Skipped  []skippedRange  `json:"skipped"`
	Rejected []rejectedFrame `json:"rejected"`
	Tail     *int64          `json:"tail"`
}

type acceptedEntry struct {
	Start int64           `json:"start"`
	End   int64           `json:"end"`
	Frame json.RawMessage `json:"frame"`
}

type skippedRange struct {
	Start int64  `json:"start"`
	End   int64  `json:"end"`
	Code  string `json:"code"`
}

type rejectedFrame struct {
	Start  int64  `json:"start"`
	Code   string `json:"code"`
	Offset int64  `json:"offset"`
}

func (q *question) file() ([]byte, error) {
	file, err := load(q.File, q.FilePath)
	if err != nil {
		return nil, err
	}
	reader := dashstream.NewFileReader(&pieceReader{cut(file, q.Pieces)}, nil)
	report := fileReport{Accepted: []acceptedEntry{}, Skipped: []skippedRange{}, Rejected: []rejectedFrame{}}
	for {
		event, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		report.add(event)
	}
	if tail, torn := reader.Tail(); torn {
		report.Tail = &tail
	}
	return json.Marshal(report)
}

func (r *fileReport) add(event dashstream.FileEvent) {
	switch e := event.(type) {
	case *dashstream.Accepted:
		r.Accepted = append(r.Accepted, acceptedEntry{e.Start, e.End, jsonform.AppendFrame(nil, e.Frame)})
	case *dashstream.Skipped:
		r.Skipped = append(r.Skipped, skippedRange{e.Start, e.End, e.Code.String()})
	case *dashstream.Rejected:
		r.Rejected = append(r.Rejected, rejectedFrame{e.Start, e.Err.Code.String(), e.Err.Offset})
	}
}
