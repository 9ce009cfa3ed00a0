package org.lexicographer.benchmark.contender;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.lexicographer.benchmark.work.Task;
import org.lexicographer.pipeline.Json;

/**
 * A program that works in turns. A line of JSON describes the work, to which it says {@code
 * {"name": ...}} once it can begin; for each other line it does the work once and says {@code
 * {"milliseconds": ...}}. It ends with its input. In a process of its own a contender has its own
 * memory and its own compiled code, whatever was measured before.
 */
final class ContenderProcess implements AutoCloseable {

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter orders;

    /**
     * Starts the program.
     *
     * @throws ContenderException when it does not start
     */
    ContenderProcess(List<String> command, Map<String, String> environment) {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new ContenderException(
                    "program does not start: program=%s".formatted(command.getFirst()), e);
        }
        answers = process.inputReader(StandardCharsets.UTF_8);
        orders = process.outputWriter(StandardCharsets.UTF_8);
    }

    /**
     * Gives the program its work, in place of what it had.
     *
     * @return the program's name
     * @throws ContenderException when it cannot do it
     */
    String assign(Task task) {
        order(new String(Json.write(task), StandardCharsets.UTF_8));
        return answer("name").asText();
    }

    /**
     * Lets the program do its work once.
     *
     * @return the milliseconds that it took
     * @throws ContenderException when it fails
     */
    double work() {
        order("work");
        return answer("milliseconds").asDouble();
    }

    private void order(String line) {
        try {
            orders.write(line);
            orders.newLine();
            orders.flush();
        } catch (IOException e) {
            throw ended(e);
        }
    }

    private static ContenderException ended(IOException cause) {
        return new ContenderException("program has ended, its error is above", cause);
    }

    private JsonNode answer(String field) {
        try {
            String line = answers.readLine();
            if (line == null) {
                throw ended(null);
            }
            JsonNode answer = Json.tree(line.getBytes(StandardCharsets.UTF_8)).path(field);
            if (answer.isMissingNode()) {
                throw new ContenderException(
                        "program answers otherwise: expected=%s, found=%s".formatted(field, line));
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException("program cannot be read", e);
        }
    }

    /** Ends the program. */
    @Override
    public void close() {
        try {
            orders.close();
            process.waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
