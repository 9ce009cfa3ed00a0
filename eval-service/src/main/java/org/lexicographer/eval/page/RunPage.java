package org.lexicographer.eval.page;

import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.page.chart.Chart;
import org.lexicographer.eval.page.chart.ScatterPlot;
import org.lexicographer.eval.page.chart.ScatterPlot.Point;
import org.lexicographer.eval.view.TableRow;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * A run, or the imports under one name.
 *
 * @param name the run's name
 * @param spec what is trained; empty for imports
 * @param owner whose it is; empty where it is nobody's
 * @param status how far it has come
 * @param dataset what was read and what was left out
 * @param rows its evaluated dictionaries, as the post's table has them
 * @param curves how the training of its dictionaries has gone, some steps of each
 * @param waiting its other saved dictionaries, as site and recipe
 */
public record RunPage(
        String name,
        Optional<RunSpec> spec,
        Optional<String> owner,
        RunStatus status,
        DatasetAccount dataset,
        List<TableRow> rows,
        List<CurveLine> curves,
        List<String> waiting) {

    private static final ScatterPlot PLOT =
            new ScatterPlot(
                    "Loss recovered against L0, one point per dictionary",
                    "L0: mean number of active latents",
                    "% loss recovered");
    private static final int PERCENT = 100;

    public RunPage {
        rows = List.copyOf(rows);
        curves = List.copyOf(curves);
        waiting = List.copyOf(waiting);
    }

    /** Returns how sparse and how good the dictionaries are, as far as both are known. */
    public Chart trade() {
        return PLOT.of(
                rows.stream()
                        .filter(row -> row.l0().isPresent() && row.lossRecovered().isPresent())
                        .map(
                                row ->
                                        new Point(
                                                row.site() + "/" + row.recipe(),
                                                row.site().toString(),
                                                row.l0().get(),
                                                PERCENT * row.lossRecovered().get()))
                        .toList());
    }

    /** Returns the number of tokens that the dictionaries were evaluated on, at most. */
    public long tokens() {
        return rows.stream().mapToLong(TableRow::tokens).max().orElse(0);
    }
}
