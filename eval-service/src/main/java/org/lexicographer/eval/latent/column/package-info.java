/** Columns of numbers in files of tensors: rows go in, a safetensors file comes out, and back. */
package org.lexicographer.eval.latent.column;
