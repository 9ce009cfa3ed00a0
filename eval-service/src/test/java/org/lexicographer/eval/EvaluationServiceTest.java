package org.lexicographer.eval;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.IdentityDictionary;
import org.lexicographer.dictionary.ZeroDictionary;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.objectstore.ObjectStore;

@QuarkusTest
@WithTestResource(EmbeddedServersResource.class)
class EvaluationServiceTest {

    private static final int CONTEXTS = 6;
    private static final Dictionary IDENTITY = new IdentityDictionary(StoredRun.ACTIVATION_DIM);
    private static final Dictionary ZERO =
            new ZeroDictionary(StoredRun.ACTIVATION_DIM, StoredRun.ACTIVATION_DIM, 8);

    @Inject ObjectStore store;

    @ConfigProperty(name = "kafka.bootstrap.servers")
    String bootstrapServers;

    private TopicRecords topics;

    @BeforeEach
    void connect() {
        topics = new TopicRecords(bootstrapServers);
    }

    private StoredRun run(String name) {
        return new StoredRun(store, name).storeSpec().storeHeldOut(CONTEXTS);
    }

    private StoredRun readyRun(String name) {
        return run(name).completeHeldOut(CONTEXTS);
    }

    private void announce(DictionaryCheckpoint checkpoint) {
        topics.send(Topics.DICTIONARIES, checkpoint.key(), checkpoint.toJson());
    }

    private Evaluation awaitEvaluation(DictionaryCheckpoint checkpoint) {
        String key = checkpoint.dictionary() + "/" + checkpoint.step() + "/held-out";
        return Json.read(
                topics.await(Topics.EVALUATIONS, r -> r.key().equals(key)).value(),
                Evaluation.class);
    }

    @Test
    void theIdentityRecoversExactlyOneAndTheZeroDictionaryExactlyNothing() {
        // Given
        StoredRun run = readyRun("oracles");
        DictionaryCheckpoint identity = run.saved("identity", IDENTITY);
        DictionaryCheckpoint zero = run.saved("zero", ZERO);

        // When
        announce(identity);
        announce(zero);

        // Then
        assertThat(awaitEvaluation(identity).metric("loss_recovered")).contains(1.0);
        assertThat(awaitEvaluation(zero).metric("loss_recovered")).contains(0.0);
        given().get("/dictionaries/oracles/layers.0.mlp.out/identity/loss-recovered")
                .then()
                .statusCode(200)
                .body("lossRecovered", equalTo(1.0f))
                .body("contexts", equalTo(CONTEXTS))
                .body("tokens", equalTo(CONTEXTS * StoredRun.CONTEXT_LENGTH));
        given().get("/dictionaries/oracles/layers.0.mlp.out/zero/loss-recovered")
                .then()
                .statusCode(200)
                .body("lossRecovered", equalTo(0.0f));
        assertThat(given().accept("text/plain").get("/runs/oracles/evaluations").asString())
                .contains("% loss recovered", "100.0");
        given().get("/runs/oracles/evaluations")
                .then()
                .statusCode(200)
                .body("recipe", contains("identity", "zero"))
                .body("[0].lossRecovered", equalTo(1.0f))
                .body("[1].l0", equalTo(0.0f));
    }
}
