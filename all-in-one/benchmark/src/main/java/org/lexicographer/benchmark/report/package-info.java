/** What was measured, where, as tables for people and programs. */
package org.lexicographer.benchmark.report;
