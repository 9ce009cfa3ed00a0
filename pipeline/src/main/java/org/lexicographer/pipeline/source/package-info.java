/**
 * The addresses of files and folders come in as users wrote them and go out as bucket and key, or
 * as a path; a malformed one is refused with the reason.
 */
package org.lexicographer.pipeline.source;
