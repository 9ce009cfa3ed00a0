package org.lexicographer.benchmark.own;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.PlatformLoggingMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.lexicographer.benchmark.measure.Contender;
import org.lexicographer.benchmark.work.Work;
import org.lexicographer.pipeline.Json;

/**
 * Does this project's side of work. A line of JSON on the standard input describes the work, and is
 * answered with the contender's name once it can begin; each other line asks for it once, and is
 * answered with how long it took.
 */
public final class Worker {

    private Worker() {}

    /** Works until the input ends. */
    public static void main(String[] arguments) throws IOException {
        // The greetings of libraries are not what was asked for; whatever fails is thrown.
        ManagementFactory.getPlatformMXBean(PlatformLoggingMXBean.class)
                .setLoggerLevel("", "SEVERE");
        PrintStream answers = System.out;
        System.setOut(System.err); // whatever a library prints is no answer
        serve(System.in, answers);
    }

    static void serve(InputStream orders, PrintStream answers) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(orders, StandardCharsets.UTF_8));
        String line = lines.readLine();
        while (line != null) {
            Work work = Json.read(line.getBytes(StandardCharsets.UTF_8), Work.class);
            try (Contender contender = OwnWork.start(work)) {
                say(answers, "name", contender.name());
                for (line = lines.readLine(); isOrder(line); line = lines.readLine()) {
                    say(answers, "milliseconds", contender.milliseconds());
                }
            }
        }
    }

    private static boolean isOrder(String line) {
        return line != null && !line.startsWith("{");
    }

    private static void say(PrintStream answers, String field, Object value) {
        answers.println(new String(Json.write(Map.of(field, value)), StandardCharsets.UTF_8));
        answers.flush();
    }
}
