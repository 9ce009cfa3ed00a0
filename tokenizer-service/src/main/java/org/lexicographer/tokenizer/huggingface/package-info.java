/**
 * The address of a Hugging Face folder comes in, its tokenizer goes out.
 *
 * <p>Only {@link org.lexicographer.tokenizer.huggingface.HuggingFaceTextTokenizer} knows DJL.
 */
package org.lexicographer.tokenizer.huggingface;
