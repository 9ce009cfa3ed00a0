/**
 * Tensors by name: a safetensors file or folder comes in, named arrays go out, and back.
 *
 * <p>The format: eight bytes (header length N, little-endian), N bytes of JSON that name every
 * tensor with its data type, shape and place, then the tensors' bytes without gap or overlap. See
 * <a href="https://github.com/huggingface/safetensors">huggingface/safetensors</a>.
 */
package org.lexicographer.pipeline.safetensors;
