/** Where commands find the object store: their options, and what is set around them. */
package org.lexicographer.objectstore.command;
