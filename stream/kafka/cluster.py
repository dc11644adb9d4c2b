"""Kafka brokers for tests: what `up`, `down` and `broker` share."""

import base64
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import sys
import time
import uuid
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parents[1] / "target"))
LIB = TARGET / "kafka" / "lib"
DEFAULT_DIR = TARGET / "kafka" / "run"

# Name of a listener, its protocol, and what is special about it.
LISTENERS = {
    "PLAINTEXT": "PLAINTEXT",
    "TLS": "SSL",
    "MTLS": "SSL",
    "WRONG_HOST": "SSL",
    "SASL": "SASL_PLAINTEXT",
    "SASL_TLS": "SASL_SSL",
    "BEHIND": "PLAINTEXT",
}
# Whoever speaks to BEHIND is told to go to the port of this name. Nobody listens there before a test does.
FRONT = "FRONT"
USER, PASSWORD = "alice", "alices-secret-4711"
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")
MODULES = {
    "PLAIN": f'org.apache.kafka.common.security.plain.PlainLoginModule required user_{USER}="{PASSWORD}";',
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule required;",
    "OAUTHBEARER": 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";',
}


class Failed(Exception):
    """Why there are no brokers."""


def run(*command, **more):
    done = subprocess.run([str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **more)
    if done.returncode != 0:
        raise Failed(f"{command[0]} has failed with {done.returncode}:\n{done.stdout[-4000:]}")
    return done.stdout


def fetch():
    """Has Maven copy the jars, unless those of this pom.xml are there."""
    pom, done = (HERE / "pom.xml").read_text(), LIB / "pom.xml"
    if done.exists() and done.read_text() == pom:
        return
    for tool in ("mvn", "java"):
        if not shutil.which(tool):
            raise Failed(f"{tool} is missing: ./check programs installs it")
    shutil.rmtree(LIB, ignore_errors=True)
    run("mvn", "-q", "-B", "-f", HERE / "pom.xml", "dependency:copy-dependencies", f"-DoutputDirectory={LIB}")
    done.write_text(pom)


def java(*arguments):
    options = ["-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
    return ["java", *options, "-cp", f"{LIB}/*", *map(str, arguments)]


def certificates(folder):
    """A right authority and a wrong one; a server with the right name and one with a wrong name; a client."""
    folder.mkdir()

    def key(name):
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", folder / f"{name}.key")

    def authority(name):
        key(name)
        run("openssl", "req", "-x509", "-new", "-key", folder / f"{name}.key", "-subj", f"/CN={name}", "-days", "30", "-out", folder / f"{name}.pem")

    def signed(name, alternatives):
        key(name)
        request, extensions = folder / f"{name}.csr", folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternatives}\n")
        run("openssl", "req", "-new", "-key", folder / f"{name}.key", "-subj", f"/CN={name}", "-out", request)
        run("openssl", "x509", "-req", "-in", request, "-CA", folder / "ca.pem", "-CAkey", folder / "ca.key",
            "-CAcreateserial", "-days", "30", "-extfile", extensions, "-out", folder / f"{name}.pem")
        both = (folder / f"{name}.key").read_text() + (folder / f"{name}.pem").read_text()
        (folder / f"{name}.both.pem").write_text(both)

    authority("ca")
    authority("wrong_ca")
    signed("server", "IP:127.0.0.1,DNS:localhost")
    signed("elsewhere", "DNS:elsewhere.example")
    signed("client", "DNS:client.example")


def free_ports(count):
    """Ports that nobody has now; all are held until the last is found, so that none comes twice."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


def properties(folder, number, brokers, ports):
    """The settings of a broker. `ports`: for each broker, by the name of the listener."""
    certs, copies = folder / "certs", min(brokers, 3)
    mine = ports[number]
    names = [*LISTENERS, "CONTROLLER"]
    lines = {
        "node.id": number,
        "process.roles": "broker,controller",
        "controller.quorum.voters": ",".join(f"{one}@127.0.0.1:{ports[one]['CONTROLLER']}" for one in ports),
        "controller.listener.names": "CONTROLLER",
        "inter.broker.listener.name": "PLAINTEXT",
        "listeners": ",".join(f"{name}://127.0.0.1:{mine[name]}" for name in names),
        "advertised.listeners": ",".join(f"{name}://127.0.0.1:{mine[FRONT if name == 'BEHIND' else name]}" for name in LISTENERS),
        "listener.security.protocol.map": ",".join([f"{name}:{kind}" for name, kind in LISTENERS.items()] + ["CONTROLLER:PLAINTEXT"]),
        "log.dirs": folder / f"{number}.data",
        "sasl.enabled.mechanisms": ",".join(MECHANISMS),
        "ssl.keystore.type": "PEM",
        "ssl.keystore.location": certs / "server.both.pem",
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": certs / "ca.pem",
        "ssl.client.auth": "requested",
        "listener.name.mtls.ssl.client.auth": "required",
        "listener.name.wrong_host.ssl.keystore.type": "PEM",
        "listener.name.wrong_host.ssl.keystore.location": certs / "elsewhere.both.pem",
        # Topics are made by who wants them, with the partitions that they want.
        "auto.create.topics.enable": "false",
        "offsets.topic.num.partitions": 3,
        "offsets.topic.replication.factor": copies,
        "transaction.state.log.num.partitions": 3,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": max(1, copies - 1),
        # Transactions of those who have died are ended soon after their time.
        "transaction.abort.timed.out.transaction.cleanup.interval.ms": 500,
        "share.coordinator.state.topic.num.partitions": 1,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": max(1, copies - 1),
        "default.replication.factor": copies,
        "min.insync.replicas": max(1, copies - 1),
        "group.initial.rebalance.delay.ms": 0,
        "group.min.session.timeout.ms": 1000,
        "broker.session.timeout.ms": 6000,
        "broker.heartbeat.interval.ms": 500,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "num.recovery.threads.per.data.dir": 1,
        "log.cleaner.dedupe.buffer.size": 4 << 20,
    }
    for listener in ("sasl", "sasl_tls"):
        for mechanism, module in MODULES.items():
            lines[f"listener.name.{listener}.{mechanism.lower()}.sasl.jaas.config"] = module
    return "".join(f"{key}={value}\n" for key, value in lines.items())


def write_settings(folder, brokers):
    """Ports, and the settings of every broker; formats what they will write to."""
    names = [*LISTENERS, "CONTROLLER", FRONT]
    found = iter(free_ports(brokers * len(names)))
    ports = {number: {name: next(found) for name in names} for number in range(1, brokers + 1)}
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
    scram = [part for kind in ("256", "512") for part in ("--add-scram", f"SCRAM-SHA-{kind}=[name={USER},password={PASSWORD}]")]
    for number in ports:
        settings = folder / f"{number}.properties"
        settings.write_text(properties(folder, number, brokers, ports))
        run(*java("kafka.tools.StorageTool", "format", "--cluster-id", cluster, "--config", settings, *scram))
    return ports


def start(folder, number):
    """Starts a broker, which outlives us. Its id is in NUMBER.pid, its log in NUMBER.log."""
    with open(folder / f"{number}.log", "ab") as log:
        process = subprocess.Popen(java("kafka.Kafka", folder / f"{number}.properties"), stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, cwd=folder, start_new_session=True)
    (folder / f"{number}.pid").write_text(f"{process.pid}\n")
    return process


def ask_versions(port, kind, certs):
    """Whether a broker answers there: sends ApiVersions, which is answered before anybody has to say who they are."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as plain:
        stream = plain
        if kind.endswith("SSL"):
            context = ssl.create_default_context(cafile=str(certs / "ca.pem"))
            context.check_hostname = False
            context.load_cert_chain(certs / "client.pem", certs / "client.key")
            stream = context.wrap_socket(plain)
        stream.sendall(struct.pack(">ihhih", 10, 18, 0, 1, -1))
        answer = b""
        while len(answer) < 10:
            more = stream.recv(4096)
            if not more:
                raise OSError("it has closed the connection")
            answer += more
        _, correlation, error = struct.unpack(">iih", answer[:10])
        if (correlation, error) != (1, 0):
            raise OSError(f"answer {correlation} with error {error}")


def wait(folder, number, ports, process, seconds):
    """Waits until every listener of a broker answers."""
    until = time.monotonic() + seconds
    for name, kind in LISTENERS.items():
        while True:
            if process is not None and process.poll() is not None:
                raise Failed(f"broker {number} has ended with {process.returncode}\n{tail(folder, number)}")
            try:
                ask_versions(ports[name], kind, folder / "certs")
                break
            except OSError as error:
                if time.monotonic() > until:
                    raise Failed(f"listener {name} of broker {number} does not answer: {error}\n{tail(folder, number)}") from error
                time.sleep(0.2)


def tail(folder, number):
    lines = (folder / f"{number}.log").read_text(errors="replace").splitlines()
    return f"the end of {folder / f'{number}.log'}:\n" + "\n".join(lines[-40:])


def pid_of(folder, number):
    """The process of a broker, where it still runs and still is that broker."""
    try:
        pid = int((folder / f"{number}.pid").read_text())
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if str(folder / f"{number}.properties").encode() in command else None


def gone(pid):
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        pass
    try:
        # One that has ended and that its parent has not asked about is gone as well.
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def stop(folder, number, patience=10):
    """Ends a broker: asks it, and kills it if it does not listen."""
    pid = pid_of(folder, number)
    if pid is None:
        return
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGCONT)
    until = time.monotonic() + patience
    while not gone(pid):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
            until += patience
        time.sleep(0.1)


def numbers(folder):
    return sorted(int(one.name.split(".")[0]) for one in folder.glob("*.pid"))


def stop_all(folder):
    """Ends every broker of a folder and takes away what they have written; their logs stay."""
    for number in numbers(folder):
        # What they would still write is nobody's.
        stop(folder, number, patience=3)
        (folder / f"{number}.pid").unlink()
        shutil.rmtree(folder / f"{number}.data", ignore_errors=True)
    (folder / "env").unlink(missing_ok=True)


def write_env(folder, ports):
    """What tests have to know, as lines that a shell can source."""
    certs = folder / "certs"
    lines = {name: ",".join(f"127.0.0.1:{one[name]}" for one in ports.values()) for name in (*LISTENERS, FRONT)}
    lines |= {
        "CA": certs / "ca.pem",
        "WRONG_CA": certs / "wrong_ca.pem",
        "CLIENT_CERT": certs / "client.pem",
        "CLIENT_KEY": certs / "client.key",
        "USER_NAME": USER,
        "PASSWORD": PASSWORD,
        "BROKERS": len(ports),
        "DIR": folder,
        "BROKER_TOOL": HERE / "broker",
    }
    text = "".join(f"{key}={value}\n" for key, value in lines.items())
    # Whoever sees the file sees the whole of it.
    (folder / "env.new").write_text(text)
    (folder / "env.new").rename(folder / "env")
    return text


def read_env(folder):
    lines = (folder / "env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines)


def main(work):
    """Runs a tool; a failure is one message and exit code 1."""
    try:
        work()
    except Failed as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        sys.exit(1)
