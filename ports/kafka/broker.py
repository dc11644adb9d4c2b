"""Topics of the trial: made, filled with what no producer of frames would send, and read as bytes."""

from __future__ import annotations

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic


def make_topics(brokers: str, partitions: dict[str, int]) -> None:
    """Makes topics, whose names are new."""
    admin = AdminClient({"bootstrap.servers": brokers, "log_level": 4})
    wanted = [NewTopic(name, count, config={"cleanup.policy": "delete"}) for name, count in partitions.items()]
    for made in admin.create_topics(wanted).values():
        try:
            made.result(30)
        except KafkaException as error:
            # Nobody else knows its name: a request whose answer is late may be made again on its way, when the first has made it.
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise


def send(brokers: str, topic: str, partition: int, values: list[bytes | None]) -> None:
    """Sends values as they are, null ones too."""
    failed: list[KafkaError] = []
    producer = Producer({"bootstrap.servers": brokers, "acks": "all", "enable.idempotence": True})
    for value in values:
        producer.produce(topic, value, partition=partition, on_delivery=lambda error, _: error and failed.append(error))
    if producer.flush(30) or failed:
        raise KafkaException(failed[0] if failed else KafkaError(KafkaError._TIMED_OUT))


def values(brokers: str, topic: str, partitions: int) -> dict[int, list[bytes | None]]:
    """All values of a topic, by partition and offset."""
    settings = {"bootstrap.servers": brokers, "group.id": "trial", "enable.partition.eof": True}
    consumer = Consumer({**settings, "enable.auto.commit": False})
    consumer.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(partitions)])
    found: dict[int, list[bytes | None]] = {number: [] for number in range(partitions)}
    open_partitions = partitions
    while open_partitions:
        message = consumer.poll(30)
        if message is None:
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        if message.error() is None:
            found[message.partition()].append(message.value())
        elif message.error().code() == KafkaError._PARTITION_EOF:
            open_partitions -= 1
        else:
            raise KafkaException(message.error())
    consumer.close()
    return found
