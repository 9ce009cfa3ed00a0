/** Who imports what comes in; whether they may, and how much of their quota it takes, goes out. */
package org.lexicographer.eval.service.owner;
