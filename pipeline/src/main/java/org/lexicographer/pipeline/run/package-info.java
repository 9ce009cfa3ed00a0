/**
 * The run spec: everything that decides a run's result.
 *
 * <p>A user's JSON comes in, a checked {@link org.lexicographer.pipeline.run.RunSpec} goes out.
 */
package org.lexicographer.pipeline.run;
