package dev.dashstream.json;

import dev.dashstream.DashStreamException;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads single values of the JSON form; what is of another type or form is refused with INPUT. */
final class JsonValues {
    private static final HexFormat HEX = HexFormat.of();
    private static final BigInteger MAX_64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final double MAX_53 = (1L << 53) - 1;

    private JsonValues() {}

    static DashStreamException refuse(String why) {
        return DashStreamException.input(why);
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(Object json) {
        if (json instanceof Map<?, ?>) {
            return (Map<String, Object>) json;
        }
        throw refuse("expected an object");
    }

    @SuppressWarnings("unchecked")
    static List<Object> array(Object json) {
        if (json instanceof List<?>) {
            return (List<Object>) json;
        }
        throw refuse("expected an array");
    }

    static Object required(Map<String, Object> object, String key) {
        if (!object.containsKey(key)) {
            throw refuse(key + " is missing");
        }
        return object.get(key);
    }

    static void onlyKeys(Map<String, Object> object, Set<String> keys) {
        for (String key : object.keySet()) {
            if (!keys.contains(key)) {
                throw refuse("an unknown key: " + key);
            }
        }
    }

    static String string(Object json) {
        if (json instanceof String text) {
            return text;
        }
        throw refuse("expected a string");
    }

    static boolean bool(Object json) {
        if (json instanceof Boolean value) {
            return value;
        }
        throw refuse("expected true or false");
    }

    /** Hexadecimal digits: lower-case, and even in number. */
    static byte[] hex(Object json) {
        String digits = string(json);
        boolean good = digits.length() % 2 == 0 && digits.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f');
        if (!good) {
            throw refuse("expected lower-case hexadecimal digits");
        }
        return HEX.parseHex(digits);
    }

    static byte[] id(Object json, int width) {
        byte[] id = hex(json);
        if (id.length != width) {
            throw refuse("an id of " + id.length + " bytes");
        }
        return id;
    }

    /** A string of digits from 0 to 2^64 - 1; the result counts without sign. */
    static long unsigned(Object json) {
        return digits(json, BigInteger.ZERO, MAX_64);
    }

    /** A string of digits that a sint64 can hold. */
    static long signed(Object json) {
        return digits(json, BigInteger.valueOf(Long.MIN_VALUE), BigInteger.valueOf(Long.MAX_VALUE));
    }

    private static long digits(Object json, BigInteger low, BigInteger high) {
        String text = string(json);
        BigInteger value = isDigits(text) ? new BigInteger(significant(text)) : null;
        // -0 and -00 are none
        boolean negativeZero = value != null && value.signum() == 0 && text.startsWith("-");
        if (value == null || negativeZero || value.compareTo(low) < 0 || value.compareTo(high) > 0) {
            throw refuse("expected a string of digits in its range");
        }
        return value.longValue();
    }

    private static boolean isDigits(String text) {
        String digits = text.startsWith("-") ? text.substring(1) : text;
        return !digits.isEmpty() && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /** Without the zeros in front, and not longer than decides: turning digits into a number takes quadratic time. */
    private static String significant(String text) {
        boolean negative = text.startsWith("-");
        int from = negative ? 1 : 0;
        while (from < text.length() - 1 && text.charAt(from) == '0') {
            from++;
        }
        String digits = text.substring(from, Math.min(text.length(), from + 30));
        return negative ? "-" + digits : digits;
    }

    /** A whole number from 0 to max, which counts without sign. */
    static long number(Object json, long max) {
        if (!(json instanceof JsonNumber number)) {
            throw refuse("expected a number");
        }
        long value = number.isPlain() ? plain(number.text()) : pointed(number);
        if (Long.compareUnsigned(value, max) > 0) {
            throw refuse("a number above its range");
        }
        return value;
    }

    private static long plain(String text) {
        BigInteger value = text.startsWith("-") ? null : new BigInteger(significant(text));
        if (value == null || value.compareTo(MAX_64) > 0) {
            throw refuse("a number below 0 or above 2^64 - 1");
        }
        return value.longValue();
    }

    /** With a point or an exponent it is the nearest double, and whole where that is. */
    private static long pointed(JsonNumber number) {
        double value = number.real();
        if (number.text().startsWith("-") || value != Math.rint(value) || value > MAX_53) {
            throw refuse("a number that is not whole, below 0 or above 2^53 - 1");
        }
        return (long) value;
    }

    static double real(Object json) {
        if (json instanceof JsonNumber number) {
            double value = number.real();
            if (Double.isInfinite(value)) {
                throw refuse("a number that no finite double is nearest to");
            }
            return value;
        }
        return switch (string(json)) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            default -> throw refuse("expected a double");
        };
    }
}
