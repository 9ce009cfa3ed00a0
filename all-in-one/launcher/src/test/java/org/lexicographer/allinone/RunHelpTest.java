package org.lexicographer.allinone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.allinone.demo.Demo;

/** What {@code ./run} says of itself, without a build. */
class RunHelpTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final Pattern COMMAND = Pattern.compile("(?m)^  ([a-z-]+) {2,}\\S");

    static List<String> commands() throws IOException, InterruptedException {
        return COMMAND.matcher(run("help"))
                .results()
                .map(found -> found.group(1))
                .filter(command -> !command.equals("help"))
                .toList();
    }

    private static String run(String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("bash", HOME.resolve("run").toString());
        builder.command().addAll(List.of(arguments));
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void namesItsCommands() throws Exception {
        assertThat(commands())
                .containsExactly(
                        "demo",
                        "serve",
                        "prepare",
                        "chaos",
                        "load",
                        "test",
                        "benchmark",
                        "verify-model",
                        "verify-recipe",
                        "fetch",
                        "import",
                        "backup",
                        "restore",
                        "reproduce",
                        "images",
                        "screenshots",
                        "jdk");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void describesEachCommand(String command) throws Exception {
        assertThat(run(command, "--help")).startsWith("Usage: ./run " + command + " ");
    }
}
