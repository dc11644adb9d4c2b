// Command dashstream-testee answers the questions of the conformance runner: one line of JSON each.
package main

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strconv"

	"dashstream.dev/dashstream"
	"dashstream.dev/dashstream/jsonform"
)

// question has the keys of every operation.
type question struct {
	ID          json.RawMessage `json:"id"`
	Op          string          `json:"op"`
	Frame       *string         `json:"frame"`
	FramePath   string          `json:"frame_path"`
	Limits      limits          `json:"limits"`
	Tenant      *string         `json:"tenant"`
	Pieces      []int           `json:"pieces"`
	Content     json.RawMessage `json:"content"`
	ContentPath string          `json:"content_path"`
	Options     options         `json:"options"`
	File        string          `json:"file"`
	FilePath    string          `json:"file_path"`
	Input       []arrival       `json:"input"`
}

type limits struct {
	MaxFrameLen *uint64 `json:"max_frame_len"`
	MaxRawLen   *uint64 `json:"max_raw_len"`
	MaxRecords  *uint64 `json:"max_records"`
}

type options struct {
	Codec     uint64  `json:"codec"`
	Level     *int64  `json:"level"`
	Threshold *uint64 `json:"threshold"`
}

type arrival struct {
	Frame     string  `json:"frame"`
	Partition *uint32 `json:"partition"`
}

const hello = `{"protocol":1,"implementation":"dashstream-go","version":"1.0.0","language":"Go",` +
	`"capabilities":["decode","encode","file","ledger","zstd","lz4","incremental","lint","payloads"]}`

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			if _, err := os.Stdout.Write(append(answer(line), '\n')); err != nil {
				os.Exit(1)
			}
		}
		if err != nil {
			return
		}
	}
}

func answer(line []byte) []byte {
	var q question
	if err := json.Unmarshal(line, &q); err != nil {
		return []byte(`{"id":0,"unsupported":"not a question"}`)
	}
	b := append([]byte(`{"id":`), q.ID...)
	ok, err := q.ask()
	switch {
	case errors.Is(err, errors.ErrUnsupported):
		b = append(b, `,"unsupported":"no such operation"}`...)
	case err != nil:
		b = appendError(append(b, `,"error":`...), err, q.Op)
		b = append(b, '}')
	default:
		b = append(append(append(b, `,"ok":`...), ok...), '}')
	}
	return b
}

func (q *question) ask() ([]byte, error) {
	switch q.Op {
	case "hello":
		return []byte(hello), nil
	case "decode":
		return q.decode()
	case "encode":
		return q.encode()
	case "file":
		return q.file()
	case "ledger":
		return q.ledger()
	}
	return nil, errors.ErrUnsupported
}

func appendError(b []byte, err error, op string) []byte {
	var failure *dashstream.Error
	if !errors.As(err, &failure) {
		return append(append(append(b, `{"code":"TESTEE","message":`...), strconv.Quote(err.Error())...), '}')
	}
	b = append(append(append(b, `{"code":"`...), failure.Code.String()...), '"')
	if failure.Offset >= 0 {
		b = strconv.AppendInt(append(b, `,"offset":`...), failure.Offset, 10)
	}
	if op == "decode" {
		b = append(b, `,"released":0`...)
	}
	return append(b, '}')
}

// load gives bytes that stand in the question or, where they are many, in a file.
func load(text, path string) ([]byte, error) {
	if path != "" {
		return os.ReadFile(path)
	}
	b, err := base64.StdEncoding.DecodeString(text)
	if b == nil {
		b = []byte{}
	}
	return b, err
}

func (q *question) decode() ([]byte, error) {
	var frame []byte
	if q.FramePath != "" || q.Frame != nil {
		text := ""
		if q.Frame != nil {
			text = *q.Frame
		}
		var err error
		if frame, err = load(text, q.FramePath); err != nil {
			return nil, err
		}
	}
	f, err := q.read(q.reader(), frame)
	if err != nil {
		return nil, err
	}
	b := jsonform.AppendFrame([]byte(`{"frame":`), f)
	b = append(b, `,"lints":[`...)
	for i, lint := range f.Lints {
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendQuote(b, string(lint))
	}
	return append(b, "]}"...), nil
}

func (q *question) reader() *dashstream.Reader {
	options := []dashstream.ReaderOption{dashstream.WithLints()}
	if n := q.Limits.MaxFrameLen; n != nil {
		options = append(options, dashstream.WithMaxFrameLen(*n))
	}
	if n := q.Limits.MaxRawLen; n != nil {
		options = append(options, dashstream.WithMaxRawLen(*n))
	}
	if n := q.Limits.MaxRecords; n != nil {
		options = append(options, dashstream.WithMaxRecords(*n))
	}
	if q.Tenant != nil {
		options = append(options, dashstream.WithTenant(*q.Tenant))
	}
	return dashstream.NewReader(options...)
}

func (q *question) read(r *dashstream.Reader, frame []byte) (*dashstream.Frame, error) {
	if q.Pieces == nil || frame == nil {
		return r.Decode(frame)
	}
	pieces := r.Pieces()
	for _, piece := range cut(frame, q.Pieces) {
		if _, err := pieces.Write(piece); err != nil {
			return nil, err
		}
	}
	return pieces.Finish()
}

// cut cuts bytes into pieces of these lengths, and what is left.
func cut(b []byte, lengths []int) (pieces [][]byte) {
	for _, n := range lengths {
		n = min(n, len(b))
		pieces, b = append(pieces, b[:n]), b[n:]
	}
	return append(pieces, b)
}

func (q *question) encode() ([]byte, error) {
	content := []byte(q.Content)
	if q.ContentPath != "" {
		var err error
		if content, err = os.ReadFile(q.ContentPath); err != nil {
			return nil, err
		}
	}
	f, err := jsonform.ParseFrame(content)
	if err != nil {
		return nil, err
	}
	options := []dashstream.WriterOption{dashstream.WithCodec(dashstream.Codec(min(q.Options.Codec, 255))),
		dashstream.WithFrameLimit(1 << 30)}
	if q.Options.Level != nil {
		options = append(options, dashstream.WithLevel(int(min(max(*q.Options.Level, -1), 1000))))
	}
	if q.Options.Threshold != nil {
		options = append(options, dashstream.WithThreshold(int(min(*q.Options.Threshold, 1<<30))))
	}
	frame, err := dashstream.NewWriter(options...).Encode(f)
	if err != nil {
		return nil, err
	}
	b := append([]byte(`{"frame":"`), base64.StdEncoding.EncodeToString(frame)...)
	return append(b, `"}`...), nil
}

// pieceReader gives pieces one by one, and then the end.
type pieceReader struct{ pieces [][]byte }

func (r *pieceReader) Read(b []byte) (int, error) {
	for len(r.pieces) > 0 && len(r.pieces[0]) == 0 {
		r.pieces = r.pieces[1:]
	}
	if len(r.pieces) == 0 {
		return 0, io.EOF
	}
	n := copy(b, r.pieces[0])
	r.pieces[0] = r.pieces[0][n:]
	return n, nil
}
