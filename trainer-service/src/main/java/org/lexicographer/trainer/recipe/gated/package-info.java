/** The recipes in which a gate or a trained threshold decides whether a latent is active. */
package org.lexicographer.trainer.recipe.gated;
