/**
 * What a template computes with: Python's values, what they print, and what one rendering may take.
 */
package org.lexicographer.pipeline.chat.value;
