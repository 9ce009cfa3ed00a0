package org.lexicographer.eval.latent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SilentContextsTest {

    private static final long SEED = 4;

    private final RandomLatents text = RandomLatents.of(8, 150);

    private ActivityLog log(int first, int end) {
        ActivityLog log = new ActivityLog();
        for (int context = first; context < end; context++) {
            log.add(text.context(context));
        }
        return log;
    }

    @Test
    void theSmallestHashesAmongSilentContextsAreKeptWhateverTheParts() {
        // Given
        SilentContexts silent = new SilentContexts(RandomLatents.LATENTS, SEED);

        // When
        silent.add(log(70, 150), 70, 150);
        silent.add(log(0, 70), 0, 70);

        // Then
        for (int latent = 0; latent < RandomLatents.LATENTS; latent++) {
            int own = latent;
            List<Integer> expected =
                    IntStream.range(0, text.contexts())
                            .filter(context -> text.maximum(context, own) == 0)
                            .boxed()
                            .sorted(
                                    Comparator.comparing(
                                            context -> SampleHash.of(SEED, own, context)))
                            .limit(SilentContexts.KEPT)
                            .toList();
            assertThat(IntStream.of(silent.of(latent)).boxed()).isEqualTo(expected);
        }
    }

    @Test
    void anotherSeedDrawsAnotherSample() {
        SilentContexts silent = new SilentContexts(RandomLatents.LATENTS, SEED);
        SilentContexts other = new SilentContexts(RandomLatents.LATENTS, SEED + 1);

        silent.add(log(0, 150), 0, 150);
        other.add(log(0, 150), 0, 150);

        assertThat(other.of(6)).isNotEqualTo(silent.of(6));
    }
}
