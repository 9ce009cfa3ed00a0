package org.lexicographer.benchmark.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.languagemodel.LanguageModel;

class MeasuredModelTest {

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void isAModelThatTheTokensAreOf(MeasuredModel measured) throws Exception {
        Texts texts = measured.texts(folder, 2, 16);

        try (LanguageModel model = LanguageModel.load(texts.path(), Device.cpu())) {
            assertThat(model.layers()).isEqualTo(measured.layers());
            assertThat(Arrays.stream(texts.read()).boxed())
                    .hasSize(32)
                    .allMatch(id -> id < model.vocabularySize());
        }
    }

    @Test
    void isWrittenOnce() throws Exception {
        Path config = MeasuredModel.demo.texts(folder, 2, 16).path().resolve("config.json");
        Files.writeString(config, "mine");

        MeasuredModel.demo.texts(folder, 2, 16);

        assertThat(config).hasContent("mine");
    }
}
