package org.lexicographer.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    loops --rounds=0             | --rounds out of range: expected=1 or more, found=0
                    loops --rounds=-1            | --rounds out of range: expected=1 or more, found=-1
                    loops --warm-ups=-1          | --warm-ups out of range: expected=0 or more
                    loops --threads=2,0          | --threads out of range: expected=1 to 1024, found=0
                    loops --threads=100000       | --threads out of range
                    loops --rounds=3000000000    | --rounds
                    step --batch-size=0          | --batch-size out of range: expected=1 to
                    step --batch-size=2000000000 | --batch-size out of range
                    step --activation-dim=-5     | --activation-dim out of range
                    step --activation-dim=2000000 | * --activation-dim out of range: expected=at most
                    step --activation-dim=300000 | * --dictionary-size out of range: expected=at most
                    step --dictionary-size=0     | --dictionary-size out of range
                    product --dictionary-size=2000000000 | --dictionary-size out of range
                    step --k=0                   | --k out of range: expected=1 to 8192, found=0
                    product --k=8193             | --k out of range: expected=1 to 8192, found=8193
                    step --active=8193           | --active out of range: expected=0 to 8192
                    step --active=50,-1          | --active out of range: expected=0 to 8192, found=-1
                    step --sites=0               | --sites out of range: expected=1 to
                    step --dictionary-size=16 --k=4 | recipe=matryoshkaBatchTopK, F=16
                    scaling --k=1                | --k of scaling out of range: expected=2 to 2048
                    scaling --dictionary-size=99 | --dictionary-size of scaling out of range
                    scaling --batch-size=1       | --batch-size of scaling out of range
                    scaling --activation-dim=1   | --activation-dim of scaling out of range
                    scaling --steps=0            | --steps out of range: expected=4 to
                    pipeline --steps=2000000000  | --steps out of range
                    pipeline --sites=-1          | --sites out of range
                    forward --contexts=0         | --contexts out of range
                    forward --contexts=2097152   | --contexts out of range: expected=1 to 2097151
                    evaluation --evaluated-contexts=0 | --evaluated-contexts out of range
                    evaluation --evaluated-latents=0  | --evaluated-latents out of range
                    """)
    void aNumberOutOfRangeIsRefusedBeforeAnythingIsMeasured(String arguments, String message) {
        assertThat(run(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(message).doesNotContain("measuring", "\tat ");
    }

    @Test
    void usualActiveLatentsAreThoseThatADictionaryHas() throws Exception {
        int status =
                run(
                        "step",
                        "--quick",
                        "--recipes=standard",
                        "--threads=1",
                        "--batch-size=64",
                        "--activation-dim=16",
                        "--dictionary-size=32",
                        "--no-peer");

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString()).contains("F=32, L0=16, 1 thread").doesNotContain("L0=50");
    }

    @Test
    void aContenderThatEndsIsSaidWithoutATrace() throws Exception {
        Path peer = home.resolve("peer");
        Files.writeString(
                peer,
                """
                #!/bin/sh
                read -r work; echo '{"name": "peer"}'
                read -r line; echo '{"milliseconds": 1}'
                """);
        assertThat(peer.toFile().setExecutable(true)).isTrue();

        int status =
                run(
                        "step",
                        "--quick",
                        "--recipes=topK",
                        "--threads=1",
                        "--batch-size=64",
                        "--activation-dim=16",
                        "--dictionary-size=128",
                        "--python=" + peer);

        assertThat(status).isEqualTo(1);
        assertThat(err.toString()).contains("error: program has ended").doesNotContain("\tat ");
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
