/**
 * A block goes in; the records of its activation blocks, site after site, come out, and of what the
 * next stage takes.
 */
package org.lexicographer.activation.stage;
