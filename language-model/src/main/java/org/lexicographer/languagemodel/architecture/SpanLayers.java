package org.lexicographer.languagemodel.architecture;

import static java.util.Objects.requireNonNull;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.Layers;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.program.Bfloat16;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.languagemodel.weights.Placement;
import org.lexicographer.languagemodel.weights.StoredWeights;
import org.lexicographer.languagemodel.weights.Weights;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.LayerSpan;

/**
 * A span of a transformer's layers: no more weights are read than theirs, and the embedding's where
 * the span begins with the first layer.
 *
 * @param size the dimensions of the whole model
 * @param span which layers
 * @param bfloat16 what blocks compute with where they do in bfloat16
 * @param embedding the start of the residual stream, of a span that begins there
 * @param blocks where the layers come from
 * @param devices of each layer of the span the device that its weights are on
 */
public record SpanLayers(
        ModelSize size,
        LayerSpan span,
        Optional<Bfloat16> bfloat16,
        Optional<Transformer.Embedding> embedding,
        Blocks blocks,
        List<Device> devices)
        implements Layers {

    /** Gives a layer, as {@link Layers#block} does. */
    interface Blocks {
        Block block(int layer, NDManager scope);
    }

    /** Checks that nothing is absent. */
    public SpanLayers {
        requireNonNull(size, "size is null");
        requireNonNull(span, "span is null");
        requireNonNull(blocks, "blocks is null");
        devices = List.copyOf(devices);
    }

    /**
     * Opens a span of a folder's weights, as {@link StoredTransformer#open} does all of them: the
     * names, shapes and types of all are checked.
     *
     * @throws IllegalArgumentException when the model has fewer layers
     */
    public static SpanLayers open(
            Parts parts, Path folder, NDManager owner, ModelDevices devices, ComputeType type)
            throws IOException {
        return new WeightsOpening<>(parts.architecture(), parts).open(folder, owner, devices, type);
    }

    @Override
    public Device device(int layer) {
        return devices.get(layer - span.first());
    }

    @Override
    public Block block(int layer, NDManager scope) {
        if (!span.contains(layer)) {
            throw new IllegalArgumentException(
                    "layer not in the span: layer=%d, span=%s".formatted(layer, span));
        }
        return blocks.block(layer, scope);
    }

    /**
     * What a span is made of.
     *
     * @param architecture of the whole model
     * @param span which of its layers
     */
    public record Parts(Architecture architecture, LayerSpan span)
            implements WeightsOpening.Parts<SpanLayers> {

        /** Checks that the model has the layers. */
        public Parts {
            if (span.end() > architecture.size().layers()) {
                throw new IllegalArgumentException(
                        "span beyond the model's layers: layers=%d, span=%s"
                                .formatted(architecture.size().layers(), span));
            }
        }

        private boolean hasEmbedding() {
            return span.first() == 0;
        }

        private IntStream layers() {
            return IntStream.range(span.first(), span.end());
        }

        @Override
        public void takeAll(Weights weights) {
            if (hasEmbedding()) {
                architecture.embedding(weights);
            }
            layers().forEach(layer -> architecture.block(layer, weights));
        }

        @Override
        public Placement.Sizes sizes(ToLongFunction<Function<Weights, ?>> bytes) {
            return new Placement.Sizes(
                    hasEmbedding() ? bytes.applyAsLong(architecture::embedding) : 0,
                    layers().mapToObj(
                                    layer ->
                                            bytes.applyAsLong(
                                                    weights -> architecture.block(layer, weights)))
                            .toList(),
                    0);
        }

        @Override
        public SpanLayers whole(List<Device> devices, Function<Device, Weights> weights) {
            List<Block> blocks = new ArrayList<>();
            for (int i = 0; i < span.layers(); i++) {
                Weights there = weights.apply(devices.get(i));
                blocks.add(architecture.block(span.first() + i, there));
            }
            return new SpanLayers(
                    architecture.size(),
                    span,
                    weights.apply(devices.getFirst()).bfloat16(),
                    embedding(weights.apply(devices.getFirst())),
                    (layer, scope) -> blocks.get(layer - span.first()),
                    devices);
        }

        @Override
        public SpanLayers stored(StoredWeights weights, Device device) {
            return new SpanLayers(
                    architecture.size(),
                    span,
                    weights.bfloat16(),
                    embedding(weights.throughout()),
                    (layer, scope) -> architecture.block(layer, weights.within(scope)),
                    Collections.nCopies(span.layers(), device));
        }

        private Optional<Transformer.Embedding> embedding(Weights weights) {
            return hasEmbedding() ? Optional.of(architecture.embedding(weights)) : Optional.empty();
        }
    }
}
