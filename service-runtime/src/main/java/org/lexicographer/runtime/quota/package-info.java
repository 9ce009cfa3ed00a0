/** What an owner asks for and has already come in; a refusal that says by which rule goes out. */
package org.lexicographer.runtime.quota;
