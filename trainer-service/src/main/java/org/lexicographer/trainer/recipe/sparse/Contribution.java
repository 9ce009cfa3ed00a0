package org.lexicographer.trainer.recipe.sparse;

import java.util.List;
import org.lexicographer.kernel.Rows;
import org.lexicographer.trainer.recipe.loss.EntryFormula.Prefix;

/**
 * Entries and what they were added to.
 *
 * @param entries the entries, with value and gradient
 * @param prefixes up to which latent they were added to the same sum
 * @param outputGradients dL/dx^ (B, Dout) of each of these sums
 */
record Contribution(LatentEntries entries, List<Prefix> prefixes, List<Rows> outputGradients) {

    /** Returns dL/dx^ of the sum that a latent was added to (B, Dout). */
    Rows outputGradient(int latent) {
        return outputGradients.get(number(latent));
    }

    /** Returns one past the last latent that was added to the same sum. */
    int end(int latent) {
        return prefixes.get(number(latent)).end();
    }

    private int number(int latent) {
        int number = 0;
        while (latent >= prefixes.get(number).end()) {
            number++;
        }
        return number;
    }
}
