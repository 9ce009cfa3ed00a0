/** The small parts that model families share: an activation comes in, an activation goes out. */
package org.lexicographer.languagemodel.layer;
