package org.lexicographer.eval.statistics.kept;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.RandomLatents;
import org.lexicographer.eval.statistics.kept.KeptLatents.Key;
import org.lexicographer.objectstore.RetryableObjectStoreException;

class KeptLatentsTest {

    private static final int CONTEXTS = 6;
    private static final Key FIRST = key("run", "first", "3");
    private static final Key SECOND = key("run", "second", "3");

    private final RandomLatents text = RandomLatents.of(4, CONTEXTS);

    private static Key key(String run, String dictionary, String shard) {
        return new Key(run, "dictionaries/%s/%s/".formatted(run, dictionary), shard);
    }

    private void keep(KeptLatents kept, Key key, boolean complete) {
        try (KeptLatents.Keeping keeping = kept.keep(key)) {
            for (int context = 0; context < CONTEXTS; context++) {
                keeping.add(text.context(context));
            }
            if (complete) {
                keeping.complete();
            }
        }
    }

    private List<String> replayed(KeptLatents kept, Key key) {
        List<String> found = new ArrayList<>();
        ContextLatents latents = new ContextLatents(RandomLatents.LATENTS);
        kept.replay(key, CONTEXTS, latents, context -> found.add(text(context)));
        return found;
    }

    private static String text(ContextLatents context) {
        StringBuilder text = new StringBuilder();
        text.append(context.number()).append(' ').append(context.tokens()).append('\n');
        for (int place = 0; place < context.active(); place++) {
            text.append(context.latent(place));
            for (int entry = context.start(place); entry < context.end(place); entry++) {
                text.append(' ').append(context.position(entry));
                text.append('=').append(context.value(entry));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /** How many bytes a shard takes. */
    private long size() {
        long size = 0;
        for (int context = 0; context < CONTEXTS; context++) {
            size += Integer.BYTES + text.context(context).bytes();
        }
        return size;
    }

    @Test
    void whatWasRunIsShownAgain() {
        try (KeptLatents kept = new KeptLatents(Long.MAX_VALUE)) {
            // When
            keep(kept, FIRST, true);

            // Then
            assertThat(kept.has(FIRST)).isTrue();
            assertThat(kept.has(SECOND)).isFalse();
            assertThat(replayed(kept, FIRST))
                    .containsExactlyElementsOf(
                            IntStream.range(0, CONTEXTS)
                                    .mapToObj(context -> text(text.context(context)))
                                    .toList());
        }
    }

    @Test
    void aShardForWhichThereIsNoRoomIsNotKeptAndTakesNone() {
        try (KeptLatents kept = new KeptLatents(2 * size() - 1)) {
            // Given
            keep(kept, FIRST, true);

            // When
            keep(kept, SECOND, true);

            // Then: the one before it is still there, and what was begun is not
            assertThat(kept.has(FIRST)).isTrue();
            assertThat(kept.has(SECOND)).isFalse();
            kept.forget(Set.of(FIRST.prefix()));
            keep(kept, SECOND, true);
            assertThat(kept.has(SECOND)).isTrue();
        }
    }

    @Test
    void whatWasKeptOfAnotherRunMakesWay() {
        try (KeptLatents kept = new KeptLatents(2 * size())) {
            // Given
            Key other = key("other", "first", "3");
            keep(kept, FIRST, true);
            keep(kept, SECOND, true);

            // When
            keep(kept, other, true);

            // Then: that was kept first
            assertThat(kept.has(FIRST)).isFalse();
            assertThat(kept.has(SECOND)).isTrue();
            assertThat(replayed(kept, other)).hasSize(CONTEXTS);
        }
    }

    @Test
    void aShardThatBrokeOffIsNotKept() {
        try (KeptLatents kept = new KeptLatents(size())) {
            keep(kept, FIRST, false);

            assertThat(kept.has(FIRST)).isFalse();
            keep(kept, SECOND, true);
            assertThat(kept.has(SECOND)).isTrue();
        }
    }

    @Test
    void aFileThatIsGoneSaysNothingAboutTheDictionary() {
        KeptLatents kept = new KeptLatents(Long.MAX_VALUE);
        keep(kept, FIRST, true);
        kept.close();

        // Then: the unit is tried again, and what it needs is run
        assertThatThrownBy(() -> replayed(kept, FIRST))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("kept shard not read");
        assertThat(kept.has(FIRST)).isFalse();
    }
}
