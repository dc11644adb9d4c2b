//! Metrics for Prometheus.

use std::net::SocketAddr;

use dashstream_stream::observe;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder};

/// Bounds of the durations, in seconds: those that the semantic conventions ask for.
const BOUNDS_S: [f64; 14] = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0];

/// Why metrics could not be given out.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetricsError {
    /// Nothing can listen there.
    #[error("nothing can listen on {address} for metrics: {why}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        why: String,
    },
    /// It was started before.
    #[error("metrics are given out by this process already")]
    Twice,
    /// The exporter could not be set up.
    #[error("metrics cannot be given out: {0}")]
    Other(BuildError),
}

/// Gives out the metrics of this process over HTTP, at every path of an address, and describes them. Call it before a producer or a
/// consumer is opened. It works inside a runtime, and outside of one has a thread of its own. Whoever reaches the address can read them;
/// 127.0.0.1 is for this machine alone.
///
/// # Errors
/// [`MetricsError`].
pub(crate) fn serve(address: SocketAddr) -> Result<(), MetricsError> {
    let builder = PrometheusBuilder::new().with_http_listener(address);
    let builder = builder.set_buckets_for_metric(Matcher::Suffix("duration".to_owned()), &BOUNDS_S);
    builder.and_then(PrometheusBuilder::install).map_err(|error| match error {
        BuildError::FailedToCreateHTTPListener(why) => MetricsError::Listen { address, why },
        BuildError::FailedToSetGlobalRecorder(_) => MetricsError::Twice,
        other => MetricsError::Other(other),
    })?;
    observe::describe();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::{TcpListener, TcpStream};
    use std::time::Duration;

    use dashstream_codec::Code;
    use dashstream_stream::observe::{ConsumerMetrics, Place};
    use dashstream_stream::transport::Destination;

    use super::*;

    fn get(address: SocketAddr) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn metrics_are_given_out_once_and_where_there_is_room() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = serve(address).unwrap_err();
        assert!(matches!(error, MetricsError::Listen { .. }), "{error:?}");
        let words = error.to_string();
        assert!(words.starts_with(&format!("nothing can listen on {address} for metrics: ")), "{words}");
        drop(taken);
        serve(address).unwrap();
        let consumer = ConsumerMetrics::new(&Destination { system: "kafka", name: "t".to_owned() }, "g");
        consumer.rejected(&Place::default(), Code::BadMagic);
        consumer.processed(&Place::default(), Duration::from_millis(20), None);
        let text = get(address);
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
        for line in [
            "# HELP dashstream_consumer_rejected Frames and records that were rejected, by code.",
            "# TYPE dashstream_consumer_rejected counter",
            "error_type=\"BAD_MAGIC\"} 1",
            "# TYPE messaging_process_duration histogram",
            "le=\"0.01\"} 0",
            "le=\"0.025\"} 1",
        ] {
            assert!(text.contains(line), "{line} is not in {text}");
        }
        let elsewhere = "127.0.0.1:0".parse().unwrap();
        assert!(matches!(serve(elsewhere), Err(MetricsError::Twice)));
    }
}
