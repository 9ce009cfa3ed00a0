/** A model folder goes in; the rules of its tokenizer come out: which token ids are special. */
package org.lexicographer.languagemodel.tokenizer;
