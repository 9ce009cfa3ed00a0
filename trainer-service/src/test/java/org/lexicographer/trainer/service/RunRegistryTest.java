package org.lexicographer.trainer.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.reactive.messaging.kafka.Record;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.eclipse.microprofile.reactive.messaging.Emitter;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.hub.Hub;
import org.lexicographer.objectstore.hub.HubSettings;
import org.lexicographer.objectstore.hub.HubStore;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Rejection;
import org.lexicographer.pipeline.message.RunOwner;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.RunEnd;
import org.lexicographer.pipeline.trace.TraceParent;
import org.lexicographer.pipeline.trace.Tracing;
import org.lexicographer.runstore.NameClaims;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;
import org.lexicographer.runstore.RunOwners;
import org.lexicographer.runstore.StoredRuns;
import org.lexicographer.testing.HubServer;
import org.lexicographer.trainer.RunSpecs;
import org.lexicographer.trainer.initial.InitialDictionaries;
import org.lexicographer.trainer.initial.StoredStart;
import org.lexicographer.trainer.job.RunEnds;
import org.lexicographer.trainer.job.TrainerOutput;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.service.meter.Observation;
import org.lexicographer.trainer.time.JobFigures;

class RunRegistryTest {

    private static final int MOST_BYTES = 1 << 20;

    private static final Optional<RunOwner> NOBODY = Optional.empty();

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");

    private final HubServer server = HubServer.start();
    private final HubSources hub =
            new HubSources(
                    new HubStore(
                            objects,
                            new Hub(
                                    HubSettings.of(
                                            Map.of("HF_ENDPOINT", server.endpoint().toString())))));

    private final RunEnds ends = new RunEnds(null, objects, null, new Silent());

    @AfterEach
    void stopTheHub() {
        server.close();
    }

    private String putModel(String layers) {
        String config =
                """
                {"model_type": "gpt_neox", "num_hidden_layers": %s, "hidden_size": 16,
                 "num_attention_heads": 2, "intermediate_size": 64, "vocab_size": 50,
                 "max_position_embeddings": 32, "use_parallel_residual": false}
                """
                        .formatted(layers);
        return server.put("models/owner/name", Map.of("config.json", config.getBytes(UTF_8)));
    }

    private static RunSpec ofTheHub(String uri) {
        return RunSpecs.of("hub", 4)
                .withLanguageModel(
                        new LanguageModelSource(uri, Optional.empty(), ComputeType.FLOAT32));
    }

    /** Nobody listens. */
    private static final class Silent implements TrainerOutput {

        @Override
        public void progress(RunProgress progress) {}

        @Override
        public void inLine(RunProgress progress) {}

        @Override
        public void reported(String run, Site site, Map<String, CurvePoint> recipes) {}

        @Override
        public void worked(String run, Site site, JobFigures figures) {}

        @Override
        public void checkpointing(String run, Site site) {}

        @Override
        public void checkpointed(String run, Site site, Duration took) {}

        @Override
        public void retried() {}

        @Override
        public void left(String run, Site site) {}

        @Override
        public Tracing tracing() {
            return Tracing.NONE;
        }

        @Override
        public void announce(DictionaryCheckpoint checkpoint, Optional<TraceParent> trace) {}

        @Override
        public void reject(Rejection rejection) {}
    }

    private RunRegistry registry(CompletionStage<Void> sent) {
        return registry(new Sending<>(() -> sent));
    }

    private RunRegistry registry(Sending<Record<String, byte[]>> runs) {
        TrainerListener listener =
                new TrainerListener(
                        null,
                        null,
                        objects,
                        runs,
                        null,
                        null,
                        null,
                        new Observation(new SimpleMeterRegistry(), Tracing.NONE));
        return new RunRegistry(
                objects,
                new SiteCheck(objects, false, hub),
                new StartCheck(new InitialDictionaries(objects, Path.of("unused"))),
                () -> ends,
                () -> MemoryAmount.NONE,
                listener,
                new RunBoard(),
                MOST_BYTES);
    }

    private static RunSpec startingFrom(String dictionary) {
        return RunSpecs.changed(
                RunSpecs.of("after", 4),
                json -> json.withObject("/recipes/0/initialize").put("dictionary", dictionary));
    }

    @Test
    void theDictionaryToStartFromIsPinnedToAStep() {
        DictionaryReference source =
                DictionaryReference.parse("before/layers.0.mlp.out/standard@20");
        StoredStart.put(objects, source, 6, 12);
        objects.put(
                ObjectKeys.runEnd("before"), new RunEnd(State.ENDED, Optional.empty()).toJson());
        RunRegistry registry = registry(CompletableFuture.completedStage(null));

        registry.submit(startingFrom("before/layers.0.mlp.out/standard"), NOBODY);

        assertThat(registry.find("after"))
                .hasValue(startingFrom("before/layers.0.mlp.out/standard@20"));
    }

    @Test
    void everyDictionaryThatCannotBeStartedFromIsNamedAndNothingIsStored() {
        DictionaryReference source =
                DictionaryReference.parse("before/layers.0.mlp.out/standard@20");
        StoredStart.put(objects, source, 6, 10);
        RunRegistry registry = registry(CompletableFuture.completedStage(null));

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(
                        () ->
                                registry.submit(
                                        startingFrom("before/layers.0.mlp.out/standard@20"),
                                        NOBODY))
                .withMessageContaining("recipes[0].initialize.dictionary")
                .withMessageContaining("dictionary size mismatch: expected=12, found=10");
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> registry.submit(startingFrom("nobody/embed/standard@20"), NOBODY))
                .withMessageContaining("no such dictionary");
        assertThat(registry.find("after")).isEmpty();
    }

    @Test
    void aRunThatTheBrokersDoNotTakeLeavesNothing() {
        RunRegistry registry =
                registry(CompletableFuture.failedStage(new TimeoutException("no broker")));

        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(() -> registry.submit(RunSpecs.of("away", 4), NOBODY))
                .withMessage("no broker");
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void aRunThatIsNotEvenSentLeavesNothing() {
        RunRegistry registry = registry((CompletionStage<Void>) null);

        assertThatExceptionOfType(KafkaException.class)
                .isThrownBy(() -> registry.submit(RunSpecs.of("full", 4), NOBODY));
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void aRunThatTheBrokersTakeIsStored() {
        registry(CompletableFuture.completedStage(null)).submit(RunSpecs.of("taken", 4), NOBODY);

        assertThat(objects.list("runs/taken/")).hasSize(1);
    }

    @Test
    void aModelOfTheHubIsStoredWithItsCommit() {
        String commit = putModel("2");
        RunRegistry registry = registry(CompletableFuture.completedStage(null));

        registry.submit(ofTheHub("hf://owner/name@main"), NOBODY);

        RunSpec stored = registry.find("hub").orElseThrow();
        assertThat(stored.languageModel())
                .isEqualTo(
                        new LanguageModelSource(
                                "hf://owner/name@" + commit,
                                Optional.of("main"),
                                ComputeType.FLOAT32));
    }

    @Test
    void aRunThatIsSubmittedAgainKeepsItsCommit() {
        putModel("2");
        RunRegistry registry = registry(CompletableFuture.completedStage(null));
        registry.submit(ofTheHub("hf://owner/name"), NOBODY);
        RunSpec stored = registry.find("hub").orElseThrow();

        putModel("3");

        assertThat(registry.submit(ofTheHub("hf://owner/name"), NOBODY))
                .isEqualTo(new Admitted(stored));
    }

    @Test
    void aModelThatTheHubDoesNotHaveIsNamed() {
        RunRegistry registry = registry(CompletableFuture.completedStage(null));

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> registry.submit(ofTheHub("hf://owner/none"), NOBODY))
                .withMessageContaining("languageModel.uri")
                .withMessageContaining("status=404");
        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void aBranchThatComesWithoutTheRegistryIsRefused() {
        assertThat(new StoredRuns(objects).admit(ofTheHub("hf://owner/name@main")))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.reason()).contains("expected=a commit"));
        assertThat(objects.list("runs/")).isEmpty();
    }

    @Test
    void aFailedRunThatTheBrokersDoNotTakeAgainHasFailedAsBefore() {
        RunSpec spec = RunSpecs.of("failed", 4);
        RunEnd end = new RunEnd(State.FAILED, Optional.of("no such model"));
        ends.restore(spec, end);
        RunRegistry away = registry(CompletableFuture.failedStage(new TimeoutException("away")));

        assertThatExceptionOfType(KafkaException.class).isThrownBy(() -> away.resume(spec));
        assertThat(ends.find("failed")).contains(end);
        assertThatExceptionOfType(KafkaException.class).isThrownBy(() -> away.cancel(spec));
        assertThat(ends.find("failed")).contains(end);

        assertThat(registry(CompletableFuture.completedStage(null)).resume(spec)).isTrue();
        assertThat(ends.find("failed")).isEmpty();
    }

    /** Its spec stays where dictionaries of it do, and so does its end. */
    @Test
    void aRunThatWasRemovedDoesNotGoOn() {
        RunSpec spec = RunSpecs.of("removed", 4);
        new StoredRuns(objects).admit(spec);
        RunEnd end = new RunEnd(State.FAILED, Optional.of("no such model"));
        ends.restore(spec, end);
        new NameClaims(objects).purge("removed");
        RunRegistry registry = registry(CompletableFuture.completedStage(null));

        for (ThrowingCallable asked :
                List.<ThrowingCallable>of(
                        () -> registry.resume(spec),
                        () -> registry.cancel(spec),
                        () -> registry.extend(spec, 8))) {
            assertThatIllegalStateException()
                    .isThrownBy(asked)
                    .withMessage("run was removed: run=removed");
        }
        assertThat(ends.find("removed")).contains(end);
        assertThat(registry.find("removed")).contains(spec);
    }

    @Test
    void aRunThatIsRemovedWhileItIsResumedHasEndedStill() {
        RunSpec spec = RunSpecs.of("removed", 4);
        new StoredRuns(objects).admit(spec);
        ends.restore(spec, new RunEnd(State.FAILED, Optional.of("no such model")));
        RunRegistry registry =
                registry(
                        new Sending<>(
                                () -> {
                                    new NameClaims(objects).purge("removed");
                                    return CompletableFuture.completedStage(null);
                                }));

        assertThatIllegalStateException()
                .isThrownBy(() -> registry.resume(spec))
                .withMessage("run was removed: run=removed");
        assertThat(ends.find("removed").map(RunEnd::state)).contains(State.CANCELLED);
    }

    @Test
    void nothingComesBackOfARunThatWasRemovedInFullWhileItWasResumed() {
        RunSpec spec = RunSpecs.of("removed", 4);
        new StoredRuns(objects).admit(spec);
        ends.restore(spec, new RunEnd(State.FAILED, Optional.of("no such model")));
        int[] sent = {0};
        RunRegistry registry =
                registry(
                        new Sending<>(
                                () -> {
                                    sent[0]++;
                                    new NameClaims(objects).purge("removed");
                                    objects.delete(ObjectKeys.runSpec("removed"));
                                    return CompletableFuture.completedStage(null);
                                }));

        assertThatIllegalStateException()
                .isThrownBy(() -> registry.resume(spec))
                .withMessage("run was removed: run=removed");
        assertThat(sent[0]).isEqualTo(2);
        assertThat(objects.list("runs/")).isEmpty();
    }

    private static Optional<RunOwner> owner(String name) {
        return Optional.of(new RunOwner(name));
    }

    @Test
    void aRunIsItsFirstSubmittersAndItsRecordSaysSo() {
        // Given
        Sending<Record<String, byte[]>> sending =
                new Sending<>(() -> CompletableFuture.completedStage(null));
        RunSpec spec = RunSpecs.of("owned", 4);

        // When
        registry(sending).submit(spec, owner("alice"));
        registry(sending).submit(spec, owner("bob"));

        // Then
        assertThat(new RunOwners(objects).find("owned")).isEqualTo(owner("alice"));
        assertThat(sending.messages())
                .hasSize(2)
                .extracting(RunRegistryTest::headers)
                .containsOnly(RunOwner.headers(owner("alice")));
        assertThat(registry(sending).status(spec).owner()).contains("alice");
    }

    private static Headers headers(Message<?> message) {
        return message.getMetadata(OutgoingKafkaRecordMetadata.class).orElseThrow().getHeaders();
    }

    @Test
    void aRunOfNobodyStaysNobodys() {
        RunSpec spec = RunSpecs.of("old", 4);
        new StoredRuns(objects).admit(spec);

        registry(CompletableFuture.completedStage(null)).submit(spec, owner("bob"));

        assertThat(new RunOwners(objects).find("old")).isEmpty();
    }

    @Test
    void aRunThatNoBrokerTakesHasNoOwner() {
        Sending<Record<String, byte[]>> away =
                new Sending<>(
                        () ->
                                CompletableFuture.failedStage(
                                        new TimeoutException("no broker answers")));

        assertThatExceptionOfType(TimeoutException.class)
                .isThrownBy(() -> registry(away).submit(RunSpecs.of("away", 4), owner("alice")));
        assertThat(objects.list("runs/")).isEmpty();
    }

    /** Sends with the same result each time; without one it is full. */
    private record Sending<T>(
            Supplier<CompletionStage<Void>> result, List<Message<? extends T>> messages)
            implements Emitter<T> {

        Sending(Supplier<CompletionStage<Void>> result) {
            this(result, new ArrayList<>());
        }

        @Override
        public CompletionStage<Void> send(T payload) {
            CompletionStage<Void> sent = result.get();
            if (sent == null) {
                throw new IllegalStateException("buffer full");
            }
            return sent;
        }

        @Override
        public <M extends Message<? extends T>> void send(M message) {
            messages.add(message);
            send(message.getPayload())
                    .whenComplete(
                            (_, failure) -> {
                                if (failure == null) {
                                    message.ack();
                                } else {
                                    message.nack(failure);
                                }
                            });
        }

        @Override
        public void complete() {}

        @Override
        public void error(Exception e) {}

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean hasRequests() {
            return true;
        }
    }
}
