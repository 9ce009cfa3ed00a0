/**
 * The addresses of files and folders that users name come in as text; what they say, or why they
 * say nothing, goes out.
 */
package org.lexicographer.pipeline.source;
