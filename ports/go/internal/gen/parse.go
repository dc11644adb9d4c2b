package main

import (
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// field is one field of a message of the schemas.
type field struct {
	name, kind string
	repeated   bool
	number     int
	doc        []string
}

// message is one message of the schemas.
type message struct {
	name   string
	doc    []string
	fields []field
}

var (
	messageLine = regexp.MustCompile(`^message (\w+) \{$`)
	fieldLine   = regexp.MustCompile(`^(repeated )?(\w+) (\w+) = (\d+);$`)
)

// parseSchemas reads every schema of a folder. They keep to one statement a line.
func parseSchemas(folder string) []message {
	var all []message
	for _, name := range []string{"common", "metadata", "body", "event", "state", "control"} {
		all = append(all, parseSchema(filepath.Join(folder, name+".proto"))...)
	}
	return all
}

func parseSchema(path string) []message {
	var messages []message
	var doc []string
	inside := false
	for _, line := range lines(path) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "//"):
			doc = append(doc, strings.TrimSpace(strings.TrimPrefix(line, "//")))
			continue
		case messageLine.MatchString(line):
			messages = append(messages, message{name: messageLine.FindStringSubmatch(line)[1], doc: doc})
			inside = true
		case inside && fieldLine.MatchString(line):
			last := &messages[len(messages)-1]
			last.fields = append(last.fields, parseField(line, doc))
		case line == "}":
			inside = false
		case inside && line != "" && !strings.HasPrefix(line, "reserved "):
			log.Fatalf("%s: not understood: %s", path, line)
		}
		doc = nil
	}
	return messages
}

func parseField(line string, doc []string) field {
	part := fieldLine.FindStringSubmatch(line)
	number, _ := strconv.Atoi(part[4])
	return field{name: part[3], kind: part[2], repeated: part[1] != "", number: number, doc: doc}
}

// parseRegistry reads the tables of one name from a registry: lines of key = value.
func parseRegistry(path, table string) []map[string]string {
	var entries []map[string]string
	for _, line := range lines(path) {
		if line == "[["+table+"]]" {
			entries = append(entries, map[string]string{})
		} else if key, value, found := strings.Cut(line, " = "); found && !strings.HasPrefix(line, "#") {
			entries[len(entries)-1][key] = strings.Trim(value, `"`)
		}
	}
	return entries
}

func lines(path string) []string {
	text, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	return strings.Split(string(text), "\n")
}
