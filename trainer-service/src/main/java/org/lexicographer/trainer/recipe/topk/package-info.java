/** The recipes that keep the largest latents only, with dense and with sparse steps. */
package org.lexicographer.trainer.recipe.topk;
