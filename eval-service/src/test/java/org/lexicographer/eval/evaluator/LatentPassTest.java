package org.lexicographer.eval.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.eval.evaluator.LatentPass.Reader;
import org.lexicographer.eval.latent.ContextLatents;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.TinyLanguageModel;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

class LatentPassTest {

    private static final int DIM = StoredRun.ACTIVATION_DIM;
    private static final int LATENTS = 12;
    private static final int BATCH_CONTEXTS = 4;
    private static final Site FIRST = Site.parse("layers.0.mlp.out");
    private static final Site SECOND = Site.parse("layers.1.resid.post");

    private final Contexts text = StoredRun.contexts(10);
    private LanguageModel model;
    private NDManager manager;
    private Dictionary dictionary;

    @BeforeEach
    void load(@TempDir Path folder) throws IOException {
        model = LanguageModel.load(TinyLanguageModel.standard().writeTo(folder), Device.cpu());
        manager = NDManager.newBaseManager();
        NDArray encoder = manager.randomNormal(new Shape(DIM, LATENTS)); // (D, F)
        dictionary =
                new StandardDictionary(
                        encoder,
                        manager.zeros(new Shape(LATENTS)),
                        encoder.transpose(),
                        manager.zeros(new Shape(DIM)),
                        false);
    }

    @AfterEach
    void release() {
        manager.close();
        model.close();
    }

    private LatentPass pass(Set<Integer> uncounted) {
        return new LatentPass(model, text, BATCH_CONTEXTS, uncounted);
    }

    /** A context's latents as text: number, and all entries. */
    private static String described(ContextLatents latents) {
        List<String> entries = new ArrayList<>();
        for (int place = 0; place < latents.active(); place++) {
            for (int entry = latents.start(place); entry < latents.end(place); entry++) {
                entries.add(
                        "%d@%d=%s"
                                .formatted(
                                        latents.latent(place),
                                        latents.position(entry),
                                        latents.value(entry)));
            }
        }
        return latents.number() + ": " + entries;
    }

    private List<String> run(Site site, int first, int end) {
        List<String> seen = new ArrayList<>();
        pass(Set.of())
                .run(
                        first,
                        end,
                        List.of(new Reader(dictionary, site, it -> seen.add(described(it)))));
        return seen;
    }

    @Test
    void partsOfATextShowTheSameBitsAsTheWhole() {
        // Given
        List<String> whole = run(SECOND, 0, 10);

        // When
        List<String> parts = new ArrayList<>(run(SECOND, 0, 4));
        parts.addAll(run(SECOND, 4, 10));

        // Then
        assertThat(parts).hasSize(10).isEqualTo(whole);
    }

    @Test
    void aModelThatIsNotKeptInMemoryShowsTheSameBits(@TempDir Path folder) throws IOException {
        // Given
        List<String> expected = run(SECOND, 0, 10);
        List<String> expectedBelow = run(FIRST, 0, 10);
        List<String> found = new ArrayList<>();
        List<String> below = new ArrayList<>();

        // When
        try (LanguageModel stored =
                LanguageModel.load(
                        TinyLanguageModel.standard().writeTo(folder),
                        ModelDevices.only(Device.cpu(), 0),
                        ComputeType.FLOAT32)) {
            new LatentPass(stored, text, BATCH_CONTEXTS, Set.of())
                    .run(
                            0,
                            10,
                            List.of(
                                    new Reader(dictionary, SECOND, it -> found.add(described(it))),
                                    new Reader(dictionary, FIRST, it -> below.add(described(it)))));
        }

        // Then
        assertThat(found).hasSize(10).isEqualTo(expected);
        assertThat(below).isEqualTo(expectedBelow);
    }

    @Test
    void dictionariesThatShareAPassSeeWhatEachSeesAlone() {
        // Given
        List<String> first = new ArrayList<>();
        List<String> second = new ArrayList<>();

        // When
        pass(Set.of())
                .run(
                        0,
                        10,
                        List.of(
                                new Reader(dictionary, FIRST, it -> first.add(described(it))),
                                new Reader(dictionary, SECOND, it -> second.add(described(it)))));

        // Then
        assertThat(first).isEqualTo(run(FIRST, 0, 10));
        assertThat(second).isEqualTo(run(SECOND, 0, 10)).isNotEqualTo(first);
    }

    @Test
    void tokensThatDoNotCountShowNothing() {
        // Given
        int uncounted = text.tokens()[0];
        long counting = Arrays.stream(text.tokens()).filter(id -> id != uncounted).count();
        long[] tokens = {0};

        // When
        pass(Set.of(uncounted))
                .run(0, 10, List.of(new Reader(dictionary, FIRST, it -> tokens[0] += it.tokens())));

        // Then
        assertThat(tokens[0]).isEqualTo(counting).isLessThan(text.tokens().length);
    }

    @Test
    void aPartThatCutsABatchIsRefused() {
        assertThatThrownBy(() -> run(FIRST, 2, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("part does not begin with a batch: batchContexts=4, first=2");
    }

    /** Encodes a few rows at a time, so that parts end within contexts. */
    private Dictionary inParts(Runnable beforePart) {
        return (Dictionary)
                Proxy.newProxyInstance(
                        LatentPassTest.class.getClassLoader(),
                        new Class<?>[] {Dictionary.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("outputDim")) {
                                return (1 << 22) / 6;
                            }
                            if (method.getName().equals("encode")) {
                                beforePart.run();
                            }
                            return method.invoke(dictionary, arguments);
                        });
    }

    private List<String> runInParts(long mostHeld, List<String> events) {
        List<String> seen = new ArrayList<>();
        Reader first =
                new Reader(
                        inParts(() -> events.add("encode")),
                        FIRST,
                        it -> {
                            events.add("show " + it.number());
                            seen.add(described(it));
                        });
        Reader second = new Reader(inParts(() -> events.add("second")), SECOND, _ -> {});
        new LatentPass(model, text, BATCH_CONTEXTS, Set.of(), mostHeld)
                .run(0, 10, List.of(first, second));
        return seen;
    }

    @Test
    void latentsForWhichThereIsNoRoomAreShownBeforeMoreAreFound() {
        // Given
        List<String> events = new ArrayList<>();
        List<String> unbounded = runInParts(Long.MAX_VALUE, new ArrayList<>());

        // When
        List<String> bounded = runInParts(0, events);

        // Then: parts of six tokens, contexts of sixteen
        assertThat(bounded).hasSize(10).isEqualTo(unbounded);
        assertThat(events.subList(0, 9))
                .containsExactly(
                        "encode", "encode", "encode", "show 0", "encode", "encode", "encode",
                        "show 1", "encode");
        assertThat(events.indexOf("show 3")).isLessThan(events.indexOf("second"));
    }
}
