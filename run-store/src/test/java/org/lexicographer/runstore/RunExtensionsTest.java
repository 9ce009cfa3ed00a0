package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.stored.RunExtension;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;

class RunExtensionsTest {

    private static final RunSpec SHORT = Specs.of("demo", 4);
    private static final RunSpec LONG = SHORT.withSteps(9);
    private static final byte[] BEFORE =
            TokenBlockFormat.encode(
                    new TokenBlock(6, 8, new int[16], new DatasetPosition(3, 2, 1)));

    private final ObjectStore objects = new InMemoryObjectStore("bucket");
    private final StoredRuns runs = new StoredRuns(objects);
    private final StoredEnds ends = new StoredEnds(objects);
    private final RunExtensions extensions = new RunExtensions(objects);

    @BeforeEach
    void endTheShortRun() {
        runs.admit(SHORT);
        ends.record("demo", new RunEnd(State.ENDED, Optional.empty()).after(4));
    }

    private RunExtension begin(int to) {
        return extensions.begin("demo", new RunExtension(4, to, 7), BEFORE);
    }

    @Test
    void aRunIsGivenTheStepsThatAreOnRecordAndNoOthers() {
        assertThat(runs.admit(LONG)).isInstanceOf(Refused.class);

        begin(9);

        assertThat(runs.admit(SHORT.withSteps(8))).isInstanceOf(Refused.class);
        assertThat(runs.find("demo")).contains(SHORT);
        assertThat(runs.admit(LONG)).isEqualTo(new Admitted(LONG));
        assertThat(runs.find("demo")).contains(LONG);
    }

    @Test
    void aRunThatWasRemovedIsGivenNoSteps() {
        begin(9);
        new NameClaims(objects).purge("demo");

        assertThat(runs.admit(LONG)).isInstanceOf(Refused.class);
        assertThat(runs.find("demo")).contains(SHORT);
    }

    @Test
    void anEndIsThatOfTheStepsThatTheRunHadThen() {
        assertThat(ends.find("demo")).isPresent();
        begin(9);
        assertThat(ends.find("demo")).isPresent();

        runs.admit(LONG);
        assertThat(ends.find("demo")).isEmpty();

        // Whoever has not heard of it yet ends the shorter run once more.
        ends.record("demo", new RunEnd(State.ENDED, Optional.of("late")).after(4));
        assertThat(ends.find("demo")).isEmpty();

        RunEnd end = new RunEnd(State.ENDED, Optional.empty()).after(9);
        assertThat(ends.record("demo", end)).isEqualTo(end);
        assertThat(ends.record("demo", new RunEnd(State.FAILED, Optional.empty()).after(9)))
                .isEqualTo(end);
    }

    @Test
    void whoeverHeardOfTheShorterRunWorksOnTheLongerOne() {
        begin(9);
        runs.admit(LONG);

        assertThat(runs.admit(SHORT)).isEqualTo(new Admitted(LONG));
        assertThat(runs.check(SHORT)).isEqualTo(new Admitted(LONG));
        assertThat(runs.admit(SHORT.withSteps(5))).isInstanceOf(Refused.class);
    }

    @Test
    void oneOfSeveralAtOnceExtendsTheRun() {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Integer> to =
                    IntStream.range(0, 8)
                            .mapToObj(i -> callers.submit(() -> begin(9 + i).to()))
                            .toList()
                            .stream()
                            .map(RunExtensionsTest::result)
                            .distinct()
                            .toList();

            assertThat(to).hasSize(1);
            assertThat(runs.admit(SHORT.withSteps(to.getFirst()))).isInstanceOf(Admitted.class);
        }
    }

    private static int result(Future<Integer> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theStreamGoesOnWhereTheShorterRunLeftIt() {
        assertThat(extensions.firstBlock(SHORT)).isZero();
        assertThat(extensions.blockBefore(SHORT)).isEmpty();

        begin(9);
        runs.admit(LONG);

        assertThat(extensions.firstBlock(LONG)).isEqualTo(7);
        assertThat(extensions.blockBefore(LONG).orElseThrow().next())
                .isEqualTo(new DatasetPosition(3, 2, 1));
        assertThat(extensions.firstBlock(LONG.withSteps(20))).isZero();
    }

    @Test
    void aRunThatWasExtendedIsExtendedAgain() {
        begin(9);
        runs.admit(LONG);
        extensions.begin("demo", new RunExtension(9, 12, 11), BEFORE);

        assertThat(runs.admit(LONG.withSteps(12))).isEqualTo(new Admitted(LONG.withSteps(12)));
        assertThat(runs.admit(SHORT)).isEqualTo(new Admitted(LONG.withSteps(12)));
        assertThat(extensions.firstBlock(LONG.withSteps(12))).isEqualTo(11);
    }
}
