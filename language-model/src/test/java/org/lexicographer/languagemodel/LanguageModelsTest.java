package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

class LanguageModelsTest {

    private static final Duration IDLE = Duration.ofMinutes(1);
    private static final String URI = "s3://models/a/";

    private Instant now = Instant.EPOCH;
    private final Map<String, String> contents = new HashMap<>(Map.of(URI, "one"));
    private final List<Model> loaded = new ArrayList<>();
    private final LanguageModels<Model> models = models(IDLE);

    private static final class Model {
        private boolean closed;
    }

    private LanguageModels<Model> models(Duration idle) {
        return new LanguageModels<>(
                uri -> new ModelFolder(Path.of("folder"), contents.get(uri)),
                new LanguageModels.Loading<>(
                        (folder, part) -> load(), model -> model.closed = true),
                idle,
                () -> now);
    }

    private Model load() {
        loaded.add(new Model());
        return loaded.getLast();
    }

    @Test
    void usersShareOneModel() {
        try (LanguageModels.Lease<Model> first = models.lease(URI, ComputeType.FLOAT32);
                LanguageModels.Lease<Model> second = models.lease(URI, ComputeType.FLOAT32)) {
            assertThat(first.model()).isSameAs(second.model());
            assertThat(first.content()).isEqualTo("one");
        }
    }

    @Test
    void twoAddressesOfOneModelShareIt() {
        // Given
        contents.put("file:/a", "one");

        // Then
        try (LanguageModels.Lease<Model> first = models.lease(URI, ComputeType.FLOAT32);
                LanguageModels.Lease<Model> second = models.lease("file:/a", ComputeType.FLOAT32)) {
            assertThat(first.model()).isSameAs(second.model());
        }
    }

    @Test
    void aModelIsInMemoryOnceForEachTypeThatItComputesIn() {
        try (LanguageModels.Lease<Model> wide = models.lease(URI, ComputeType.FLOAT32);
                LanguageModels.Lease<Model> narrow = models.lease(URI, ComputeType.BFLOAT16);
                LanguageModels.Lease<Model> again = models.lease(URI, ComputeType.BFLOAT16)) {
            assertThat(narrow.model()).isNotSameAs(wide.model()).isSameAs(again.model());
            assertThat(narrow.content()).isEqualTo(wide.content());
            assertThat(narrow.identity()).isNotEqualTo(wide.identity());
        }
    }

    @Test
    void aModelThatWasReplacedIsLoadedAnewWhileOthersKeepTheirs() {
        try (LanguageModels.Lease<Model> before = models.lease(URI, ComputeType.FLOAT32)) {
            // When
            contents.put(URI, "two");

            // Then
            try (LanguageModels.Lease<Model> after = models.lease(URI, ComputeType.FLOAT32)) {
                assertThat(after.model()).isNotSameAs(before.model());
                assertThat(after.content()).isEqualTo("two");
                assertThat(before.model().closed).isFalse();
                assertThat(models.loaded()).isEqualTo(2);
            }
        }
    }

    @Test
    void aModelThatIsReplacedWhileItIsLoadedIsNotUsed() {
        // Given
        LanguageModels<Model> racing =
                new LanguageModels<>(
                        uri -> new ModelFolder(Path.of("folder"), contents.get(uri)),
                        new LanguageModels.Loading<>(
                                (folder, part) -> {
                                    contents.put(URI, "two");
                                    return load();
                                },
                                model -> model.closed = true),
                        IDLE,
                        () -> now);

        // Then
        assertThatExceptionOfType(ModelOutageException.class)
                .isThrownBy(() -> racing.lease(URI, ComputeType.FLOAT32))
                .withMessageContaining(URI);
        assertThat(loaded).singleElement().matches(model -> model.closed);
        assertThat(racing.loaded()).isZero();
    }

    @Test
    void closesAModelThatNobodyHasUsedForAWhile() {
        // Given
        models.lease(URI, ComputeType.FLOAT32).close();

        // When
        now = now.plus(IDLE).minusSeconds(1);
        models.closeIdle();
        int before = models.loaded();
        now = now.plusSeconds(1);
        models.closeIdle();

        // Then
        assertThat(before).isEqualTo(1);
        assertThat(models.loaded()).isZero();
        assertThat(loaded).singleElement().matches(model -> model.closed);
    }

    @Test
    void keepsAModelInUseHoweverLong() {
        try (LanguageModels.Lease<Model> lease = models.lease(URI, ComputeType.FLOAT32)) {
            // Given
            models.lease(URI, ComputeType.FLOAT32).close();

            // When
            now = now.plus(IDLE.multipliedBy(2));
            models.closeIdle();

            // Then
            assertThat(models.loaded()).isEqualTo(1);
            assertThat(lease.model().closed).isFalse();
        }
    }

    @Test
    void withoutIdleTimeAModelIsClosedWithItsLastLease() {
        // Given
        LanguageModels<Model> strict = models(Duration.ZERO);
        LanguageModels.Lease<Model> first = strict.lease(URI, ComputeType.FLOAT32);
        LanguageModels.Lease<Model> second = strict.lease(URI, ComputeType.FLOAT32);

        // When
        first.close();
        first.close();

        // Then
        assertThat(loaded.getFirst().closed).isFalse();
        second.close();
        assertThat(loaded.getFirst().closed).isTrue();
        assertThat(strict.loaded()).isZero();
    }
}
