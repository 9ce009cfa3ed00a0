/**
 * The post's recipe and its relatives: a ReLU encoder, an L1 or entropy penalty, and resampling.
 */
package org.lexicographer.trainer.recipe.standard;
