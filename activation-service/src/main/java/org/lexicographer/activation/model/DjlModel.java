package org.lexicographer.activation.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.Set;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.ModelSpan;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.tokenizer.SpecialTokens;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.LayerSpan;

/** A language model whose activations are read where they are, if that is in memory. */
public final class DjlModel implements LoadedModel {

    private final Layers layers;
    private final ModelFiles files;

    /** Which layers there are. */
    private sealed interface Layers {

        /** All of them. */
        record All(LanguageModel model) implements Layers {}

        /** Some of them. */
        record Some(ModelSpan span) implements Layers {}
    }

    private DjlModel(Layers layers, ModelFiles files) {
        this.layers = requireNonNull(layers, "layers is null");
        this.files = requireNonNull(files, "files is null");
    }

    /**
     * Loads a Hugging Face folder.
     *
     * @param devices where weights may be, and how many bytes of them are kept
     * @param type of weights in memory, and of what layers compute
     * @throws UnusableRunException when the folder holds no model of a known family, or one that
     *     cannot be read
     */
    public static DjlModel load(ModelFolder folder, ModelDevices devices, ComputeType type) {
        return load(folder, devices, type, Optional.empty());
    }

    /**
     * Loads a Hugging Face folder, or the layers of a span of it.
     *
     * @throws UnusableRunException also when the model has fewer layers
     */
    public static DjlModel load(
            ModelFolder folder, ModelDevices devices, ComputeType type, Optional<LayerSpan> span) {
        try {
            Layers layers =
                    span.<Layers>map(
                                    it ->
                                            new Layers.Some(
                                                    ModelSpan.load(folder, devices, type, it)))
                            .orElseGet(
                                    () ->
                                            new Layers.All(
                                                    LanguageModel.load(folder, devices, type)));
            return new DjlModel(layers, folder.files());
        } catch (InvalidModelException e) {
            throw notUsable(e);
        } catch (IllegalArgumentException e) {
            throw new UnusableRunException(e.getMessage(), e);
        }
    }

    private static UnusableRunException notUsable(InvalidModelException e) {
        return new UnusableRunException("language model not usable: " + e.getMessage(), e);
    }

    @Override
    public int contextLimit() {
        return switch (layers) {
            case Layers.All(LanguageModel model) -> model.contextLimit();
            case Layers.Some(ModelSpan span) -> span.contextLimit();
        };
    }

    @Override
    public int activationDim(Site site) {
        return sites().width(site);
    }

    private ModelSites sites() {
        return switch (layers) {
            case Layers.All(LanguageModel model) -> model.sites();
            case Layers.Some(ModelSpan span) -> span.sites();
        };
    }

    private NDManager newScope() {
        return switch (layers) {
            case Layers.All(LanguageModel model) -> model.newScope();
            case Layers.Some(ModelSpan span) -> span.newScope();
        };
    }

    @Override
    public Set<Integer> specialTokens() {
        try {
            return SpecialTokens.of(files);
        } catch (InvalidModelException e) {
            throw notUsable(e);
        }
    }

    @Override
    public void run(int[] tokens, int contextLength, Set<Site> sites, Receiver receiver) {
        try (NDManager scope = newScope()) {
            int contexts = tokens.length / contextLength;
            NDArray ids = scope.create(tokens, new Shape(contexts, contextLength)); // (B, T)
            switch (layers) {
                case Layers.All(LanguageModel model) ->
                        model.observe(ids, sites, (site, values) -> hand(site, values, receiver));
                case Layers.Some(ModelSpan span) ->
                        span.observe(ids, sites, (site, values) -> hand(site, values, receiver));
            }
        } catch (InvalidModelException e) {
            throw notUsable(e);
        }
    }

    @Override
    public void runFrom(FloatBuffer stream, int contextLength, Set<Site> sites, Receiver receiver) {
        if (!(layers instanceof Layers.Some(ModelSpan span))) {
            throw new IllegalStateException("the first layer is here: it takes tokens");
        }
        try (NDManager scope = span.newScope()) {
            int width = span.sites().width(new Site(0, Site.Kind.EMBED));
            if (stream.limit() % ((long) contextLength * width) != 0) {
                throw new IllegalArgumentException(
                        "residual stream not made of whole contexts: width=%d, contextLength=%d,"
                                        .formatted(width, contextLength)
                                + " values="
                                + stream.limit());
            }
            int contexts = stream.limit() / (contextLength * width);
            NDArray values =
                    scope.create(stream, new Shape(contexts, contextLength, width)); // (B, T, D)
            span.observeFrom(values, sites, (site, found) -> hand(site, found, receiver));
        } catch (InvalidModelException e) {
            throw notUsable(e);
        }
    }

    private static void hand(Site site, NDArray values, Receiver receiver) {
        receiver.receive(
                site, values.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer());
    }

    @Override
    public void close() {
        switch (layers) {
            case Layers.All(LanguageModel model) -> model.close();
            case Layers.Some(ModelSpan span) -> span.close();
        }
    }
}
