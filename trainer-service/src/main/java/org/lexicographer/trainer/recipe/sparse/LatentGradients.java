package org.lexicographer.trainer.recipe.sparse;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The gradients of one step, latent by latent: those that were active have a row each of the
 * encoder's and of the decoder's gradient, those of the others are 0 and are not stored.
 *
 * <pre>
 *   dL/dW_d = sum of f dL/dx^      dL/db_e = sum of dL/dz
 *   dL/dW_e = sum of dL/dz (x - [b])'      dL/db = sum of dL/dx^ - [W_e' dL/dz]
 * </pre>
 */
public final class LatentGradients {

    private static final int NONE = -1;

    private final RowKernel kernel;
    private final int[] slots;
    private final Rows encoderBias;
    private final Rows decoderBias;
    private Rows encoder;
    private Rows decoder;

    /**
     * Latents and what they were added to.
     *
     * @param active the latents, grouped by latent, with dL/dz
     * @param outputGradient dL/dx^ (B, Dout) of the sum that a latent was added to
     */
    public record Contribution(ActiveLatents active, IntFunction<Rows> outputGradient) {}

    LatentGradients(RowKernel kernel, SparseUpdate.Weights weights) {
        this.kernel = kernel;
        this.slots = new int[weights.dictionarySize()];
        this.encoderBias = Rows.allocate(1, weights.dictionarySize());
        this.decoderBias = Rows.allocate(1, weights.outputDim());
        this.encoder = Rows.allocate(1, weights.inputDim());
        this.decoder = Rows.allocate(1, weights.outputDim());
    }

    /** Adds up the contributions of a batch. */
    void gather(List<Contribution> contributions, Rows centred) {
        makeRoom(assignSlots(contributions));
        for (int latent = 0; latent < slots.length; latent++) {
            encoderBias.set(0, latent, 0);
            if (slots[latent] != NONE) {
                gather(latent, contributions, centred);
            }
        }
    }

    private int assignSlots(List<Contribution> contributions) {
        Arrays.fill(slots, NONE);
        int used = 0;
        for (int latent = 0; latent < slots.length; latent++) {
            for (Contribution contribution : contributions) {
                WeightedRows terms = contribution.active().valuesOf(latent);
                if (terms.from() < terms.to() && slots[latent] == NONE) {
                    slots[latent] = used++;
                }
            }
        }
        return used;
    }

    private void makeRoom(int needed) {
        if (encoder.count() < needed) {
            int count = Math.min(slots.length, 2 * needed);
            encoder = Rows.allocate(count, encoder.width());
            decoder = Rows.allocate(count, decoder.width());
        }
    }

    private void gather(int latent, List<Contribution> contributions, Rows centred) {
        int slot = slots[latent];
        decoder.clear(slot);
        encoder.clear(slot);
        float sum = 0;
        for (Contribution contribution : contributions) {
            Rows outputGradient = contribution.outputGradient().apply(latent);
            kernel.addRows(decoder, slot, outputGradient, contribution.active().valuesOf(latent));
            WeightedRows gradients = contribution.active().gradientsOf(latent);
            kernel.addRows(encoder, slot, centred, gradients);
            for (int n = gradients.from(); n < gradients.to(); n++) {
                sum += gradients.weight()[n];
            }
        }
        encoderBias.set(0, latent, sum);
    }

    /** Adds up dL/db, first through the output and then, where b is subtracted, the input. */
    void gatherDecoderBias(Rows outputGradient, SparseUpdate.Weights weights) {
        decoderBias.clear();
        for (int row = 0; row < outputGradient.count(); row++) {
            kernel.addRow(decoderBias, 0, 1, outputGradient, row);
        }
        if (weights.subtracted()) {
            Rows encoderWeight = weights.encoderWeight().value();
            for (int latent = 0; latent < slots.length; latent++) {
                if (slots[latent] != NONE) {
                    kernel.addRow(
                            decoderBias, 0, -encoderBias.get(0, latent), encoderWeight, latent);
                }
            }
        }
    }

    /** Returns the sum of the squares of all gradients. */
    double squares() {
        double squares = kernel.dot(encoderBias, 0, encoderBias, 0);
        squares += kernel.dot(decoderBias, 0, decoderBias, 0);
        for (int slot : slots) {
            if (slot != NONE) {
                squares += kernel.dot(encoder, slot, encoder, slot);
                squares += kernel.dot(decoder, slot, decoder, slot);
            }
        }
        return squares;
    }

    /** Multiplies all gradients by a number. */
    void scale(float factor) {
        kernel.scale(encoderBias, 0, factor);
        kernel.scale(decoderBias, 0, factor);
        for (int slot : slots) {
            if (slot != NONE) {
                kernel.scale(encoder, slot, factor);
                kernel.scale(decoder, slot, factor);
            }
        }
    }

    boolean isActive(int latent) {
        return slots[latent] != NONE;
    }

    /** Returns the row that an active latent has in the gradients. */
    int slot(int latent) {
        return slots[latent];
    }

    Rows encoder() {
        return encoder;
    }

    Rows decoder() {
        return decoder;
    }

    Rows encoderBias() {
        return encoderBias;
    }

    Rows decoderBias() {
        return decoderBias;
    }
}
