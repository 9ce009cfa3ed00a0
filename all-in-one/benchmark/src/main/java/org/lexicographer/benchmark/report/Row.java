package org.lexicographer.benchmark.report;

import java.util.Map;
import org.lexicographer.benchmark.measure.Samples;

/**
 * One line of a table.
 *
 * @param title what was measured
 * @param measured the figures, by column; a column's head names its unit
 * @param ratios what follows from them, in columns after those of all figures
 */
public record Row(String title, Map<String, Samples> measured, Map<String, Samples> ratios) {}
