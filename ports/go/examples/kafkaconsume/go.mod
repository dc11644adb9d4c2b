module dashstream.dev/dashstream/examples/kafkaconsume

go 1.25.0

replace dashstream.dev/dashstream => ../../

require (
	dashstream.dev/dashstream v0.0.0-00010101000000-000000000000
	github.com/twmb/franz-go v1.21.1 // Kafka's protocol, without C
	github.com/twmb/franz-go/pkg/kadm v1.18.0 // where partitions end
)

require (
	github.com/klauspost/compress v1.20.4 // indirect
	github.com/pierrec/lz4/v4 v4.1.33 // indirect
	github.com/twmb/franz-go/pkg/kmsg v1.13.1 // indirect
	golang.org/x/crypto v0.50.0 // indirect
)
