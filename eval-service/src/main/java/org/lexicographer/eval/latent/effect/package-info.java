/**
 * What latents do to the next token's logits on the straight way through the residual stream:
 * decoder rows and a language model come in, the tokens that each latent makes likelier and less
 * likely come out.
 */
package org.lexicographer.eval.latent.effect;
