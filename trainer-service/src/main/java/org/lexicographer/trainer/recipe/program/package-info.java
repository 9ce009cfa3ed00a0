/**
 * Steps of which each is one call of a function in TorchScript: gradients of a loss go in, a state
 * that has taken its step comes out.
 */
package org.lexicographer.trainer.recipe.program;
