package org.lexicographer.eval.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.latent.RandomLatents;
import org.lexicographer.objectstore.RetryableObjectStoreException;

class KeptShardsTest {

    private static final int CONTEXTS = 6;

    private final RandomLatents text = RandomLatents.of(4, CONTEXTS);

    @TempDir Path folder;

    private void keep(KeptShards shards, boolean complete) {
        try (KeptShards.Keeping keeping = shards.keep(3)) {
            for (int context = 0; context < CONTEXTS; context++) {
                keeping.add(0, text.context(context));
                keeping.add(1, text.context(CONTEXTS - 1 - context));
            }
            if (complete) {
                keeping.complete();
            }
        }
    }

    private List<String> replayed(KeptShards shards, int dictionary) {
        List<String> found = new ArrayList<>();
        ContextLatents latents = new ContextLatents(RandomLatents.LATENTS);
        shards.replay(3, dictionary, CONTEXTS, latents, context -> found.add(text(context)));
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

    @Test
    void whatWasCountedIsShownAgain() {
        // Given
        KeptShards shards = new KeptShards(folder, Long.MAX_VALUE);

        // When
        keep(shards, true);

        // Then
        assertThat(shards.has(3)).isTrue();
        assertThat(shards.has(2)).isFalse();
        for (int context = 0; context < CONTEXTS; context++) {
            assertThat(replayed(shards, 0).get(context)).isEqualTo(text(text.context(context)));
            assertThat(replayed(shards, 1).get(CONTEXTS - 1 - context))
                    .isEqualTo(text(text.context(context)));
        }
    }

    @Test
    void aShardForWhichThereIsNoRoomIsNotKept() {
        KeptShards shards = new KeptShards(folder, 1000);

        keep(shards, true);

        assertThat(shards.has(3)).isFalse();
    }

    @Test
    void aShardThatBrokeOffIsNotKept() {
        KeptShards shards = new KeptShards(folder, Long.MAX_VALUE);

        keep(shards, false);

        assertThat(shards.has(3)).isFalse();
    }

    @Test
    void aFileThatIsGoneSaysNothingAboutTheDictionary() throws IOException {
        // Given
        KeptShards shards = new KeptShards(folder, Long.MAX_VALUE);
        keep(shards, true);
        Files.delete(folder.resolve("latents-3-0"));

        // Then: the unit is tried again
        assertThatThrownBy(() -> replayed(shards, 0))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("kept shard not read");
    }
}
