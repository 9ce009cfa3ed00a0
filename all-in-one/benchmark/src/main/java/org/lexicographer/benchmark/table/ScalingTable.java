package org.lexicographer.benchmark.table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.lexicographer.benchmark.measure.Samples;
import org.lexicographer.benchmark.report.Row;
import org.lexicographer.benchmark.report.Table;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;

/**
 * How the time of a step grows with each of its sizes, as the exponent p of time = c * size^p,
 * beside the one to be expected from the operations of a step.
 *
 * @param size where each of the growths starts: four times as much is where it ends
 * @param place where
 */
public record ScalingTable(StepSize size, Place place) {

    private static final List<Integer> FACTORS = List.of(1, 2, 4);

    /** As many latents as are active in a row at the end of training, about. */
    public static final int FEW = 50;

    /** Something that grows. */
    private record Growth(String letter, List<Integer> sizes, List<Variant> variants) {}

    /**
     * What is timed while it grows.
     *
     * @param title what the step is called
     * @param expected the exponent to be expected
     * @param at the step at one size
     */
    private record Variant(String title, double expected, IntFunction<StepWork> at) {}

    /** Returns a table for each size that grows. */
    public List<Table> measure(Bench bench) {
        List<Table> tables = new ArrayList<>();
        for (Growth growth : growths()) {
            List<Row> rows = growth.variants().stream().map(it -> row(bench, growth, it)).toList();
            tables.add(new Table("A step as %s grows".formatted(growth.letter()), rows));
        }
        return tables;
    }

    private List<Growth> growths() {
        List<Growth> growths = new ArrayList<>();
        // The encode product and, per latent, Adam: all of it is proportional to F and to D.
        growths.add(growth("F", size.dictionarySize(), this::withLatents));
        growths.add(growth("D", size.activationDim(), size::withWidth));
        growths.add(growth("B", size.batchSize(), this::withRows));
        // The encode product, most of a sparse step, does not grow with L0.
        growths.add(
                new Growth(
                        "L0",
                        times(size.active()),
                        List.of(
                                new Variant("topK", 0, k -> step("topK", size.withActive(k))),
                                new Variant(
                                        "standard",
                                        0,
                                        k -> step("standard", size.withActive(k))))));
        growths.add(cores());
        growths.add(
                new Growth(
                        "the number of sites",
                        FACTORS,
                        List.of(new Variant("topK", 1, n -> many(List.of("topK"), n)))));
        growths.add(
                new Growth(
                        "the number of recipes",
                        FACTORS,
                        List.of(
                                new Variant(
                                        "topK of one site",
                                        1,
                                        n ->
                                                many(
                                                        IntStream.range(0, n)
                                                                .mapToObj(i -> "topK")
                                                                .toList(),
                                                        1)))));
        return growths;
    }

    private static List<Integer> times(int smallest) {
        return FACTORS.stream().map(factor -> factor * smallest).toList();
    }

    private Growth growth(String letter, int smallest, IntFunction<StepSize> sized) {
        return new Growth(
                letter,
                times(smallest),
                List.of(
                        new Variant("topK", 1, n -> step("topK", sized.apply(n))),
                        new Variant(
                                "standard, L0=" + FEW,
                                1,
                                n -> step("standard", sized.apply(n).withActive(FEW))),
                        new Variant(
                                "standard, as training starts",
                                1,
                                n ->
                                        step(
                                                "standard",
                                                sized.apply(n)
                                                        .withActive(
                                                                StepSize.AS_TRAINING_STARTS)))));
    }

    private Growth cores() {
        List<Integer> threads = FACTORS.stream().filter(n -> n <= place.threads()).toList();
        IntFunction<Place> at = Place::cpu;
        return new Growth(
                "the number of threads",
                threads,
                List.of(
                        new Variant("topK", -1, n -> StepWork.of("topK", size, at.apply(n))),
                        new Variant(
                                "standard, as training starts",
                                -1,
                                n ->
                                        StepWork.of(
                                                "standard",
                                                size.withActive(StepSize.AS_TRAINING_STARTS),
                                                at.apply(n)))));
    }

    private StepSize withLatents(int n) {
        return new StepSize(size.batchSize(), size.activationDim(), n, size.active());
    }

    private StepSize withRows(int n) {
        return new StepSize(n, size.activationDim(), size.dictionarySize(), size.active());
    }

    private StepWork step(String recipe, StepSize sized) {
        return StepWork.of(recipe, sized, place);
    }

    private StepWork many(List<String> recipes, int sites) {
        return new StepWork(recipes, sites, size, place);
    }

    private Row row(Bench bench, Growth growth, Variant variant) {
        String title = "%s as %s grows".formatted(variant.title(), growth.letter());
        Map<String, Double> sizes = new LinkedHashMap<>();
        Bench.Race race =
                bench.race(
                        title,
                        lineup -> {
                            for (int n : growth.sizes()) {
                                String name = lineup.own(variant.at().apply(n), " " + n);
                                sizes.put(name, (double) n);
                            }
                        });
        Map<String, Samples> measured = new LinkedHashMap<>();
        sizes.forEach(
                (name, n) -> measured.put("%.0f, ms".formatted(n), race.rounds().times(name)));
        Map<String, Samples> exponents = new LinkedHashMap<>();
        if (sizes.size() > 1) {
            exponents.put("exponent", race.rounds().exponents(sizes));
            exponents.put("expected", Samples.of(List.of(variant.expected())));
        }
        return new Row(variant.title(), measured, exponents);
    }
}
