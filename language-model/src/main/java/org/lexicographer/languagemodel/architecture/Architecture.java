package org.lexicographer.languagemodel.architecture;

import ai.djl.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.lexicographer.languagemodel.forward.Block;
import org.lexicographer.languagemodel.forward.ModelSize;
import org.lexicographer.languagemodel.forward.Transformer;
import org.lexicographer.languagemodel.forward.WholeTransformer;
import org.lexicographer.languagemodel.weights.Weights;

/**
 * What a family makes of one configuration: the parts of a model, each put together from weights
 * whenever it is needed, in any order and as often as wanted. An architecture itself holds no
 * array.
 */
public interface Architecture {

    /** Returns the dimensions. */
    ModelSize size();

    /** Puts the start of the residual stream together. */
    Transformer.Embedding embedding(Weights weights);

    /**
     * Puts a layer together.
     *
     * @param layer from 0
     */
    Block block(int layer, Weights weights);

    /** Puts the end of the residual stream together. */
    Transformer.Unembedding unembedding(Weights weights);

    /**
     * Tells whether a tensor may be there that no part takes, such as a constant of older folders.
     */
    boolean isUnused(String tensor);

    /**
     * Puts all parts together, for as long as the weights last.
     *
     * @param devices of each layer the device that it is on
     * @param weights of a device
     */
    default Transformer transformer(List<Device> devices, Function<Device, Weights> weights) {
        List<Block> blocks = new ArrayList<>();
        for (int layer = 0; layer < size().layers(); layer++) {
            blocks.add(block(layer, weights.apply(devices.get(layer))));
        }
        return new WholeTransformer(
                size(),
                weights.apply(devices.getFirst()).bfloat16(),
                embedding(weights.apply(devices.getFirst())),
                blocks,
                devices,
                unembedding(weights.apply(devices.getLast()).inFloat32()));
    }
}
