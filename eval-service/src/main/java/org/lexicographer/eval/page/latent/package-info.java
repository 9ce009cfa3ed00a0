/** Statistics of latents come in; tables, examples and charts of them go out. */
package org.lexicographer.eval.page.latent;
