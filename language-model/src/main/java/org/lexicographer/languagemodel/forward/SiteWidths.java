package org.lexicographer.languagemodel.forward;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import org.lexicographer.pipeline.Site;

/**
 * Which kinds of site a transformer has, and how wide the activations at each are. All its layers
 * have the same.
 *
 * @param stream the residual stream's width, D
 * @param heads all heads' outputs side by side, H * E
 * @param neurons the MLP's hidden width, M
 * @param order how attention and MLP of a block stand to each other
 */
public record SiteWidths(int stream, int heads, int neurons, BlockOrder order) {

    /** How attention and MLP of a block stand to each other. */
    public enum BlockOrder {
        /** The MLP reads the stream that the attention has added to: there is a middle. */
        SEQUENTIAL,
        /** Both read the block's input: no stream lies between them. */
        PARALLEL
    }

    /** Checks that every width is positive. */
    public SiteWidths {
        requireNonNull(order, "order is null");
        if (stream < 1 || heads < 1 || neurons < 1) {
            throw new IllegalArgumentException(
                    "site widths must be positive: stream=%d, heads=%d, neurons=%d"
                            .formatted(stream, heads, neurons));
        }
    }

    /** Returns the width at sites of a kind; empty when the transformer has none. */
    public OptionalInt of(Site.Kind kind) {
        return switch (kind) {
            case EMBED, RESID_PRE, ATTN_OUT, MLP_IN, MLP_OUT, RESID_POST -> OptionalInt.of(stream);
            case ATTN_Z -> OptionalInt.of(heads);
            case MLP_HIDDEN -> OptionalInt.of(neurons);
            case RESID_MID ->
                    order == BlockOrder.SEQUENTIAL ? OptionalInt.of(stream) : OptionalInt.empty();
        };
    }
}
