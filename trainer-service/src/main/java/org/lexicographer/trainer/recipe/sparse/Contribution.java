package org.lexicographer.trainer.recipe.sparse;

import java.util.function.IntFunction;
import org.lexicographer.trainer.recipe.active.ActiveLatents;
import org.lexicographer.trainer.recipe.kernel.Rows;

/**
 * Latents and what they were added to.
 *
 * @param active the latents with dL/dz
 * @param outputGradient dL/dx^ (B, Dout) of the sum that a latent was added to
 */
public record Contribution(ActiveLatents active, IntFunction<Rows> outputGradient) {}
