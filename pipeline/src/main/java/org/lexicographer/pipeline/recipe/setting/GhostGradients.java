package org.lexicographer.pipeline.recipe.setting;

/**
 * How dead latents are pulled towards the reconstruction error (Jermyn and Templeton, Ghost Grads:
 * an improvement on resampling, Anthropic circuits update of January 2024).
 *
 * @param deadSteps the number of steps without activity after which a latent counts as dead
 */
public record GhostGradients(int deadSteps) {}
