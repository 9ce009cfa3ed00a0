/** The examples that the description of the REST interface shows, as its answers really are. */
package org.lexicographer.eval.service.openapi;
