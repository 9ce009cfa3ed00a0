/** What latents did where a replica has run them, so that nobody has to run them again there. */
package org.lexicographer.eval.statistics.kept;
