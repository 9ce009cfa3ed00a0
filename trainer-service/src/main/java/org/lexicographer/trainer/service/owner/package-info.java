/**
 * Who asks, and for which run, comes in; whether it is theirs, and within their quota, goes out.
 */
package org.lexicographer.trainer.service.owner;
