package org.lexicographer.benchmark.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.StreamProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.run.RunSpec;

class CourseTest {

    private static final int BUFFER_CONTEXTS = 16;

    /** Of double precision, many times over. */
    private static final double ROUNDING = 1e-6;

    /** Four sites, 4 steps of 1024 rows each, buffers of 16 contexts of 256. */
    private final RunSpec spec = RunPlan.extraction("demo", BUFFER_CONTEXTS);

    private final Course course = new Course(spec);

    private void reportTraining(double seconds, long tokens) {
        for (Site site : spec.sites()) {
            course.take(seconds, training(site, tokens));
        }
    }

    private static TrainingProgress training(Site site, long tokens) {
        long step = tokens / 1024;
        return new TrainingProgress(site, step, 4, tokens, 0, StreamProgress.START, Map.of());
    }

    @Test
    void theSteadyRateIsOfTheMiddleOfTheRun() {
        reportTraining(0, 0);
        reportTraining(60, 1_024); // a quarter, slowly
        reportTraining(70, 4_000);
        reportTraining(99, 4_096);

        // 0.65 of 4,096 tokens in ten seconds.
        assertThat(course.trainedPerSecond()).isCloseTo(266.24, within(ROUNDING));
        assertThat(course.begun()).isEqualTo(60);
        assertThat(course.trained()).isEqualTo(99);
    }

    @Test
    void extractionIsMeasuredWhileBuffersFill() {
        course.take(0, new ExtractionProgress("one", 0, 0, 0, 0));
        course.take(10, new ExtractionProgress("one", 2, 1_000, 0, 0));
        course.take(20, new ExtractionProgress("one", 6, 3_000, 0, 0));
        course.take(22, new ExtractionProgress("two", 2, 1_000, 0, 0));
        course.take(23, new ExtractionProgress("one", 1, 9, 4_500, 0, 0));
        course.take(99, new ExtractionProgress("one", 9, 4_500, 0, 0));

        // From 1,024 of 4,096 tokens, at 10.12 s, to 3,686.4, at 21.3728 s.
        assertThat(course.extractedPerSecond()).isCloseTo(2_662.4 / 11.2528, within(ROUNDING));
    }

    @Test
    void otherRunsArePassedOver() {
        Site site = spec.sites().getFirst();

        course.take(progress("other", training(site, 9)));
        course.take(progress("demo", training(site, 1_024)));

        assertThat(course.begun()).isEqualTo(5);
    }

    private static ConsumerRecord<byte[], byte[]> progress(String run, PartProgress part) {
        RunProgress said = new RunProgress(run, part, State.RUNNING, Optional.empty());
        return new ConsumerRecord<>(
                Topics.RUN_PROGRESS,
                0,
                0L,
                5_000L,
                TimestampType.CREATE_TIME,
                0,
                0,
                (run + "/" + part.part()).getBytes(UTF_8),
                said.toJson(),
                new RecordHeaders(),
                Optional.empty());
    }
}
