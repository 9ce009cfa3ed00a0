/** Text that a user names goes in; contexts of tokens come out, packed as the training text is. */
package org.lexicographer.eval.text;
