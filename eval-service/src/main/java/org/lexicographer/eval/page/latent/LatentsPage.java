package org.lexicographer.eval.page.latent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.lexicographer.eval.definition.Definition;
import org.lexicographer.eval.latent.result.LatentPage;
import org.lexicographer.eval.latent.result.LatentQuery;
import org.lexicographer.eval.latent.result.LatentQuery.Sort;
import org.lexicographer.eval.latent.result.StatisticsDefinition;
import org.lexicographer.eval.latent.result.StatisticsSummary;
import org.lexicographer.eval.page.chart.Numbers;

/**
 * A dictionary's latents as a table.
 *
 * @param at which statistics are shown
 * @param summary what they are over
 * @param query what was asked
 * @param found what was found
 */
public record LatentsPage(
        StatisticsPlace at, StatisticsSummary summary, LatentQuery query, LatentPage found) {

    /**
     * A column.
     *
     * @param name what it is called
     * @param order how the page is sorted by it, as screen readers say it; empty when it is not
     * @param address where the page is sorted by it, or the other way round
     */
    public record Column(String name, String order, String address) {}

    /** Returns the columns with numbers. */
    public List<Column> columns() {
        return Arrays.stream(Sort.values()).map(this::column).toList();
    }

    private Column column(Sort sort) {
        boolean shown = query.sort() == sort;
        String order = query.descending() ? "descending" : "ascending";
        boolean largestFirst = shown ? !query.descending() : sort != Sort.LATENT;
        return new Column(sort.text(), shown ? order : "", address(sort, largestFirst, 1));
    }

    /** Tells whether the page is sorted by a column, the largest first or the smallest. */
    public boolean isSorted(String column, boolean descending) {
        return query.sort().text().equals(column) && query.descending() == descending;
    }

    private static String sorted(Sort sort, boolean descending) {
        return (descending ? "-" : "") + sort.text();
    }

    /** Returns the address of the page before, if there is one. */
    public Optional<String> before() {
        return found.page() > 1 ? Optional.of(page(found.page() - 1)) : Optional.empty();
    }

    /** Returns the address of the page after, if there is one. */
    public Optional<String> after() {
        return found.page() < found.pages()
                ? Optional.of(page(found.page() + 1))
                : Optional.empty();
    }

    private String page(int number) {
        return address(query.sort(), query.descending(), number);
    }

    private String address(Sort sort, boolean descending, int page) {
        List<String> parameters = new ArrayList<>();
        parameters.add("sort=" + sorted(sort, descending));
        // Bounds are of the column that is sorted by, and mean nothing of another one.
        if (sort == query.sort()) {
            query.min().ifPresent(min -> parameters.add("min=" + min));
            query.max().ifPresent(max -> parameters.add("max=" + max));
        }
        if (!query.text().isEmpty()) {
            parameters.add(StatisticsPlace.parameter("q", query.text()));
        }
        if (page > 1) {
            parameters.add("page=" + page);
        }
        return at.address("/latents", parameters);
    }

    /** Returns the tokens of a latent as they are read. */
    public List<String> tokens(LatentPage.Row row) {
        return row.tokens().stream().map(ShownToken::visible).toList();
    }

    /** Tells whether somebody says of any of these latents what it stands for. */
    public boolean isExplained() {
        return found.rows().stream().anyMatch(row -> row.explanation().isPresent());
    }

    /** Returns what a figure means, if it was computed by the definition that there is now. */
    public Optional<Definition> meaning(String figure) {
        return summary.meaning(StatisticsDefinition.valueOf(figure));
    }

    /** Returns a bound as it is written in the form. */
    public String bound(Optional<Double> bound) {
        return bound.map(Numbers::figure).orElse("");
    }
}
