package org.lexicographer.benchmark;

import java.util.List;
import org.lexicographer.benchmark.table.ScalingTable;
import org.lexicographer.benchmark.table.StepTable;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;
import org.lexicographer.pipeline.recipe.MatryoshkaBatchTopKRecipeSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which steps are timed. */
final class StepOptions {

    /** Recipes that are trained together at each of several sites. */
    static final List<String> TOGETHER = List.of("topK", "batchTopK");

    /** A run's text has as many tokens as a batch has rows, and its bytes are one array. */
    private static final int MOST_ROWS = 1 << 24;

    /** The latents of some rows are one array where a bias is looked for. */
    private static final int MOST_LATENTS = 1 << 24;

    /** Where growth with F begins, at half of it, as many latents are active as are few. */
    private static final int LEAST_GROWN = 2 * ScalingTable.FEW;

    private static final int MOST_SITES = 1_000;

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--recipes",
            paramLabel = "TYPE",
            split = ",",
            description = "Types of recipes, as run specs name them. Default: all nine.")
    private List<String> recipes = StepWork.allRecipes();

    @Option(
            names = "--batch-size",
            paramLabel = "B",
            description = "Rows of a batch. Default: 2048, quick 256.")
    private Integer batchSize;

    @Option(
            names = "--activation-dim",
            paramLabel = "D",
            description = "The width of a row. Default: 512, quick 64.")
    private Integer activationDim;

    @Option(
            names = "--dictionary-size",
            paramLabel = "F",
            description = "Latents. Default: 8192, quick 1024.")
    private Integer dictionarySize;

    @Option(
            names = "--k",
            paramLabel = "K",
            description = "The active latents of a row in the top-k family. Default: 32.")
    private int k = 32;

    @Option(
            names = "--active",
            paramLabel = "L0",
            split = ",",
            description =
                    "About as many active latents in a row of the other recipes; 0: as training"
                            + " starts, with half of them. Default: F, F/2, F/8 and 50, quick F/2 and 50,"
                            + " where F is as large.")
    private List<Integer> active;

    @Option(
            names = "--sites",
            paramLabel = "N",
            description =
                    "Sites of several dictionaries in step and pipeline, each with topK and"
                            + " batchTopK. Default: 6, quick 2.")
    private Integer sites;

    /** Returns the sizes, with the k of the top-k family. */
    StepSize size(boolean quick) {
        StepSize size =
                new StepSize(
                        or(batchSize, quick ? 256 : 2048),
                        or(activationDim, quick ? 64 : 512),
                        or(dictionarySize, quick ? 1024 : 8192),
                        k);
        OptionRange range = new OptionRange(command);
        range.between("--batch-size", 1, MOST_ROWS, size.batchSize());
        range.atLeast("--activation-dim", 1, size.activationDim());
        range.between("--dictionary-size", 1, MOST_LATENTS, size.dictionarySize());
        range.between("--k", 1, size.dictionarySize(), k);
        range.arraySize("--batch-size * --activation-dim", size.batchSize(), size.activationDim());
        range.arraySize(
                "--activation-dim * --dictionary-size",
                size.activationDim(),
                size.dictionarySize());
        return size;
    }

    /** Returns the sizes that growth begins with: those of a step are in its middle. */
    StepSize smallest(boolean quick) {
        StepSize size = size(quick);
        OptionRange range = new OptionRange(command);
        range.atLeast("--batch-size of scaling", 2, size.batchSize());
        range.atLeast("--activation-dim of scaling", 2, size.activationDim());
        range.atLeast("--dictionary-size of scaling", LEAST_GROWN, size.dictionarySize());
        // Twice as many latents are active at last, in a dictionary half as large.
        range.between("--k of scaling", 2, size.dictionarySize() / 4, k);
        return new StepSize(
                size.batchSize() / 2, size.activationDim() / 2, size.dictionarySize() / 2, k / 2);
    }

    int sites(boolean quick) {
        new OptionRange(command).between("--sites", 1, MOST_SITES, sites);
        return or(sites, quick ? 2 : 6);
    }

    private static int or(Integer said, int otherwise) {
        return said == null ? otherwise : said;
    }

    StepTable table(boolean quick, List<Place> places, Place most) {
        StepSize size = size(quick);
        check(size);
        StepWork many = new StepWork(TOGETHER, sites(quick), size, most);
        return new StepTable(
                recipes,
                size,
                active == null ? usualActive(quick, size.dictionarySize()) : active,
                places,
                List.of(many));
    }

    private static List<Integer> usualActive(boolean quick, int all) {
        List<Integer> usual =
                quick
                        ? List.of(all / 2, ScalingTable.FEW)
                        : List.of(all, all / 2, all / 8, ScalingTable.FEW);
        return usual.stream().filter(number -> number >= 1 && number <= all).distinct().toList();
    }

    private void check(StepSize size) {
        OptionRange range = new OptionRange(command);
        if (active != null) {
            active.forEach(it -> range.between("--active", 0, size.dictionarySize(), it));
        }
        for (String recipe : recipes) {
            if (!StepWork.allRecipes().contains(recipe)) {
                throw range.refused(
                        "unknown recipe type: expected=%s, found=%s"
                                .formatted(String.join("|", StepWork.allRecipes()), recipe));
            }
            if (StepWork.of(recipe, size, Place.cpu(1)).spec(recipe)
                            instanceof MatryoshkaBatchTopKRecipeSpec spec
                    && spec.groupSizes().contains(0)) {
                throw range.refused(
                        "a group has no latent: recipe=%s, F=%d, groups=%s"
                                .formatted(recipe, size.dictionarySize(), spec.groupSizes()));
            }
        }
    }
}
