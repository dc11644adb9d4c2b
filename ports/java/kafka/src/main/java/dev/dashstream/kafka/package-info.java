/** DashStream frames as the values of Kafka's messages: for its clients, its Streams and its tools. */
package dev.dashstream.kafka;
