package org.lexicographer.tokenizer.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.DatasetEnd;
import org.lexicographer.pipeline.message.DatasetShard;
import org.lexicographer.pipeline.message.DatasetShard.Split;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.tokenizer.RunSpecs;

class DatasetGateTest {

    private static final DatasetEnd END = new DatasetEnd("run");
    private static final DatasetShard TRAINING =
            new DatasetShard("run", "s3://b/a.txt", Split.TRAINING);
    private static final DatasetShard EVALUATION =
            new DatasetShard("run", "s3://b/x.txt", Split.EVALUATION);

    private final InMemoryObjectStore store = new InMemoryObjectStore("lexicographer");
    private final TokenizerJobs jobs =
            new TokenizerJobs(
                    spec -> {
                        throw new AssertionError("no job is wanted");
                    },
                    run -> 0,
                    Duration.ofMinutes(5));
    private final DatasetGate gate = new DatasetGate(store, jobs);

    @AfterEach
    void close() {
        jobs.close();
    }

    private void end(String state) {
        store.put(ObjectKeys.runEnd("run"), "{\"state\":\"%s\"}".formatted(state).getBytes(UTF_8));
    }

    @Test
    void takesEverythingBeforeTheDatasetEnds() {
        assertThat(gate.refusal(TRAINING)).isEmpty();
        assertThat(gate.refusal(EVALUATION)).isEmpty();
        assertThat(gate.refusal(END)).isEmpty();
        assertThat(gate.lateness(TRAINING, 3)).isEmpty();
    }

    @Test
    void theFirstEndInTheLogCountsHoweverMessagesAreTold() {
        assertThat(gate.lateness(END, 7)).isEmpty();
        assertThat(gate.lateness(END, 5)).isEmpty();

        assertThat(gate.lateness(END, 5)).isEmpty();
        assertThat(gate.lateness(END, 7)).contains("dataset has ended: endOffset=5");
        assertThat(gate.lateness(TRAINING, 4)).isEmpty();
        assertThat(gate.lateness(TRAINING, 6)).contains("dataset has ended: endOffset=5");
        assertThat(gate.refusal(TRAINING)).contains("dataset has ended: endOffset=5");
        assertThat(gate.refusal(END)).isPresent();
    }

    @Test
    void theEndOfOneDatasetOfAMixEndsNoOther() {
        assertThat(gate.lateness(new DatasetEnd("run", Optional.of("code")), 5)).isEmpty();

        assertThat(gate.lateness(shardOf("code"), 4)).isEmpty();
        assertThat(gate.lateness(shardOf("code"), 6)).contains("dataset has ended: endOffset=5");
        assertThat(gate.refusal(shardOf("code"))).contains("dataset has ended: endOffset=5");
        assertThat(gate.refusal(shardOf("web"))).isEmpty();
        assertThat(gate.lateness(shardOf("web"), 6)).isEmpty();
        assertThat(gate.lateness(END, 9)).isEmpty();
        assertThat(gate.lateness(shardOf("web"), 10)).contains("dataset has ended: endOffset=9");
    }

    @Test
    void theEndsOfAllDatasetsOfAMixEndTheRuns() {
        String mix = "[{\"name\": \"code\", \"weight\": 1}, {\"name\": \"web\", \"weight\": 2}]";
        jobs.put(RunSpecs.mixed("run", "{\"contexts\": 1}", 1, mix));
        gate.lateness(new DatasetEnd("run", Optional.of("web")), 7);
        assertThat(gate.refusal(EVALUATION)).isEmpty();

        gate.lateness(new DatasetEnd("run", Optional.of("code")), 5);

        assertThat(gate.refusal(EVALUATION)).contains("dataset has ended: endOffset=7");
        assertThat(gate.lateness(EVALUATION, 6)).isEmpty();
        assertThat(gate.lateness(END, 8)).contains("dataset has ended: endOffset=7");
    }

    private static DatasetShard shardOf(String dataset) {
        return new DatasetShard("run", "s3://b/a.txt", Split.TRAINING, Optional.of(dataset));
    }

    @Test
    void countsAShardThatCameTooLateOnce() {
        gate.lateness(END, 5);
        gate.lateness(TRAINING, 6);
        gate.lateness(EVALUATION, 8);
        gate.lateness(TRAINING, 6);

        DatasetAccount account = new DatasetAccounts(store).of("run");

        assertThat(account.leftOutShards()).isEqualTo(2);
        assertThat(account.reasons())
                .extracting(reason -> reason.text())
                .containsExactly(
                        "s3://b/a.txt: dataset has ended: endOffset=5",
                        "s3://b/x.txt: dataset has ended: endOffset=5");
    }

    @Test
    void refusesWhatIsForARunThatWasGivenUp() {
        end("CANCELLED");

        assertThat(gate.refusal(TRAINING)).contains("run has ended: state=CANCELLED");
        assertThat(gate.refusal(EVALUATION)).contains("run has ended: state=CANCELLED");
        assertThat(gate.refusal(END)).contains("run has ended: state=CANCELLED");
        assertThat(gate.lateness(TRAINING, 3)).contains("run has ended: state=CANCELLED");
    }

    @Test
    void keepsWhatIsInTheLogForARunThatMayBeResumed() {
        end("FAILED");

        assertThat(gate.lateness(TRAINING, 3)).isEmpty();
        assertThat(gate.lateness(EVALUATION, 4)).isEmpty();
        assertThat(new DatasetAccounts(store).of("run").leftOutShards()).isZero();
        assertThat(gate.refusal(TRAINING)).contains("run has ended: state=FAILED");
    }

    @Test
    void takesWhatCompletesTheHeldOutSetOfATrainedRun() {
        end("ENDED");
        assertThat(gate.refusal(TRAINING)).contains("run has ended: state=ENDED");
        assertThat(gate.refusal(EVALUATION)).isEmpty();
        assertThat(gate.refusal(END)).isEmpty();

        store.put(ObjectKeys.heldOutComplete("run"), "{\"contexts\":1}".getBytes(UTF_8));
        assertThat(gate.refusal(EVALUATION)).contains("run has ended: state=ENDED");
        assertThat(gate.refusal(END)).contains("run has ended: state=ENDED");
    }

    @Test
    void knowsAShardThatWasUsedBeforeItsRunEnded() {
        store.put(ObjectKeys.datasetShard("run", 3), TRAINING.toJson());
        end("ENDED");

        assertThat(gate.lateness(TRAINING, 3)).isEmpty();
        assertThat(gate.lateness(TRAINING, 4)).contains("run has ended: state=ENDED");
    }
}
