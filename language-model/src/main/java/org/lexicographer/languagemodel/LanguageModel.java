package org.lexicographer.languagemodel;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.lexicographer.languagemodel.architecture.StoredTransformer;
import org.lexicographer.languagemodel.config.ModelConfig;
import org.lexicographer.languagemodel.family.ModelFamily;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.forward.BranchingPass;
import org.lexicographer.languagemodel.forward.ForwardPass;
import org.lexicographer.languagemodel.forward.ForwardPass.Start.Tokens;
import org.lexicographer.languagemodel.forward.TiledLoss;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;
import org.lexicographer.pipeline.safetensors.SafetensorsException;

/**
 * A causal language model whose activations can be observed and replaced at {@link Site}s.
 *
 * <p>Token ids are (B, T), int64 or int32, from 0 to below {@link #vocabularySize()}, T at most
 * {@link #contextLimit()}; anything else is refused with an {@link IllegalArgumentException} that
 * names it. Results belong to the token ids' manager; everything else that a call makes is released
 * when it returns.
 *
 * <p>A replacement is a function of the value (B, T, width of the site) float32 at its site, for
 * all positions at once. It must not change its argument; what it returns must have the same shape
 * and type and is the pass's from then on (return a duplicate of an array that you want to keep).
 * Everything that depends on the site sees the replaced value, and nothing else does: a replaced
 * {@code mlp.in} reaches the MLP, not the residual stream. An observed site shows its replaced
 * value.
 *
 * <p>The same token ids in a batch of the same shape give the same bits. Threads may share a model.
 */
public final class LanguageModel implements AutoCloseable {

    private final NDManager owner;
    private final ModelSites sites;
    private final Transformer transformer;

    private LanguageModel(NDManager owner, ModelSites sites, Transformer transformer) {
        this.owner = owner;
        this.sites = sites;
        this.transformer = transformer;
    }

    /**
     * Loads a Hugging Face folder as {@link #load(Path, ModelDevices, ComputeType)} does, with all
     * weights on a device, as float32.
     */
    public static LanguageModel load(Path folder, Device device) throws IOException {
        return load(folder, ModelDevices.only(device, Long.MAX_VALUE), ComputeType.FLOAT32);
    }

    /**
     * Loads a Hugging Face folder: {@code config.json} and {@code model.safetensors}, or the files
     * that {@code model.safetensors.index.json} names.
     *
     * <p>Weights become float32 or bfloat16. Where all of them may be kept and the devices have
     * room for them, they are put there at once, see {@link
     * org.lexicographer.languagemodel.weights.Placement}. Otherwise they stay as they are stored,
     * in the mapped files, which must not change as long as the model is open; each layer's are
     * widened on the first device for the time of the layer, and stay for as long as the memory
     * allows. The results are the same bits.
     *
     * <p>In bfloat16 values between sites are bfloat16 too. What is observed is float32, what
     * replaces it is rounded; logits and losses are float32 throughout.
     *
     * @param devices where weights may be, and how many bytes of them are kept
     * @param type of weights in memory and of what blocks compute, on any device
     * @throws IOException when a file can't be read
     * @throws InvalidModelException when the configuration or weights are not those of a known
     *     family; a weight that is not finite is found when it is widened, if need be by a pass
     * @throws org.lexicographer.pipeline.safetensors.SafetensorsException when a weights file is
     *     malformed
     */
    public static LanguageModel load(Path folder, ModelDevices devices, ComputeType type)
            throws IOException {
        NDManager owner = NDManager.newBaseManager(devices.first());
        boolean loaded = false;
        try {
            ModelConfig config = ModelConfig.read(new ModelFiles.Local(folder));
            ModelFamily family = ModelFamily.of(config);
            Transformer transformer =
                    StoredTransformer.open(
                            family.architecture(config), folder, owner, devices, type);
            loaded = true;
            return new LanguageModel(owner, ModelSites.of(family, transformer.size()), transformer);
        } finally {
            if (!loaded) {
                owner.close();
            }
        }
    }

    /**
     * Loads a folder that was found on this machine, as {@link #load(Path, ModelDevices,
     * ComputeType)} does.
     *
     * @throws InvalidModelException whatever is wrong with it: the same folder fails the same way
     *     each time
     */
    public static LanguageModel load(ModelFolder folder, ModelDevices devices, ComputeType type) {
        try {
            return load(folder.path(), devices, type);
        } catch (SafetensorsException | IOException e) {
            throw notReadable(folder, e);
        }
    }

    static InvalidModelException notReadable(ModelFolder folder, Exception e) {
        return new InvalidModelException(
                "language model not readable: reason=%s, folder=%s"
                        .formatted(
                                e instanceof SafetensorsException ? e.getMessage() : e,
                                folder.path()),
                e);
    }

    /** Returns the number of layers, L. */
    public int layers() {
        return transformer.size().layers();
    }

    /** Returns the number of token ids, V. */
    public int vocabularySize() {
        return transformer.size().vocabularySize();
    }

    /** Returns the longest context in tokens. */
    public int contextLimit() {
        return transformer.size().contextLimit();
    }

    /** Returns the sites that the model has. */
    public ModelSites sites() {
        return sites;
    }

    /**
     * Returns the width of the activations at a site.
     *
     * @throws IllegalArgumentException when the model has no such site
     */
    public int activationDim(Site site) {
        return sites.width(site);
    }

    /** Returns a new manager on the model's device, for the caller to fill and to close. */
    public NDManager newScope() {
        return owner.newSubManager();
    }

    /**
     * Returns the activations (B, T, D) at the sites. Runs no further than the last of them needs.
     */
    public Map<Site, NDArray> observe(NDArray tokens, Set<Site> sites) {
        return observe(tokens, sites, Map.of());
    }

    /**
     * Hands over the activations (B, T, D) at the sites, each as soon as it is known where that
     * costs no waiting: on a GPU all of them in the end. Runs no further than the last of them
     * needs.
     *
     * @param observer is given each site once, in any order, on this thread; an array stays the
     *     pass's, and lasts until the observer returns
     */
    public void observe(NDArray tokens, Set<Site> sites, BiConsumer<Site, NDArray> observer) {
        this.sites.require(sites);
        try (NDManager scope = tokens.getManager().newSubManager()) {
            new ForwardPass(transformer, scope, Map.of())
                    .observe(start(tokens, scope), sites, observer);
        }
    }

    /** Returns the activations (B, T, D) at the sites of a pass with replacements. */
    public Map<Site, NDArray> observe(
            NDArray tokens, Set<Site> sites, Map<Site, UnaryOperator<NDArray>> replacements) {
        this.sites.require(sites);
        this.sites.require(replacements.keySet());
        NDManager results = tokens.getManager();
        try (NDManager scope = results.newSubManager()) {
            Map<Site, NDArray> activations =
                    new ForwardPass(transformer, scope, replacements)
                            .observe(start(tokens, scope), sites);
            activations.values().forEach(values -> values.attach(results));
            return activations;
        }
    }

    /** Returns the logits (B, T, V). */
    public NDArray logits(NDArray tokens) {
        return logits(tokens, Map.of());
    }

    /** Returns the logits (B, T, V) of a pass with replacements. */
    public NDArray logits(NDArray tokens, Map<Site, UnaryOperator<NDArray>> replacements) {
        sites.require(replacements.keySet());
        NDManager results = tokens.getManager();
        try (NDManager scope = results.newSubManager()) {
            NDArray stream =
                    new ForwardPass(transformer, scope, replacements)
                            .run(start(tokens, scope)); // (B, T, D)
            NDArray logits = transformer.logits(stream); // (B, T, V)
            logits.attach(results);
            return logits;
        }
    }

    /** Returns the loss over the T - 1 next tokens of each context. */
    public NextTokenLoss nextTokenLoss(NDArray tokens) {
        return nextTokenLoss(tokens, Map.of());
    }

    /**
     * Returns the loss over the T - 1 next tokens of each context in a pass with replacements.
     *
     * <p>Logits and their exponentials are float32, sums over rows float64. Needs memory for a
     * bounded number of logits at a time, however large the vocabulary.
     *
     * @throws NotFiniteException when the logits are not finite
     */
    public NextTokenLoss nextTokenLoss(
            NDArray tokens, Map<Site, UnaryOperator<NDArray>> replacements) {
        sites.require(replacements.keySet());
        try (NDManager scope = tokens.getManager().newSubManager()) {
            NDArray ids = checked(tokens, scope); // (B, T)
            NDArray end =
                    new ForwardPass(transformer, scope, replacements)
                            .run(new Tokens(ids, transformer.embedding())); // (B, T, D)
            return loss(ids, end, scope);
        }
    }

    /** Returns the loss of tokens (B, T) under the end of their residual stream (B, T, D). */
    private NextTokenLoss loss(NDArray tokens, NDArray end, NDManager scope) {
        Shape shape = end.getShape();
        long count = shape.get(0) * (shape.get(1) - 1);
        NDArray stream = end.get(scope, new NDIndex(":, :-1")); // (B, T - 1, D)
        NDArray targets = tokens.get(scope, new NDIndex(":, 1:")); // (B, T - 1)
        double sum =
                new TiledLoss(transformer)
                        .sum(
                                stream.reshape(count, shape.get(2)), // (N, D)
                                targets.reshape(count, 1)); // (N, 1)
        return new NextTokenLoss(sum, count).checkedFinite();
    }

    /**
     * Starts a pass over a batch in which any number of values can be tried at the sites.
     *
     * @param tokens ids (B, T), which stay the caller's; everything else is the pass's
     */
    public SharedPass share(NDArray tokens) {
        NDManager scope = tokens.getManager().newSubManager();
        try {
            NDArray ids = checked(tokens, scope); // (B, T)
            BranchingPass pass = new BranchingPass(transformer, scope, ids);
            return new SharedPass(sites, transformer, ids, pass);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /**
     * Starts passes over several batches that go through the layers together.
     *
     * @param batches token ids (B, T) each, at least one, which stay the caller's and have one
     *     manager; everything else is the passes'
     */
    public SharedPasses shareAll(List<NDArray> batches) {
        return shareAll(batches, () -> {});
    }

    /**
     * Starts passes over several batches that go through the layers together, and may be ended on
     * their way.
     *
     * @param batches token ids (B, T) each, at least one, which stay the caller's and have one
     *     manager; everything else is the passes'
     * @param watch runs before a batch goes through a layer, and before a part of a comparison;
     *     what it throws ends them
     */
    public SharedPasses shareAll(List<NDArray> batches, Runnable watch) {
        NDManager scope = batches.getFirst().getManager().newSubManager();
        try {
            List<SharedPass> passes = new ArrayList<>();
            for (NDArray tokens : batches) {
                NDManager own = scope.newSubManager();
                NDArray ids = checked(tokens, own); // (B, T)
                BranchingPass pass = new BranchingPass(transformer, own, ids);
                passes.add(new SharedPass(sites, transformer, ids, pass));
            }
            return new SharedPasses(transformer, scope, passes, watch);
        } catch (RuntimeException e) {
            scope.close();
            throw e;
        }
    }

    /**
     * Tells whether all weights are in memory. Those of a larger model are made anew in every pass,
     * for all that goes through the layers together.
     */
    public boolean isInMemory() {
        return transformer.isInMemory();
    }

    /** Returns how directions at the model's sites act on its logits. */
    public DirectLogits directLogits() {
        return new DirectLogits(sites, transformer);
    }

    private Tokens start(NDArray tokens, NDManager scope) {
        return new Tokens(checked(tokens, scope), transformer.embedding());
    }

    /** Returns the token ids (B, T) as int64 in the scope. */
    private NDArray checked(NDArray tokens, NDManager scope) {
        return TokenIds.checked(tokens, transformer.size(), scope); // (B, T)
    }

    /** Releases the weights, and every scope that is still open. */
    @Override
    public void close() {
        owner.close();
    }
}
