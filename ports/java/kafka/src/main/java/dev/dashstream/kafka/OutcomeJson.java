package dev.dashstream.kafka;

import dev.dashstream.DashStreamException;
import dev.dashstream.json.FrameJson;
import dev.dashstream.json.JsonText;

/** An outcome in the JSON form (spec/json.md). */
final class OutcomeJson {
    private OutcomeJson() {}

    /** Writes the key {@code frame} or {@code error} with its value into an object that is open. */
    static void write(Outcome outcome, JsonText out) {
        if (outcome instanceof Outcome.Accepted accepted) {
            out.key("frame");
            FrameJson.write(accepted.frame(), out);
        } else if (outcome instanceof Outcome.Rejected rejected) {
            error(rejected.error(), out.key("error"));
        }
    }

    private static void error(DashStreamException error, JsonText out) {
        out.object().key("code").string(error.code().name());
        out.key("offset").raw(error.offset());
        out.key("requirement").string(error.requirement()).endObject();
    }
}
