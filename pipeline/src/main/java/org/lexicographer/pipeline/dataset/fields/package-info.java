/**
 * A record with named fields comes in, from a line of JSON or a row of a table; the text or the
 * token ids of a document go out. A record that has none is refused with the rule that it breaks.
 */
package org.lexicographer.pipeline.dataset.fields;
