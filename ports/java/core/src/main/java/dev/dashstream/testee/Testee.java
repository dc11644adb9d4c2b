package dev.dashstream.testee;

import dev.dashstream.json.JsonParser;
import dev.dashstream.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Answers the questions of the conformance runner, line by line. */
public final class Testee {
    private static final String HELLO = """
            {"protocol":1,"implementation":"dashstream-java","version":"0.1.0","language":"Java",\
            "capabilities":["decode","encode","file","ledger","zstd","lz4","incremental","lint","payloads"]}""";

    private Testee() {}

    /** Reads questions until the input ends. */
    public static void main(String[] args) throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        String line;
        while ((line = in.readLine()) != null) {
            out.print(answer(new Question((Map<?, ?>) JsonParser.parse(line))));
            out.print('\n');
            out.flush();
        }
    }

    private static String answer(Question question) throws IOException {
        JsonText out = new JsonText().object();
        out.key("id").raw(question.number("id").getAsLong());
        String op = question.text("op");
        switch (op) {
            case "hello" -> out.key("ok").raw(HELLO);
            case "decode" -> DecodeAnswer.write(question, out);
            case "encode" -> EncodeAnswer.write(question, out);
            case "file" -> FileAnswer.write(question, out);
            case "ledger" -> LedgerAnswer.write(question, out);
            default -> out.key("unsupported").string("no such operation: " + op);
        }
        return out.endObject().toString();
    }
}
