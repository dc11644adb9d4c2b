// Package dashstream reads and writes DashStream frames: batches of telemetry records of LLM-agent
// graph runs, self-describing, checked end to end, and numbered so that what is missing can be counted.
//
// A [Reader] decodes a frame whole, a [Pieces] one that comes in pieces, a [Writer] makes one, a
// [Ledger] counts what was lost, a [FileReader] and a [FileWriter] keep frames in a file.
//
// What fails is an [*Error] with the code, the byte offset and the requirement of the specification.
package dashstream

//go:generate go run ./internal/gen
