package org.lexicographer.languagemodel;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.lexicographer.languagemodel.architecture.Architecture;
import org.lexicographer.languagemodel.architecture.SpanLayers;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.forward.ForwardPass;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.run.LayerSpan;
import org.lexicographer.pipeline.safetensors.SafetensorsException;

/**
 * A span of a language model's layers, of whose weights alone it needs memory. The spans of a model
 * one after the other, each taking the {@code resid.post} of the last layer before it, give at all
 * sites the bits of the {@link LanguageModel}. Threads may share one.
 */
public final class ModelSpan implements AutoCloseable {

    private final NDManager owner;
    private final ModelSites sites;
    private final SpanLayers layers;

    private ModelSpan(NDManager owner, ModelSites sites, SpanLayers layers) {
        this.owner = requireNonNull(owner, "owner is null");
        this.sites = requireNonNull(sites, "sites is null");
        this.layers = requireNonNull(layers, "layers is null");
    }

    /**
     * Loads a span of a folder, as {@link LanguageModel#load(ModelFolder, ModelDevices,
     * ComputeType)} loads all of it.
     *
     * @throws InvalidModelException whatever is wrong with it
     * @throws IllegalArgumentException when the model has fewer layers
     */
    public static ModelSpan load(
            ModelFolder folder, ModelDevices devices, ComputeType type, LayerSpan span) {
        NDManager owner = NDManager.newBaseManager(devices.first());
        boolean loaded = false;
        try {
            ModelConfig config = ModelConfig.read(new ModelFiles.Local(folder.path()));
            ModelFamily family = ModelFamily.of(config);
            Architecture architecture = family.architecture(config);
            SpanLayers layers =
                    SpanLayers.open(
                            new SpanLayers.Parts(architecture, span),
                            folder.path(),
                            owner,
                            devices,
                            type);
            loaded = true;
            return new ModelSpan(owner, ModelSites.of(family, architecture.size()), layers);
        } catch (SafetensorsException | IOException e) {
            throw LanguageModel.notReadable(folder, e);
        } finally {
            if (!loaded) {
                owner.close();
            }
        }
    }

    /** Returns the longest context in tokens. */
    public int contextLimit() {
        return layers.size().contextLimit();
    }

    /** Returns the sites of the whole model. */
    public ModelSites sites() {
        return sites;
    }

    /** Returns a new manager on the first device, for the caller to fill and to close. */
    public NDManager newScope() {
        return owner.newSubManager();
    }

    /**
     * Hands over the activations (B, T, width of the site) at sites of a span that begins with the
     * first layer, as {@link LanguageModel#observe(NDArray, Set, BiConsumer)} does.
     *
     * @param tokens ids (B, T), as the model takes them
     */
    public void observe(NDArray tokens, Set<Site> sites, BiConsumer<Site, NDArray> observer) {
        require(sites);
        try (NDManager scope = tokens.getManager().newSubManager()) {
            NDArray ids = TokenIds.checked(tokens, layers.size(), scope); // (B, T)
            ForwardPass.Start start =
                    layers.embedding()
                            .map(embedding -> new ForwardPass.Start.Tokens(ids, embedding))
                            .orElseThrow(
                                    () ->
                                            new IllegalStateException(
                                                    "span without embedding: span="
                                                            + layers.span()));
            new ForwardPass(layers, scope, Map.of()).observe(start, sites, observer);
        }
    }

    /**
     * Hands over the activations (B, T, width of the site) at sites of the span, like {@link
     * #observe}.
     *
     * @param stream the residual stream (B, T, D) float32 at the first layer's {@code resid.pre},
     *     which stays the caller's
     * @throws IllegalArgumentException when it has another shape or type
     */
    public void observeFrom(NDArray stream, Set<Site> sites, BiConsumer<Site, NDArray> observer) {
        require(sites);
        Shape shape = stream.getShape();
        int width = layers.size().activationDim();
        boolean fits = shape.dimension() == 3 && shape.get(2) == width;
        if (!fits || stream.getDataType() != DataType.FLOAT32) {
            throw new IllegalArgumentException(
                    "residual stream mismatch: expected=float32 (B, T, %d), found=%s %s"
                            .formatted(width, stream.getDataType(), shape));
        }
        TokenIds.checkLength(shape.get(1), layers.size());
        try (NDManager scope = stream.getManager().newSubManager()) {
            NDArray own = stream.reshape(shape); // (B, T, D)
            own.attach(scope);
            new ForwardPass(layers, scope, Map.of())
                    .observe(
                            new ForwardPass.Start.Stream(layers.span().first(), own),
                            sites,
                            observer);
        }
    }

    private void require(Set<Site> wanted) {
        sites.require(wanted);
        wanted.stream()
                .filter(site -> !layers.span().contains(site.layer()))
                .findFirst()
                .ifPresent(
                        site -> {
                            throw new IllegalArgumentException(
                                    "site not in the span: site=%s, span=%s"
                                            .formatted(site, layers.span()));
                        });
    }

    /** Releases the weights, and every scope that is still open. */
    @Override
    public void close() {
        owner.close();
    }
}
