/** What goes wrong with a request in, problem details (RFC 9457) out. */
package org.lexicographer.runtime.problem;
