package org.lexicographer.activation.model;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Set;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelFolder;
import org.lexicographer.languagemodel.tokenizer.SpecialTokens;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.recipe.setting.ComputeType;

/** A {@link LanguageModel} whose activations are read where they are, if that is in memory. */
public final class DjlModel implements LoadedModel {

    private final LanguageModel model;
    private final ModelFiles files;

    private DjlModel(LanguageModel model, ModelFiles files) {
        this.model = requireNonNull(model, "model is null");
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
        try {
            return new DjlModel(LanguageModel.load(folder, devices, type), folder.files());
        } catch (InvalidModelException e) {
            throw notUsable(e);
        }
    }

    private static UnusableRunException notUsable(InvalidModelException e) {
        return new UnusableRunException("language model not usable: " + e.getMessage(), e);
    }

    @Override
    public int contextLimit() {
        return model.contextLimit();
    }

    @Override
    public int activationDim(Site site) {
        return model.activationDim(site);
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
        try (NDManager scope = model.newScope()) {
            int contexts = tokens.length / contextLength;
            NDArray ids = scope.create(tokens, new Shape(contexts, contextLength)); // (B, T)
            model.observe(ids, sites, (site, values) -> receiver.receive(site, floats(values)));
        } catch (InvalidModelException e) {
            throw notUsable(e);
        }
    }

    private static FloatBuffer floats(NDArray values) {
        return values.toByteBuffer(true).order(ByteOrder.nativeOrder()).asFloatBuffer();
    }

    @Override
    public void close() {
        model.close();
    }
}
