package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
)

// vector is what the files of the vectors say; maps stand where the form is that of an answer.
type vector struct {
	Operation string                     `json:"operation"`
	Input     map[string]json.RawMessage `json:"input"`
	Expect    map[string]any             `json:"expect"`
}

// input reads a part of the input. Numbers that are asked about go on as they are written.
func (v *vector) input(t *testing.T, key string) (value any) {
	t.Helper()
	if text := v.Input[key]; text != nil {
		if err := json.Unmarshal(text, &value); err != nil {
			t.Fatal(err)
		}
	}
	return value
}

// TestVectors asks the vectors of the repository, each as a whole. The conformance runner asks for more;
// this one is there for whoever changes the package.
func TestVectors(t *testing.T) {
	paths, _ := filepath.Glob("../../../../vectors/json/*/*.json")
	if len(paths) == 0 {
		t.Skip("the vectors are in the repository and not in the module")
	}
	asked := map[string]int{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var v vector
		if err := json.Unmarshal(text, &v); err != nil {
			t.Fatal(err)
		}
		judge := map[string]func(*vector, *testing.T){
			"decode": (*vector).decode, "encode": (*vector).encode, "file": (*vector).file, "ledger": (*vector).ledger,
		}[v.Operation]
		if judge == nil {
			continue
		}
		asked[v.Operation]++
		t.Run(filepath.Base(path), func(t *testing.T) { judge(&v, t) })
	}
	t.Log(asked)
	if len(asked) != 4 {
		t.Error("an operation has no vectors")
	}
}

// ask puts a question and gives the answer: ok, or error.
func ask(t *testing.T, op string, keys map[string]any) (ok, failure map[string]any) {
	t.Helper()
	question := map[string]any{"id": 1, "op": op}
	for key, value := range keys {
		question[key] = value
	}
	line, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Ok    map[string]any `json:"ok"`
		Error map[string]any `json:"error"`
	}
	if err := json.Unmarshal(answer(line), &got); err != nil {
		t.Fatal(err)
	}
	if (got.Ok == nil) == (got.Error == nil) {
		t.Fatal("neither an answer nor an error, or both")
	}
	return got.Ok, got.Error
}

// stuff turns the runs of a vector into base64.
func stuff(t *testing.T, runs any) any {
	t.Helper()
	list, ok := runs.([]any)
	if !ok {
		return nil
	}
	b := []byte{}
	for _, run := range list {
		one, err := hex.DecodeString(run.(map[string]any)["hex"].(string))
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, bytes.Repeat(one, int(run.(map[string]any)["times"].(float64)))...)
	}
	return base64.StdEncoding.EncodeToString(b)
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: %v, not %v", what, got, want)
	}
}

// summary gives of a frame what vectors of many records say.
func summary(frame map[string]any) map[string]any {
	records := frame["records"].([]any)
	return map[string]any{"header": frame["header"], "metadata": frame["metadata"],
		"records": float64(len(records)), "first": records[0], "last": records[len(records)-1]}
}

func (v *vector) frame(t *testing.T, got any) {
	t.Helper()
	if want, ok := v.Expect["summary"]; ok {
		same(t, "summary", summary(got.(map[string]any)), want)
		return
	}
	same(t, "frame", got, v.Expect["frame"])
}

func (v *vector) decode(t *testing.T) {
	question := map[string]any{"frame": stuff(t, v.input(t, "bytes"))}
	for _, key := range []string{"limits", "tenant"} {
		if value, found := v.Input[key]; found {
			question[key] = value
		}
	}
	ok, failure := ask(t, "decode", question)
	if failure != nil {
		delete(failure, "released")
		same(t, "error", failure, v.Expect["error"])
		return
	}
	v.frame(t, ok["frame"])
	same(t, "lints", sorted(ok["lints"]), sorted(v.Expect["lints"]))
}

func sorted(list any) (texts []string) {
	items, _ := list.([]any)
	for _, item := range items {
		texts = append(texts, item.(string))
	}
	slices.Sort(texts)
	return texts
}

func (v *vector) encode(t *testing.T) {
	var content any = v.Input["content"]
	if times, found := v.input(t, "repeat_records").(float64); found {
		many := v.input(t, "content").(map[string]any)
		many["records"] = slices.Repeat(many["records"].([]any), int(times))
		content = many
	}
	ok, failure := ask(t, "encode", map[string]any{"content": content, "options": v.Input["options"]})
	if failure != nil {
		v.refused(t, failure["code"])
		return
	}
	got, failure := ask(t, "decode", map[string]any{"frame": ok["frame"]})
	if failure != nil {
		t.Fatalf("not readable: %v", failure)
	}
	same(t, "lints", sorted(got["lints"]), []string(nil))
	header := got["frame"].(map[string]any)["header"].(map[string]any)
	same(t, "codec", header["codec"], v.Expect["codec"])
	for _, key := range []string{"body_len", "raw_len", "metadata_len", "codec", "ancillary_flags"} {
		delete(header, key)
	}
	v.frame(t, got["frame"])
}

func (v *vector) refused(t *testing.T, code any) {
	t.Helper()
	want, found := v.Expect["error"].(map[string]any)
	if !found {
		t.Fatalf("refused with %v", code)
	}
	if any, found := want["codes"].([]any); found {
		if !slices.Contains(any, code) {
			t.Errorf("%v, none of %v", code, any)
		}
		return
	}
	same(t, "code", code, want["code"])
}

func (v *vector) file(t *testing.T) {
	ok, failure := ask(t, "file", map[string]any{"file": stuff(t, v.input(t, "bytes"))})
	if failure != nil {
		same(t, "error", failure, v.Expect["error"])
		return
	}
	for _, entry := range ok["accepted"].([]any) {
		e := entry.(map[string]any)
		e["base_sequence"] = e["frame"].(map[string]any)["header"].(map[string]any)["base_sequence"]
		delete(e, "frame")
	}
	same(t, "report", ok, v.Expect)
}

func (v *vector) ledger(t *testing.T) {
	var input []any
	for _, frame := range v.input(t, "frames").([]any) {
		f := frame.(map[string]any)
		arrival := map[string]any{"frame": stuff(t, f["bytes"])}
		if partition, found := f["partition"]; found {
			arrival["partition"] = partition
		}
		input = append(input, arrival)
	}
	ok, failure := ask(t, "ledger", map[string]any{"input": input})
	if failure != nil {
		t.Fatalf("%v", failure)
	}
	same(t, "report", ok, v.Expect)
}
