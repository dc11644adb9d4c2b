// Command kafkaconsume prints the records of a Kafka topic as JSON Lines, then the account of each lane and the sum. What
// cannot be read goes to stderr, with partition, offset and code. It joins no group and commits nothing.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"dashstream.dev/dashstream"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

const usage = `usage: kafkaconsume -brokers HOST:PORT[,HOST:PORT] -topic TOPIC [-tenant NAME] [-timeout SECONDS]

Prints the records of a topic as JSON Lines, then the account of each lane and the sum; what cannot be read goes to stderr,
with partition, offset and code.

  -brokers LIST     where to ask for the brokers
  -topic TOPIC      what to read
  -tenant NAME      refuse frames of any other
  -timeout SECONDS  how long to wait for the brokers (10)

Exit codes: 0 all is there and can be read; 1 something was refused, lost or out of order; 2 wrong usage; 3 the topic could
not be read.

Brokers with TLS or SASL: kgo.DialTLSConfig and kgo.SASL, in the function connect.
`

type options struct {
	brokers, topic, tenant string
	timeout                time.Duration
}

func main() {
	o := parse()
	out := bufio.NewWriter(os.Stdout)
	total := total{out: out}
	err := read(context.Background(), o, &total)
	if err == nil {
		total.print()
	}
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "kafkaconsume: %s: %v\n", o.topic, err)
		os.Exit(3)
	case !total.good():
		os.Exit(1)
	}
}

func parse() (o options) {
	// The package ends the program: with 0 after -help, with 2 where something is wrong.
	flags := flag.NewFlagSet("kafkaconsume", flag.ContinueOnError)
	flags.Usage = func() {}
	flags.SetOutput(os.Stderr)
	flags.StringVar(&o.brokers, "brokers", "", "")
	flags.StringVar(&o.topic, "topic", "", "")
	flags.StringVar(&o.tenant, "tenant", "", "")
	seconds := flags.Float64("timeout", 10, "")
	err := flags.Parse(os.Args[1:])
	o.timeout = time.Duration(*seconds * float64(time.Second))
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage)
		os.Exit(0)
	case err != nil || o.brokers == "" || o.topic == "" || flags.NArg() > 0:
		fmt.Fprint(os.Stderr, "-brokers and -topic have to be there\n", usage)
		os.Exit(2)
	}
	return o
}

func connect(o options, more ...kgo.Opt) (*kgo.Client, error) {
	return kgo.NewClient(append(more, kgo.SeedBrokers(strings.Split(o.brokers, ",")...),
		kgo.RetryTimeout(o.timeout), kgo.FetchIsolationLevel(kgo.ReadCommitted()),
		// Marks of transactions are no messages, and move the offset all the same.
		kgo.KeepControlRecords())...)
}

// ends asks for the offsets behind the last messages that are committed.
func ends(ctx context.Context, o options) (map[int32]int64, error) {
	client, err := connect(o)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	listed, err := kadm.NewClient(client).ListCommittedOffsets(ctx, o.topic)
	if err != nil {
		return nil, err
	}
	if err := listed.Error(); err != nil {
		return nil, err
	}
	found := map[int32]int64{}
	for number, one := range listed[o.topic] {
		found[number] = one.Offset
	}
	if len(found) == 0 {
		return nil, errors.New("there is no such topic")
	}
	return found, nil
}

// read reads a topic from its beginning to where it ends now.
func read(ctx context.Context, o options, total *total) error {
	asking, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	open, err := ends(asking, o)
	if err != nil {
		return err
	}
	parts, from := map[int32]*part{}, map[int32]kgo.Offset{}
	for number := range open {
		parts[number] = newPart(o, number, total)
		from[number] = kgo.NewOffset().AtStart()
	}
	client, err := connect(o, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{o.topic: from}))
	if err != nil {
		return err
	}
	defer client.Close()
	for number, end := range open {
		if end == 0 {
			delete(open, number)
		}
	}
	for len(open) > 0 {
		if err := poll(ctx, client, o, parts, open); err != nil {
			return err
		}
	}
	for _, number := range sorted(parts) {
		parts[number].end()
	}
	return nil
}

// poll takes what has come, and closes the partitions that have come to their end.
func poll(ctx context.Context, client *kgo.Client, o options, parts map[int32]*part, open map[int32]int64) error {
	waiting, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	fetches := client.PollFetches(waiting)
	if err := fetches.Err(); err != nil {
		return err
	}
	fetches.EachRecord(func(r *kgo.Record) {
		end, isOpen := open[r.Partition]
		if !isOpen {
			return
		}
		goOn := r.Attrs.IsControl() || parts[r.Partition].take(r.Offset, r.Value)
		if !goOn || r.Offset+1 >= end {
			delete(open, r.Partition)
			client.PauseFetchPartitions(map[string][]int32{o.topic: {r.Partition}})
		}
	})
	return nil
}

func sorted(parts map[int32]*part) (numbers []int32) {
	for number := range parts {
		numbers = append(numbers, number)
	}
	slices.Sort(numbers)
	return numbers
}

func newPart(o options, number int32, total *total) *part {
	var wishes []dashstream.ReaderOption
	if o.tenant != "" {
		wishes = append(wishes, dashstream.WithTenant(o.tenant))
	}
	return &part{topic: o.topic, number: number, reader: dashstream.NewReader(wishes...), total: total,
		// A ledger is one of a partition. One that runs for long is made with NewBoundedLedger.
		ledger: dashstream.NewLedger()}
}
