package org.lexicographer.trainer.recipe.objective;

/**
 * What training starts from.
 *
 * @param weights the weights of an affine dictionary
 * @param subtracted whether the decoder bias is subtracted from the input
 */
public record Start(InitialWeights weights, boolean subtracted) {}
