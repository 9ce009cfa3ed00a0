/** Figures go in; charts come out, as SVG for the eye and as a table for whoever cannot see it. */
package org.lexicographer.eval.page.chart;
