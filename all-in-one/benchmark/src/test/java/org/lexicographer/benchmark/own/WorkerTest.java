package org.lexicographer.benchmark.own;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;
import org.lexicographer.benchmark.work.Work;
import org.lexicographer.pipeline.Json;

class WorkerTest {

    private static final Work WORK =
            new StepWork(List.of("topK"), 2, new StepSize(64, 16, 128, 8), Place.cpu(1));

    private static Stream<String> answers(String orders) throws IOException {
        ByteArrayOutputStream answers = new ByteArrayOutputStream();
        Worker.serve(new ByteArrayInputStream(orders.getBytes(UTF_8)), new PrintStream(answers));
        return answers.toString(UTF_8).lines();
    }

    @Test
    void worksOnceForEachLine() throws Exception {
        String work = new String(Json.write(WORK), UTF_8);

        assertThat(answers(work + "\nwork\nwork\n" + work + "\nwork\n"))
                .map(answer -> answer.replaceFirst("[-0-9.E]+}", "N}"))
                .containsExactly(
                        "{\"name\":\"lexicographer\"}",
                        "{\"milliseconds\":N}",
                        "{\"milliseconds\":N}",
                        "{\"name\":\"lexicographer\"}",
                        "{\"milliseconds\":N}");
    }

    @Test
    void workIsReadAsItIsWritten() {
        Work work = new StepWork(List.of("topK"), 2, new StepSize(64, 16, 128, 8), Place.gpu());

        byte[] json = Json.write(work);

        assertThat(Json.read(json, Work.class)).isEqualTo(work);
        assertThat(Json.tree(json).path("kind").asText()).isEqualTo("step");
        assertThat(Json.tree(json).path("times").asInt()).as("together on a GPU").isEqualTo(20);
    }
}
