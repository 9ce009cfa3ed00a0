package org.lexicographer.activation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;

class LanguageModelsTest {

    private static final LanguageModelSource SOURCE =
            new LanguageModelSource("s3://models/a/", Optional.of("1"));

    private final List<FakeModel> loaded = new ArrayList<>();
    private final LanguageModels models =
            new LanguageModels(
                    source -> {
                        loaded.add(new FakeModel());
                        return loaded.getLast();
                    });

    @Test
    void runsWithTheSameModelShareIt() {
        try (LanguageModels.Lease first = models.lease(SOURCE);
                LanguageModels.Lease second = models.lease(SOURCE)) {
            assertThat(first.model()).isSameAs(second.model());
            assertThat(loaded).hasSize(1);
        }
    }

    @Test
    void anotherRevisionIsAnotherModel() {
        // Given
        LanguageModelSource later = new LanguageModelSource(SOURCE.uri(), Optional.of("2"));

        // Then
        try (LanguageModels.Lease first = models.lease(SOURCE);
                LanguageModels.Lease second = models.lease(later)) {
            assertThat(first.model()).isNotSameAs(second.model());
            assertThat(models.size()).isEqualTo(2);
        }
    }

    @Test
    void aModelIsClosedWithItsLastLease() {
        // Given
        LanguageModels.Lease first = models.lease(SOURCE);
        LanguageModels.Lease second = models.lease(SOURCE);

        // When
        first.close();
        first.close();

        // Then
        assertThat(loaded.getFirst().isClosed()).isFalse();
        second.close();
        assertThat(loaded.getFirst().isClosed()).isTrue();
        assertThat(models.size()).isZero();
    }
}
