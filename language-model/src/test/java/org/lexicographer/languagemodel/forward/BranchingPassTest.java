package org.lexicographer.languagemodel.forward;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.languagemodel.kernel.DivergenceKernel;
import org.lexicographer.languagemodel.kernel.LossKernel;
import org.lexicographer.pipeline.Site;

class BranchingPassTest {

    private static final int LAYERS = 4;

    private final NDManager scope = NDManager.newBaseManager();
    private final List<String> computed = new ArrayList<>();

    @AfterEach
    void close() {
        scope.close();
    }

    private BranchingPass pass() {
        List<Block> blocks = IntStream.range(0, LAYERS).<Block>mapToObj(CountedBlock::new).toList();
        Transformer transformer =
                new WholeTransformer(
                        new ModelSize(
                                LAYERS,
                                new SiteWidths(2, 2, 2, SiteWidths.BlockOrder.PARALLEL),
                                8,
                                8),
                        Optional.empty(),
                        (tokens, positions) -> {
                            computed.add("embed");
                            return tokens.toType(DataType.FLOAT32, true)
                                    .reshape(1, 2, 1)
                                    .tile(new long[] {1, 1, 2}); // (B, T, D)
                        },
                        blocks,
                        Collections.nCopies(LAYERS, Device.cpu()),
                        new NoUnembedding());
        NDArray tokens = scope.create(new long[] {1, 2}, new Shape(1, 2)); // (B, T)
        return new BranchingPass(transformer, scope, tokens);
    }

    private static final class NoUnembedding implements Transformer.Unembedding {
        @Override
        public NDArray normalize(NDArray stream) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public NDArray logits(NDArray normalized, int from, int to) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public NDArray weigh(NDArray vectors) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public NDArray products(NDArray vectors, int from, int to) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public LossKernel loss(NDArray normalized, long[] targets) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public DivergenceKernel divergences(
                NDArray original, List<NDArray> others, long[] targets) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public void addTo(DivergenceKernel divergences, int from, int to, NDManager scope) {
            throw new IllegalStateException("no logits here");
        }

        @Override
        public void addTo(LossKernel loss, int from, int to, NDManager scope) {
            throw new IllegalStateException("no logits here");
        }
    }

    /** A parallel block that notes what is asked of it. */
    private final class CountedBlock implements Block {
        private final int layer;

        CountedBlock(int layer) {
            this.layer = layer;
        }

        private NDArray plusOne(NDArray value, String site) {
            computed.add(layer + "." + site);
            return value.add(1); // (B, T, D)
        }

        @Override
        public NDArray attentionZ(BlockSites sites) {
            return plusOne(sites.residualPre(), "attn.z");
        }

        @Override
        public NDArray attentionOut(BlockSites sites) {
            return plusOne(sites.attentionZ(), "attn.out");
        }

        @Override
        public NDArray residualMid(BlockSites sites) {
            throw new IllegalStateException("a parallel block has no middle");
        }

        @Override
        public NDArray mlpIn(BlockSites sites) {
            return plusOne(sites.residualPre(), "mlp.in");
        }

        @Override
        public NDArray mlpHidden(BlockSites sites) {
            return plusOne(sites.mlpIn(), "mlp.hidden");
        }

        @Override
        public NDArray mlpOut(BlockSites sites) {
            return plusOne(sites.mlpHidden(), "mlp.out");
        }

        @Override
        public NDArray residualPost(BlockSites sites) {
            computed.add(layer + ".resid.post");
            return sites.mlpOut().add(sites.attentionOut()); // (B, T, D)
        }

        @Override
        public Optional<NDArray> inStream(Site.Kind kind, NDArray directions) {
            throw new IllegalStateException("no directions here");
        }
    }

    private static String[] layer(int layer) {
        return new String[] {
            layer + ".resid.post",
            layer + ".mlp.out",
            layer + ".mlp.hidden",
            layer + ".mlp.in",
            layer + ".attn.out",
            layer + ".attn.z"
        };
    }

    @Test
    void aBranchComputesWhatDependsOnItsSiteAndNothingElse() {
        // Given
        BranchingPass pass = pass();
        Site site = Site.parse("layers.2.mlp.hidden");
        NDArray value = pass.value(site).duplicate(); // (B, T, D)
        pass.branch(site, value);
        computed.clear();

        // When
        pass.branch(site, value).end();

        // Then: the pass itself and both branches run through the last layer
        List<String> expected = new ArrayList<>(List.of("2.resid.post", "2.mlp.out"));
        for (int run = 0; run < 3; run++) {
            expected.addAll(List.of(layer(3)));
        }
        assertThat(computed).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatLiesBelowAndBesideASiteIsComputedOnce() {
        // Given
        BranchingPass pass = pass();
        Site site = Site.parse("layers.2.attn.z");

        // When
        NDArray value = pass.value(site).duplicate(); // (B, T, D)
        for (int branch = 0; branch < 5; branch++) {
            pass.branch(site, value);
        }
        pass.end();

        // Then
        assertThat(computed)
                .containsOnlyOnce("embed", "2.mlp.in", "2.mlp.hidden", "2.mlp.out", "2.attn.z")
                .containsOnlyOnce(layer(0))
                .containsOnlyOnce(layer(1));
        assertThat(computed).filteredOn("2.attn.out"::equals).hasSize(6);
        assertThat(computed).filteredOn("3.attn.z"::equals).hasSize(6);
    }

    @Test
    void runsNoFurtherThanTheSiteNeeds() {
        // When
        pass().value(Site.parse("layers.1.mlp.in"));

        // Then
        assertThat(computed).endsWith("1.mlp.in").doesNotContain("1.attn.z", "2.mlp.in");
    }
}
