/**
 * The URI of a language model's folder goes in; a loaded model and contexts of its tokens come out.
 *
 * <p>Folders are copied from the object store to a local cache once, and a loaded model is shared
 * until nobody has used it for a while.
 */
package org.lexicographer.eval.model;
