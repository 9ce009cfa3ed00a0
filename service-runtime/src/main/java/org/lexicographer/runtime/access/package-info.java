/**
 * Requests with tokens, keys or sessions come in; who is asking, and what they may do, goes out.
 * Where access is off, which only a service on the loopback interface is without being told,
 * everybody is an operator.
 */
package org.lexicographer.runtime.access;
