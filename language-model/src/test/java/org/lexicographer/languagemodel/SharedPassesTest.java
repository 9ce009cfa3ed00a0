package org.lexicographer.languagemodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.program.Programs;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsFolder;

class SharedPassesTest {

    private static final int BATCHES = 5;
    private static final int CONTEXTS = 2;
    private static final int CONTEXT_LENGTH = 12;
    private static final int LAYERS = 4;

    @TempDir Path folder;

    private static Path reference(String name) {
        try {
            return Path.of(SharedPassesTest.class.getResource("/reference/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last batch has fewer contexts, as that of a text mostly has. */
    private static List<NDArray> batches(NDManager scope) {
        List<NDArray> batches = new ArrayList<>();
        Random random = new Random(3);
        for (int batch = 0; batch < BATCHES; batch++) {
            int contexts = batch == BATCHES - 1 ? 1 : CONTEXTS;
            batches.add(
                    scope.create(
                            random.longs((long) contexts * CONTEXT_LENGTH, 0, 40).toArray(),
                            new Shape(contexts, CONTEXT_LENGTH))); // (B, T)
        }
        return batches;
    }

    private static void tryHalf(SharedPass pass, Site site, List<BranchingPass.Branch> branches) {
        try (NDArray half = pass.value(site).mul(0.5)) { // (B, T, width of the site)
            branches.add(pass.branch(site, half));
        }
    }

    private static List<SharedPass.Comparison> oneByOne(LanguageModel model, TreeSet<Site> sites) {
        List<SharedPass.Comparison> found = new ArrayList<>();
        try (NDManager scope = model.newScope()) {
            for (NDArray tokens : batches(scope)) {
                try (SharedPass pass = model.share(tokens)) {
                    List<BranchingPass.Branch> branches = new ArrayList<>();
                    sites.forEach(site -> tryHalf(pass, site, branches));
                    found.add(pass.compare(branches));
                }
            }
        }
        return found;
    }

    private static List<SharedPass.Comparison> together(LanguageModel model, TreeSet<Site> sites) {
        List<List<BranchingPass.Branch>> branches = new ArrayList<>();
        for (int batch = 0; batch < BATCHES; batch++) {
            branches.add(new ArrayList<>());
        }
        try (NDManager scope = model.newScope();
                SharedPasses passes = model.shareAll(batches(scope))) {
            passes.run(sites, (batch, pass, site) -> tryHalf(pass, site, branches.get(batch)));
            return passes.compare(branches);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "gpt2, float32",
        "gpt_neox, float32",
        "sequential, float32",
        "gemma2, float32",
        "gpt_neox, bfloat16"
    })
    void everyBatchHasTheBitsOfAPassOfItsOwn(String name, String type) throws IOException {
        ComputeType computeType = ComputeType.valueOf(type.toUpperCase(Locale.ROOT));
        for (long memory : List.of(0L, Long.MAX_VALUE)) {
            try (LanguageModel model =
                    LanguageModel.load(
                            reference(name),
                            ModelDevices.only(Device.cpu(), memory),
                            computeType)) {
                TreeSet<Site> sites = model.sites().all();

                assertThat(model.isInMemory()).isEqualTo(memory > 0);
                assertThat(together(model, sites)).isEqualTo(oneByOne(model, sites));
            }
        }
    }

    @Test
    void observedValuesAreThoseOfTheModel() throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("llama"), Device.cpu());
                NDManager scope = model.newScope()) {
            List<NDArray> batches = batches(scope);
            TreeSet<Site> sites = new TreeSet<>(model.sites().all());
            Map<String, float[]> found = new TreeMap<>();
            try (SharedPasses passes = model.shareAll(batches)) {
                passes.observe(
                        sites,
                        (batch, pass, site) ->
                                found.put(batch + "/" + site, pass.value(site).toFloatArray()));
            }

            for (int batch = 0; batch < BATCHES; batch++) {
                Map<Site, NDArray> expected = model.observe(batches.get(batch), sites);
                for (Site site : sites) {
                    assertThat(found.get(batch + "/" + site))
                            .isEqualTo(expected.get(site).toFloatArray());
                }
            }
            assertThat(found).hasSize(BATCHES * sites.size());
        }
    }

    @Test
    void whoeverWatchesIsAskedBeforeEachLayerOfEachBatchAndEachPartOfTheComparison()
            throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("llama"), Device.cpu());
                NDManager scope = model.newScope()) {
            AtomicInteger asked = new AtomicInteger();
            List<List<BranchingPass.Branch>> none = Collections.nCopies(BATCHES, List.of());
            try (SharedPasses passes = model.shareAll(batches(scope), asked::incrementAndGet)) {
                passes.run(new TreeSet<>(), (batch, pass, site) -> {});
                assertThat(asked).hasValue(BATCHES * model.layers());

                // One tile holds the whole vocabulary.
                passes.compare(none);
                assertThat(asked).hasValue(BATCHES * model.layers() + BATCHES);
            }
        }
    }

    @Test
    void whoeverWatchesCanEndThePasses() throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("llama"), Device.cpu());
                NDManager scope = model.newScope();
                SharedPasses passes =
                        model.shareAll(
                                batches(scope),
                                () -> {
                                    throw new IllegalStateException("enough");
                                })) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(() -> passes.run(new TreeSet<>(), (batch, pass, site) -> {}))
                    .withMessage("enough");
        }
    }

    @Test
    void leavesNoArrayBehind() throws IOException {
        try (LanguageModel model = LanguageModel.load(reference("llama"), Device.cpu());
                NDManager scope = model.newScope()) {
            NDArray tokens = batches(scope).getFirst(); // (B, T)
            int before = ((BaseNDManager) scope).getManagedArrays().size();

            try (SharedPasses passes = model.shareAll(List.of(tokens, tokens))) {
                passes.run(
                        new TreeSet<>(Set.of(Site.parse("layers.0.mlp.out"))),
                        (batch, pass, site) -> tryHalf(pass, site, new ArrayList<>()));
                passes.compare(List.of(List.of(), List.of()));
            }

            assertThat(((BaseNDManager) scope).getManagedArrays()).hasSize(before);
        }
    }

    /** A model none of whose weights stay in memory, and who asked for which layer how often. */
    private static final class CountedTransformer implements Transformer {
        private final Architecture architecture;
        private final StoredWeights weights;
        private final Map<Integer, Integer> layers = new TreeMap<>();

        CountedTransformer(Architecture architecture, StoredWeights weights) {
            this.architecture = architecture;
            this.weights = weights;
        }

        @Override
        public ModelSize size() {
            return architecture.size();
        }

        @Override
        public Optional<Bfloat16> bfloat16() {
            return Optional.empty();
        }

        @Override
        public boolean isInMemory() {
            return false;
        }

        @Override
        public Embedding embedding() {
            return architecture.embedding(weights.throughout());
        }

        @Override
        public Device device(int layer) {
            return Device.cpu();
        }

        @Override
        public Block block(int layer, NDManager scope) {
            layers.merge(layer, 1, Integer::sum);
            return architecture.block(layer, weights.within(scope));
        }

        @Override
        public Unembedding unembedding() {
            return architecture.unembedding(weights.throughout());
        }
    }

    @Test
    void everyLayerAndTheVocabularyAreWidenedOnceForAllBatchesAndAllThatIsTried()
            throws IOException {
        // Given
        new TinyLanguageModel(LAYERS, 16, 2, 50, 32, 1).writeTo(folder);
        ModelConfig config = ModelConfig.read(new ModelFiles.Local(folder));
        ModelFamily family = ModelFamily.of(config);
        Architecture architecture = family.architecture(config);
        try (SafetensorsFolder tensors = SafetensorsFolder.open(folder);
                NDManager owner = NDManager.newBaseManager(Device.cpu());
                NDManager scope = owner.newSubManager()) {
            StoredWeights weights = new StoredWeights(tensors, owner, Programs.NONE, 0);
            CountedTransformer transformer = new CountedTransformer(architecture, weights);
            ModelSites sites = ModelSites.of(family, architecture.size());
            List<SharedPass> passes = new ArrayList<>();
            List<List<BranchingPass.Branch>> branches = new ArrayList<>();
            for (NDArray tokens : batches(scope)) {
                BranchingPass pass = new BranchingPass(transformer, scope, tokens);
                passes.add(new SharedPass(sites, transformer, tokens, pass));
                branches.add(new ArrayList<>());
            }
            SharedPasses together = new SharedPasses(transformer, scope, passes, () -> {});

            // When
            together.run(
                    sites.all(), (batch, pass, site) -> tryHalf(pass, site, branches.get(batch)));

            // Then: of 12 tensors of each of the layers, and two of the final norm
            assertThat(transformer.layers).isEqualTo(Map.of(0, 1, 1, 1, 2, 1, 3, 1));
            assertThat(weights.widenings()).isEqualTo(12 * LAYERS + 2);

            // When
            together.compare(branches);

            // Then: one tile holds the whole vocabulary
            assertThat(weights.widenings()).isEqualTo(12 * LAYERS + 3);
        }
    }
}
