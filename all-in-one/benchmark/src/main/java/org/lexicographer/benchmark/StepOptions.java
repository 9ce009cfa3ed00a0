package org.lexicographer.benchmark;

import java.util.List;
import org.lexicographer.benchmark.table.StepTable;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.StepSize;
import org.lexicographer.benchmark.work.StepWork;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which steps are timed. */
final class StepOptions {

    /** Recipes that are trained together at each of several sites. */
    static final List<String> TOGETHER = List.of("topK", "batchTopK");

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
                            + " starts, with half of them. Default: F, F/2, F/8 and 50, quick F/2 and 50.")
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
        return new StepSize(
                or(batchSize, quick ? 256 : 2048),
                or(activationDim, quick ? 64 : 512),
                or(dictionarySize, quick ? 1024 : 8192),
                k);
    }

    /** Returns the sizes that growth begins with: those of a step are in its middle. */
    StepSize smallest(boolean quick) {
        StepSize size = size(quick);
        return new StepSize(
                size.batchSize() / 2, size.activationDim() / 2, size.dictionarySize() / 2, k / 2);
    }

    int sites(boolean quick) {
        return or(sites, quick ? 2 : 6);
    }

    private static int or(Integer said, int otherwise) {
        return said == null ? otherwise : said;
    }

    StepTable table(boolean quick, List<Place> places, Place most) {
        check();
        StepSize size = size(quick);
        int all = size.dictionarySize();
        StepWork many = new StepWork(TOGETHER, sites(quick), size, most);
        return new StepTable(
                recipes,
                size,
                active == null
                        ? (quick ? List.of(all / 2, 50) : List.of(all, all / 2, all / 8, 50))
                        : active,
                places,
                List.of(many));
    }

    private void check() {
        for (String recipe : recipes) {
            if (!StepWork.allRecipes().contains(recipe)) {
                throw new ParameterException(
                        command.commandLine(),
                        "unknown recipe type: expected=%s, found=%s"
                                .formatted(String.join("|", StepWork.allRecipes()), recipe));
            }
        }
    }
}
