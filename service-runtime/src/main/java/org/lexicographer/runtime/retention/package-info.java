/** What is kept for a while only, and looked through time and again. */
package org.lexicographer.runtime.retention;
