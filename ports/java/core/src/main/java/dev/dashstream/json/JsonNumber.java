package dev.dashstream.json;

/** A number as it stands in the text: what it is worth depends on where it stands. */
public record JsonNumber(String text) {
    /** Whether it has neither point nor exponent. */
    boolean isPlain() {
        return text.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9');
    }

    double real() {
        return Double.parseDouble(text);
    }
}
