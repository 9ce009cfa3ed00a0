/** What several tests share. */
package org.lexicographer.tokenizer;
