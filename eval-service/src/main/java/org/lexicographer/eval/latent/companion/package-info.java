/**
 * Which latents go together: weights or the active latents of tokens come in, the closest latents
 * of each come out.
 */
package org.lexicographer.eval.latent.companion;
