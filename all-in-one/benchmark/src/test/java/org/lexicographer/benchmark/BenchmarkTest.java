package org.lexicographer.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.pipeline.Json;

class BenchmarkTest {

    @TempDir private Path home;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return new Benchmark(home, new PrintStream(out), new PrintStream(err)).run(arguments);
    }

    /** Writes a peer that takes a millisecond for everything. */
    private Path peer() throws Exception {
        Path peer = home.resolve("peer");
        Files.writeString(
                peer,
                """
                #!/bin/sh
                while read -r line; do
                  case $line in
                    {*) echo '{"name": "peer"}' ;;
                    *) echo '{"milliseconds": 1}' ;;
                  esac
                done
                """);
        assertThat(peer.toFile().setExecutable(true)).isTrue();
        return peer;
    }

    @Test
    void stepsAreTimedBesideAPeerAndWrittenDown() throws Exception {
        int status =
                run(
                        "step",
                        "--quick",
                        "--recipes=topK",
                        "--threads=1",
                        "--rounds=2",
                        "--batch-size=64",
                        "--activation-dim=16",
                        "--dictionary-size=128",
                        "--k=8",
                        "--python=" + peer());

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("topK, B=64, D=16, F=128, L0=8, 1 thread")
                .contains("2 sites x (topK, batchTopK)")
                .contains("times faster than peer");
        JsonNode json = Json.tree(Files.readAllBytes(home.resolve("target/benchmark/step.json")));
        assertThat(json.at("/tables/0/rows/0/measured/peer, ms/samples")).hasSize(2);
        assertThat(home.resolve("target/benchmark/step.md")).isNotEmptyFile();
    }

    @Test
    void anUnknownRecipeIsNamed() {
        assertThat(run("step", "--recipes=top")).isEqualTo(2);
        assertThat(err.toString()).contains("unknown recipe type: expected=standard|");
    }

    @Test
    void whatCannotBeMeasuredIsNamed() {
        assertThat(run("stride")).isEqualTo(2);
        assertThat(err.toString()).contains("stride").contains("step");
    }

    @Test
    void helpIsWhatTheDocumentationHas() throws Exception {
        assertThat(run("--help")).isZero();
        assertThat(out).hasToString(Files.readString(Path.of("../../docs/help/benchmark.txt")));
    }
}
