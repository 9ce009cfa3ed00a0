package org.lexicographer.trainer.recipe.dense;

import org.lexicographer.kernel.Panels;
import org.lexicographer.kernel.RowMemory;
import org.lexicographer.kernel.Rows;
import org.lexicographer.kernel.TileProduct;
import org.lexicographer.kernel.Workers;

/** The decoder's weight W_d (F, Dout) in panels, of its rows and of its columns. */
public final class DecoderPanels {

    private final Workers workers;
    private final RowMemory memory;
    private final Rows weight;
    private Panels latents;
    private Panels outputs;

    /** Takes a weight; what it is copied to is allocated once it is packed. */
    public DecoderPanels(Workers workers, Rows weight, RowMemory memory) {
        this.workers = workers;
        this.memory = memory;
        this.weight = weight;
    }

    /** Copies the weight as it is. */
    public void pack() {
        if (latents == null) {
            latents = memory.panels(weight.count(), weight.width());
            outputs = memory.panels(weight.width(), weight.count());
        }
        int groups = (weight.count() + TileProduct.STRIDE - 1) / TileProduct.STRIDE;
        workers.run(groups, (group, worker) -> pack(group * TileProduct.STRIDE));
    }

    private void pack(int first) {
        int last = Math.min(weight.count(), first + TileProduct.STRIDE);
        for (int latent = first; latent < last; latent += Panels.WIDTH) {
            latents.pack(weight, latent / Panels.WIDTH);
        }
        outputs.packTransposed(weight, first, last);
    }

    /** Returns F. */
    int dictionarySize() {
        return weight.count();
    }

    /** Returns Dout. */
    int outputDim() {
        return weight.width();
    }

    /** Returns panels of latents, each over Dout. */
    Panels latents() {
        return latents;
    }

    /** Returns panels of outputs, each over F. */
    Panels outputs() {
        return outputs;
    }
}
