/**
 * The content of a {@code .parquet} file comes in, its rows go out. Nothing else knows the library
 * that reads the format.
 */
package org.lexicographer.pipeline.dataset.parquet;
