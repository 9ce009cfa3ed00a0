/** A token block goes in; the records of its activation blocks, site after site, come out. */
package org.lexicographer.activation.stage;
