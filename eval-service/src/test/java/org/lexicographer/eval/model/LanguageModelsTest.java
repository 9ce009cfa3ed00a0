package org.lexicographer.eval.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.languagemodel.TinyLanguageModel;

class LanguageModelsTest {

    private static final Duration IDLE = Duration.ofMinutes(1);

    @TempDir private Path folder;

    private Instant now = Instant.EPOCH;
    private final LanguageModels models =
            new LanguageModels(
                    Device.cpu(),
                    IDLE,
                    new InstantSource() {
                        @Override
                        public Instant instant() {
                            return now;
                        }
                    });

    @BeforeEach
    void write() {
        TinyLanguageModel.standard().writeTo(folder);
    }

    @AfterEach
    void close() {
        models.close();
    }

    @Test
    void usersShareOneModel() {
        try (LanguageModels.Lease first = models.lease(folder);
                LanguageModels.Lease second = models.lease(folder)) {
            assertThat(second.model()).isSameAs(first.model());
        }
    }

    @Test
    void closesAModelThatNobodyHasUsedForAWhile() {
        // Given
        models.lease(folder).close();

        // When
        now = now.plus(IDLE).minusSeconds(1);
        models.closeIdle();
        int before = models.loaded();
        now = now.plusSeconds(1);
        models.closeIdle();

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(models.loaded()).isZero();
    }

    @Test
    void keepsAModelInUseHoweverLong() {
        try (LanguageModels.Lease lease = models.lease(folder)) {
            // Given
            models.lease(folder).close();

            // When
            now = now.plus(IDLE.multipliedBy(2));
            models.closeIdle();

            // Then
            assertThat(models.loaded()).isEqualTo(1);
            assertThat(lease.model().layers()).isEqualTo(2);
        }
    }

    @Test
    void namesTheFolderThatIsNoModel(@TempDir Path empty) {
        assertThatExceptionOfType(UnusableInputException.class)
                .isThrownBy(() -> models.lease(empty))
                .withMessageContaining(empty.toString());
    }
}
