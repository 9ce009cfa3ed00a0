/**
 * What every service does the same at its edge: it starts while broker and store are away and says
 * what it waits for, tells whether it is well, answers errors, and leaves in time.
 */
package org.lexicographer.runtime;
