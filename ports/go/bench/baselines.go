package main

import (
	"google.golang.org/protobuf/proto"

	"dashstream.dev/dashstream"
	"dashstream.dev/dashstream/bench/plain"
	"dashstream.dev/dashstream/bench/v1"
)

// plainBatch makes the plain form of a frame: a message for each record, with every text in it.
func plainBatch(f *dashstream.Frame) *plain.Batch {
	batch := &plain.Batch{}
	for i := range f.Records {
		r := &f.Records[i]
		p := &plain.Record{Sequence: r.Sequence, Kind: uint32(r.Kind), TimeUs: r.TimeUs, Thread: r.Thread, Node: r.Node,
			Run: r.Run, Task: r.Task, Parent: r.Parent, TraceId: r.TraceID[:], SpanId: r.SpanID[:]}
		setPayload(p, r.Payload)
		batch.Records = append(batch.Records, p)
	}
	return batch
}

// encodePlain is what a writer of the plain form does.
func encodePlain(batch *plain.Batch) []byte {
	b, err := proto.Marshal(batch)
	check(err)
	return pack(b)
}

func attributes(list []dashstream.Attribute) (all []*plain.Attribute) {
	for _, a := range list {
		all = append(all, &plain.Attribute{Key: a.Key, Value: a.Value})
	}
	return all
}

func setPayload(p *plain.Record, payload dashstream.Payload) {
	switch m := payload.(type) {
	case *dashstream.NodeStart:
		p.Payload = &plain.Record_NodeStart{NodeStart: &plain.NodeStart{Attempt: m.Attempt, Step: m.Step,
			Attributes: attributes(m.Attributes)}}
	case *dashstream.NodeEnd:
		p.Payload = &plain.Record_NodeEnd{NodeEnd: &plain.NodeEnd{DurationUs: m.DurationUs, Status: m.Status,
			Attributes: attributes(m.Attributes)}}
	case *dashstream.LlmStart:
		p.Payload = &plain.Record_LlmStart{LlmStart: &plain.LlmStart{Request: m.Request, Model: m.Model,
			Provider: m.Provider, Input: m.Input}}
	case *dashstream.LlmEnd:
		p.Payload = &plain.Record_LlmEnd{LlmEnd: &plain.LlmEnd{Request: m.Request, Model: m.Model, DurationUs: m.DurationUs,
			Status: m.Status, FinishReason: m.FinishReason, InputTokens: m.InputTokens, OutputTokens: m.OutputTokens}}
	case *dashstream.TokenChunk:
		p.Payload = &plain.Record_TokenChunk{TokenChunk: &plain.TokenChunk{Request: m.Request, Model: m.Model, Text: m.Text,
			Index: m.Index, Final: m.Final}}
	case *dashstream.ToolCall:
		p.Payload = &plain.Record_ToolCall{ToolCall: &plain.ToolCall{Call: m.Call, Tool: m.Tool, Arguments: m.Arguments}}
	case *dashstream.ToolResult:
		p.Payload = &plain.Record_ToolResult{ToolResult: &plain.ToolResult{Call: m.Call, Tool: m.Tool, Result: m.Result,
			DurationUs: m.DurationUs, Status: m.Status}}
	case *dashstream.Metrics:
		p.Payload = &plain.Record_Metrics{Metrics: &plain.Metrics{IntName: m.IntName, IntValue: m.IntValue,
			FloatName: m.FloatName, FloatValue: m.FloatValue}}
	default:
		panic("no plain form")
	}
}

// decodePlain is what a reader of the plain form does.
func decodePlain(packed []byte) *plain.Batch {
	batch := &plain.Batch{}
	check(proto.Unmarshal(unpack(packed), batch))
	return batch
}

// decodeColumns reads the body of a frame with generated code, and checks nothing: no CRC, no ranges, no
// refs; a text stays a number.
func decodeColumns(packed []byte) (*v1.Body, []proto.Message) {
	body := &v1.Body{}
	check(proto.Unmarshal(unpack(packed), body))
	messages := make([]proto.Message, len(body.Kind))
	rest := body.Payloads
	for i, kind := range body.Kind {
		m := newMessage(dashstream.Kind(kind))
		n := body.PayloadLen[i]
		check(proto.Unmarshal(rest[:n], m))
		rest = rest[n:]
		messages[i] = m
	}
	return body, messages
}

func newMessage(kind dashstream.Kind) proto.Message {
	switch kind {
	case dashstream.KindNodeStart:
		return &v1.NodeStart{}
	case dashstream.KindNodeEnd:
		return &v1.NodeEnd{}
	case dashstream.KindLlmStart:
		return &v1.LlmStart{}
	case dashstream.KindLlmEnd:
		return &v1.LlmEnd{}
	case dashstream.KindTokenChunk:
		return &v1.TokenChunk{}
	case dashstream.KindToolCall:
		return &v1.ToolCall{}
	case dashstream.KindToolResult:
		return &v1.ToolResult{}
	case dashstream.KindMetrics:
		return &v1.Metrics{}
	}
	panic("no message")
}
