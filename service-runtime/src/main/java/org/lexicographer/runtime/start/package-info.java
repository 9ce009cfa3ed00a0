/**
 * Broker and store that may be away in, open channels of a service that says what it waits for out.
 */
package org.lexicographer.runtime.start;
