package org.lexicographer.eval.neuronpedia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;

class NeuronpediaNamesTest {

    @ParameterizedTest
    @CsvSource({
        "s3://lexicographer/models/demo/, demo",
        "hf://EleutherAI/pythia-70m-deduped@e93a9faa, pythia-70m-deduped",
        "hf://google/gemma-2-2b, gemma-2-2b",
        "file:/models/My_Model, my-model"
    })
    void aModelIsCalledAsItsFolder(String uri, String model) {
        assertThat(NeuronpediaNames.modelAt(uri)).isEqualTo(model);
    }

    @ParameterizedTest
    @CsvSource({
        "demo/layers.0.mlp.out/standard, mlp-out-demo-standard-9132425b",
        "7b--run/embed/k-32, embed-7b-run-k-32-804ffc2f"
    })
    void aSetOfItsOwnHasANameThatIsAllowed(String dictionary, String set) {
        DictionaryId id = DictionaryId.parse(dictionary);

        NeuronpediaNames names =
                new NeuronpediaNames("gpt2", id.site().layer(), NeuronpediaNames.setOf(id));

        assertThat(names.source()).isEqualTo("0-" + set);
    }

    /** All of these would be one without the digest. */
    @Test
    void noTwoRecipesShareASetAndARecipesLayersDo() {
        assertThat(
                        Stream.of(
                                        "a/layers.3.mlp.out/b-c",
                                        "a-b/layers.3.mlp.out/c",
                                        "a--b/layers.3.mlp.out/c",
                                        "a-b/layers.4.mlp.out/c")
                                .map(DictionaryId::parse)
                                .map(NeuronpediaNames::setOf))
                .containsExactly(
                        "mlp-out-a-b-c-5c042426",
                        "mlp-out-a-b-c-c8342eca",
                        "mlp-out-a-b-c-e8aa7f2f",
                        "mlp-out-a-b-c-c8342eca");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "neurons", "Res", "res_jb", "res--jb", "-res", "res-", "3-res"})
    void aNameThatNeuronpediaRefusesIsNamed(String set) {
        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> new NeuronpediaNames("-", 0, set))
                .satisfies(
                        e ->
                                assertThat(e.errors())
                                        .extracting(FieldError::field)
                                        .containsExactly("model", "set"));
    }

    @Test
    void aFolderWhoseNameIsNoneOfAModelsAsksForOne() {
        String name = NeuronpediaNames.modelAt("s3://bucket/7b/");

        assertThatExceptionOfType(InvalidFieldsException.class)
                .isThrownBy(() -> new NeuronpediaNames(name, 0, "res"))
                .withMessageContaining("found=7b");
    }
}
