/** Folders of language models, and what is wrong with those that cannot be used. */
package org.lexicographer.languagemodel.folder;
