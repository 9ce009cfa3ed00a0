/**
 * Reading documents that a published JSON Schema describes: every wrong field is named at once, and
 * what is left out is filled in.
 */
package org.lexicographer.pipeline.schema;
