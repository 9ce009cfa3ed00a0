/**
 * The messages of a chat go in and the text that a language model was trained to see comes out: the
 * chat templates of Hugging Face folders, as far as they use what is known here of Jinja.
 *
 * <p>{@link org.lexicographer.pipeline.chat.ChatTemplate} is the way in. What a template does and
 * nobody here knows is refused, never guessed.
 */
package org.lexicographer.pipeline.chat;
