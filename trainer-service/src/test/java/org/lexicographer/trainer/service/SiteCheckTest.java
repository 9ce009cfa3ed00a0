package org.lexicographer.trainer.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.RunSpecs;

class SiteCheckTest {

    private static final String CONFIG =
            """
            {"model_type": "%s", "num_hidden_layers": 2, "hidden_size": 16,
             "num_attention_heads": 2, "intermediate_size": 64, "vocab_size": 50,
             "max_position_embeddings": 32, "use_parallel_residual": %s}
            """;

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final SiteCheck check = new SiteCheck(objects, false, HubSources.none());

    private void store(String family, boolean parallel) {
        byte[] config = CONFIG.formatted(family, parallel).getBytes(StandardCharsets.UTF_8);
        objects.put("models/tiny/config.json", config);
    }

    private static RunSpec at(String... sites) {
        return RunSpecs.changed(
                RunSpecs.of("placed", 4),
                json -> {
                    json.withObject("languageModel").put("uri", "s3://lexicographer/models/tiny/");
                    json.putArray("sites");
                    for (String site : sites) {
                        json.withArray("sites").add(site);
                    }
                });
    }

    private static RunSpec reconstructing(String site, String target) {
        return RunSpecs.changed(
                at(site), json -> ((ObjectNode) json.at("/recipes/1")).put("reconstructs", target));
    }

    @Test
    void admitsSitesThatTheModelHas() {
        store("gpt_neox", false);

        assertThatCode(() -> check.check(at("embed", "layers.1.resid.mid", "layers.0.attn.z")))
                .doesNotThrowAnyException();
    }

    @Test
    void namesEverySiteThatTheModelLacks() {
        store("gpt_neox", true);

        assertThat(refused(at("layers.0.mlp.hidden", "layers.1.resid.mid", "layers.2.mlp.out")))
                .extracting(error -> error.field() + ": " + error.message())
                .containsExactly(
                        "sites[1]: no such site in the model: attention and MLP of a layer read"
                                + " the same input: family=gpt_neox: found=layers.1.resid.mid",
                        "sites[2]: no such site in the model: layers=2: found=layers.2.mlp.out");
    }

    @Test
    void namesTheTargetThatTheModelLacks() {
        store("gpt_neox", true);

        assertThat(refused(reconstructing("layers.0.mlp.in", "resid.mid")))
                .extracting(FieldError::field)
                .containsExactly("recipes[1].reconstructs");
    }

    @Test
    void leavesAModelThatCannotBeReadToTheServicesThatRunIt() {
        assertThatCode(() -> check.check(at("layers.9.mlp.out"))).doesNotThrowAnyException();

        store("unknown", true);

        assertThatCode(() -> check.check(at("layers.9.mlp.out"))).doesNotThrowAnyException();
    }

    private Iterable<FieldError> refused(RunSpec spec) {
        return catchThrowableOfType(InvalidFieldsException.class, () -> check.check(spec)).errors();
    }
}
