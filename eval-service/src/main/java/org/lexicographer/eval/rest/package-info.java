/**
 * HTTP requests come in; dictionaries, evaluations and progress go out as JSON, and the table of
 * the post also as plain text.
 */
package org.lexicographer.eval.rest;
