/**
 * The address of a language model goes in; its files on this machine come out, named by their
 * content, or the reason why there is no such model.
 *
 * <p>{@link org.lexicographer.languagemodel.folder.InvalidModelException} is final: the same folder
 * fails the same way each time. {@link org.lexicographer.languagemodel.folder.ModelOutageException}
 * may pass.
 */
package org.lexicographer.languagemodel.folder;
