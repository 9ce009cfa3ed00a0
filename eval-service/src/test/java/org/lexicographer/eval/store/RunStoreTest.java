package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.evaluator.TracedContexts;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.DocumentSpan;
import org.lexicographer.pipeline.stored.RunEnd;

class RunStoreTest {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final StoredRun run = new StoredRun(objects, "demo").storeSpec();
    private final RunStore runs = new RunStore(objects);

    @Test
    void readsHeldOutContextsInTheOrderOfTheirShards() {
        // Given
        run.storeHeldOut(6).completeHeldOut(5);

        // When
        int[] tokens = runs.heldOut(run.spec()).tokens();

        // Then
        assertThat(tokens).containsExactly(StoredRun.contexts(6).first(5).tokens());
    }

    @Test
    void readsWhereHeldOutContextsComeFromAsFarAsThatWasRecorded() {
        // Given: the first shard's contexts were stored by an earlier version
        run.storeHeldOut(6).completeHeldOut(5);
        List<DocumentSpan> origin =
                List.of(new DocumentSpan(0, Optional.of("s3://texts/b.jsonl"), 4, 5, 16));
        String second = ObjectKeys.heldOutContexts("demo", 1);
        objects.put(
                ObjectKeys.heldOutOrigins("demo", second),
                new ContextOrigins(List.of(origin, origin, origin)).toJson());

        // When
        TracedContexts traced = runs.lastHeldOut(run.spec()).orElseThrow().traced();

        // Then
        assertThat(traced.contexts().count()).isEqualTo(5);
        assertThat(traced.origins().contexts())
                .containsExactly(List.of(), List.of(), List.of(), origin, origin);
        assertThat(runs.heldOut(run.spec()).count()).isEqualTo(5);
    }

    @Test
    void originsOfOtherContextsAreRefused() {
        // Given
        run.storeHeldOut(6).completeHeldOut(6);
        objects.put(
                ObjectKeys.heldOutOrigins("demo", ObjectKeys.heldOutContexts("demo", 1)),
                ContextOrigins.unknown(2).toJson());

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> runs.lastHeldOut(run.spec()))
                .withMessageContaining("origins of other contexts: expected=3, found=2")
                .withMessageContaining(
                        "held-out-origins/contexts-00000000000000000001.tokens.json");
    }

    @Test
    void onlyWhatIsWantedAndNotThereIsMissingOfARunThatWasGivenUp() {
        // Given
        run.storeHeldOut(6);
        objects.put(
                ObjectKeys.runEnd("demo"), new RunEnd(State.CANCELLED, Optional.empty()).toJson());

        // When / Then
        assertThat(runs.lastHeldOut(run.spec(), 6).orElseThrow().shortfall()).isEmpty();
        assertThat(runs.lastHeldOut(run.spec(), 7).orElseThrow().shortfall())
                .contains(
                        "the run was given up before all was held out: expected=7 contexts,"
                                + " found=6");
    }

    @Test
    void anIncompleteSetIsNotReady() {
        // Given
        run.storeHeldOut(6);

        // When
        boolean before = runs.isHeldOutComplete("demo");
        run.completeHeldOut(6);

        // Then
        assertThat(before).isFalse();
        assertThat(runs.isHeldOutComplete("demo")).isTrue();
    }

    @Test
    void namesTheContextsThatAreMissing() {
        // Given
        run.storeHeldOut(4).completeHeldOut(6);

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> runs.heldOut(run.spec()))
                .withMessage("held-out contexts missing: expected=6, found=4, run=demo");
    }

    @Test
    void anEmptySetCannotBeEvaluatedOn() {
        // Given
        run.completeHeldOut(0);

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> runs.heldOut(run.spec()))
                .withMessage("held-out contexts missing: expected=1, found=0, run=demo");
    }

    @Test
    void namesTheObjectThatIsCorrupt() {
        // Given
        run.storeHeldOut(4).completeHeldOut(4);
        objects.put(ObjectKeys.heldOutContexts("demo", 1), new byte[100]);

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> runs.heldOut(run.spec()))
                .withMessageContaining("block magic mismatch")
                .withMessageContaining("contexts-00000000000000000001.tokens");
    }

    @Test
    void tellsHowARunEnded() {
        // Given
        objects.put(
                ObjectKeys.runEnd("demo"),
                "{\"state\":\"CANCELLED\"}".getBytes(StandardCharsets.UTF_8));

        // When
        var end = runs.end("demo");

        // Then
        assertThat(end).map(RunEnd::state).contains(State.CANCELLED);
        assertThat(runs.end("other")).isEmpty();
    }

    @Test
    void namesWhatIsWrongWithASpec() {
        // Given
        objects.put(ObjectKeys.runSpec("demo"), "{}".getBytes(StandardCharsets.UTF_8));

        // When / Then
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> runs.spec("demo"))
                .withMessageContaining("languageModel.uri: missing")
                .withMessageContaining("key=runs/demo/run.json");
    }
}
