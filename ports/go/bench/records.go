package main

import (
	"fmt"
	"math/rand/v2"

	"dashstream.dev/dashstream"
)

// makeFrame makes the records of some runs of a graph, always the same.
func makeFrame(count int) *dashstream.Frame {
	m := maker{random: rand.New(rand.NewPCG(1, 2))}
	f := &dashstream.Frame{}
	f.Prelude.ProducerID = dashstream.ProducerID{1}
	f.Prelude.BaseSequence, f.Prelude.Epoch = 1, 1
	f.Metadata = dashstream.Metadata{Tenant: "acme", BootNonce: make([]byte, 8), BaseTimeUs: 1_700_000_000_000_000}
	for i := range count {
		f.Records = append(f.Records, m.record(i))
	}
	return f
}

type maker struct{ random *rand.Rand }

func (m *maker) record(i int) dashstream.Record {
	payload := m.payload(i)
	run := i / 100
	r := dashstream.Record{
		Sequence: uint64(i + 1),
		TimeUs:   1_700_000_000_000_000 + uint64(i)*350 + m.random.Uint64N(200),
		Kind:     payload.(interface{ Kind() dashstream.Kind }).Kind(),
		Thread:   fmt.Sprintf("thread-%04d", run),
		Run:      fmt.Sprintf("run-%08x", run*7919),
		Node:     [...]string{"planner", "retriever", "writer", "critic", "tools"}[i/10%5],
		Task:     fmt.Sprintf("task-%d-%d", run, i/10),
		Payload:  payload,
	}
	if i%10 > 0 {
		r.Parent = uint64(i)
	}
	r.TraceID = dashstream.TraceID{0xAB, byte(run), byte(run >> 8), 1}
	r.SpanID = dashstream.SpanID{0xCD, byte(i / 10), byte(i / 2560), 1}
	return r
}

// payload makes ten events of a node in turn.
func (m *maker) payload(i int) dashstream.Payload {
	request, call := fmt.Sprintf("req-%d", i/10), fmt.Sprintf("call-%d", i/10)
	switch i % 10 {
	case 0:
		return &dashstream.NodeStart{Attempt: 1, Step: uint32(i / 10), Attributes: []dashstream.Attribute{
			{Key: "graph.version", Value: "2024.11"}, {Key: "host", Value: "worker-3"}}}
	case 1:
		return &dashstream.LlmStart{Request: request, Model: "large-2", Provider: "example",
			Input: `{"messages":[{"role":"user","content":"` + m.words(20) + `"}]}`}
	case 2, 3, 4:
		return &dashstream.TokenChunk{Request: request, Model: "large-2", Text: []byte(m.words(3)), Index: uint32(i%10 - 2)}
	case 5:
		return &dashstream.LlmEnd{Request: request, Model: "large-2", DurationUs: 800_000 + m.random.Uint64N(100_000),
			Status: 1, FinishReason: "stop", InputTokens: m.random.Uint64N(4000), OutputTokens: m.random.Uint64N(900)}
	case 6:
		return &dashstream.ToolCall{Call: call, Tool: "search", Arguments: `{"query":"` + m.words(5) + `","k":5}`}
	case 7:
		return &dashstream.ToolResult{Call: call, Tool: "search", Result: m.words(30), DurationUs: m.random.Uint64N(90_000), Status: 1}
	case 8:
		return &dashstream.Metrics{IntName: []string{"tokens", "retries"}, IntValue: []int64{m.random.Int64N(5000), 0},
			FloatName: []string{"cost_usd"}, FloatValue: []float64{m.random.Float64()}}
	}
	return &dashstream.NodeEnd{DurationUs: m.random.Uint64N(2_000_000), Status: 1, Attributes: []dashstream.Attribute{
		{Key: "cached", Value: "no"}}}
}

func (m *maker) words(n int) string {
	const list = "graph agent state token model answer question search result planner because therefore which finds under over"
	var text string
	for range n {
		at := m.random.IntN(len(list) - 8)
		text += list[at:at+4+m.random.IntN(4)] + " "
	}
	return text
}
