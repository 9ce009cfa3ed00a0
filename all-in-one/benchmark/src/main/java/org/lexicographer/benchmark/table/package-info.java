/** The tables: which work is compared with what, and what the rows say. */
package org.lexicographer.benchmark.table;
