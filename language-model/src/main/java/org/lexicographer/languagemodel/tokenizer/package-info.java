/**
 * A model folder's files and the text of documents go in; token ids, and whole contexts of them,
 * come out. Training and evaluation share all of it: the ids, the end of a text, how documents are
 * packed, and which tokens stand for no text.
 *
 * <p>Only {@link org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer} knows DJL.
 */
package org.lexicographer.languagemodel.tokenizer;
