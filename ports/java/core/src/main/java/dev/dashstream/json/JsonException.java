package dev.dashstream.json;

/** A text is not JSON. */
public final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message, int at) {
        super(message + " at " + at);
    }
}
