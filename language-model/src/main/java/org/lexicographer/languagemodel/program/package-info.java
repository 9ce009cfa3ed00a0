/**
 * What blocks compute with where neither DJL's arrays nor this project's kernels do, as programs.
 */
package org.lexicographer.languagemodel.program;
