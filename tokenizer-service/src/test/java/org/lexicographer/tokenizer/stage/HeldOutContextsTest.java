package org.lexicographer.tokenizer.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.tokenizer.PackedContext;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.block.DatasetPosition;
import org.lexicographer.pipeline.block.TokenBlock;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.stored.ContextOrigins;
import org.lexicographer.pipeline.stored.HeldOutSet;
import org.lexicographer.tokenizer.RunSpecs;

/** What is gathered at a time is bounded, however many contexts are wanted. */
class HeldOutContextsTest {

    private static final RunSpec SPEC =
            RunSpecs.small("run", "{\"contexts\": 7, \"source\": \"stream\"}", 4);

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");

    /** Parts of two contexts. */
    private HeldOutContexts resume(Optional<TokenBlock> last) {
        return HeldOutContexts.resume(objects, SPEC, last, 2 * SPEC.contextLength() + 1);
    }

    private static PackedContext context(int number, long shard) {
        int[] tokens = new int[SPEC.contextLength()];
        Arrays.fill(tokens, number);
        return new PackedContext(tokens, new DatasetPosition(shard, 0, number), List.of());
    }

    private List<String> keys() {
        return objects.list(ObjectKeys.heldOut("run"))
                .map(ObjectStat::key)
                .filter(ObjectKeys::isHeldOutContexts)
                .sorted()
                .toList();
    }

    private List<Integer> numbers() {
        return keys().stream()
                .flatMap(
                        key -> {
                            int[] tokens = TokenBlockFormat.decode(objects.bytes(key)).tokens();
                            return Arrays.stream(tokens).boxed().distinct();
                        })
                .toList();
    }

    @Test
    void aShardThatGivesManyIsStoredInParts() {
        HeldOutContexts contexts = resume(Optional.empty());
        contexts.shard(3, "s3://a/3");
        for (int i = 0; i < 5; i++) {
            contexts.add(context(i, 3));
        }
        assertThat(keys()).hasSize(2);
        contexts.endShard(3);
        contexts.shard(4, "s3://a/4");
        contexts.add(context(5, 4));
        contexts.add(context(6, 4));

        assertThat(contexts.isComplete()).isTrue();
        assertThat(numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6);
        assertThat(keys())
                .containsExactly(
                        ObjectKeys.heldOutContexts("run", 3),
                        ObjectKeys.heldOutContexts("run", 3, 1),
                        ObjectKeys.heldOutContexts("run", 3, 2),
                        ObjectKeys.heldOutContexts("run", 4));
        assertThat(HeldOutSet.read(objects.bytes(ObjectKeys.heldOutComplete("run"))).contexts())
                .isEqualTo(7);
        assertThat(keys())
                .allSatisfy(key -> assertThat(origins(key).contexts()).hasSizeBetween(1, 2));
    }

    private ContextOrigins origins(String key) {
        return ContextOrigins.read(objects.bytes(ObjectKeys.heldOutOrigins("run", key)));
    }

    @Test
    void mixedShardsGiveThemInTheOrderOfTheStream() {
        HeldOutContexts contexts = resume(Optional.empty());
        for (int i = 0; i < 7; i++) {
            contexts.add(context(i, 9 - i));
        }

        assertThat(contexts.isComplete()).isTrue();
        assertThat(numbers()).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void partsOfEarlierShardsCountWhenTheWorkIsResumed() {
        HeldOutContexts contexts = resume(Optional.empty());
        for (int i = 0; i < 3; i++) {
            contexts.add(context(i, 3));
        }
        contexts.endShard(3);
        contexts.add(context(3, 4));
        contexts.add(context(4, 4));

        TokenBlock last = new TokenBlock(0, 4, new int[8], new DatasetPosition(4, 0, 0));
        assertThat(resume(Optional.of(last)).contexts()).isEqualTo(3);
    }
}
