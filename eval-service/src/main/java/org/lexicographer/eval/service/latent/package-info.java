/** Requests for what a dictionary's latents do come in over HTTP; stored statistics answer them. */
package org.lexicographer.eval.service.latent;
