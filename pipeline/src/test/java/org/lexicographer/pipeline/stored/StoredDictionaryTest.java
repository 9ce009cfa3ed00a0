package org.lexicographer.pipeline.stored;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.pipeline.DictionaryId;

class StoredDictionaryTest {

    @Test
    void aDictionaryIsFoundAgainByTheKeyOfItsConfig() {
        StoredDictionary dictionary =
                new StoredDictionary(DictionaryId.parse("demo/layers.3.mlp.out/standard"), 950);

        assertThat(dictionary.prefix())
                .isEqualTo("dictionaries/demo/layers.3.mlp.out/standard/step-0000000950/");
        assertThat(StoredDictionary.ofConfigKey(dictionary.prefix() + "config.json"))
                .contains(dictionary);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "dictionaries/",
                "dictionaries/demo/layers.3.mlp.out/a/step-0000000950/dictionary.safetensors",
                "dictionaries/demo/layers.3.mlp.out/a/step-950/config.json",
                "dictionaries/demo/nowhere/a/step-0000000950/config.json",
                "dictionaries/demo/layers.3.mlp.out/step-0000000950/config.json",
                "runs/demo/layers.3.mlp.out/a/step-0000000950/config.json"
            })
    void otherObjectsAreNoDictionaries(String key) {
        assertThat(StoredDictionary.ofConfigKey(key)).isEmpty();
    }
}
