package org.lexicographer.benchmark;

import java.nio.file.Path;
import java.util.List;
import org.lexicographer.benchmark.model.MeasuredModel;
import org.lexicographer.benchmark.table.EvaluationTable;
import org.lexicographer.benchmark.table.ForwardTable;
import org.lexicographer.benchmark.table.LatentsTable;
import org.lexicographer.benchmark.table.LatentsTable.Compared;
import org.lexicographer.benchmark.work.Place;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which language models are run, and on what. */
final class ModelOptions {

    private static final int CONTEXT_LENGTH = 256;

    /** The bytes of all token ids are one array. */
    private static final int MOST_CONTEXTS = Integer.MAX_VALUE / Integer.BYTES / CONTEXT_LENGTH;

    private static final int MOST_LATENTS = Integer.MAX_VALUE / MeasuredModel.demo.width();

    @Spec(Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--models",
            paramLabel = "NAME",
            split = ",",
            description =
                    "The language models of forward: ${COMPLETION-CANDIDATES}, the latter with"
                            + " random weights. Default: both, quick demo.")
    private List<MeasuredModel> models;

    @Option(
            names = "--contexts",
            paramLabel = "B",
            description = "Contexts of 256 tokens of a forward pass. Default: 8.")
    private int contexts = 8;

    @Option(
            names = "--evaluated-contexts",
            paramLabel = "N",
            description =
                    "Contexts of 256 tokens of an evaluation. Default: 128, as in the demo; quick"
                            + " 8.")
    private Integer evaluatedContexts;

    @Option(
            names = "--evaluated-latents",
            paramLabel = "F",
            description = "Latents of a dictionary that is evaluated. Default: 2048.")
    private int evaluatedLatents = 2048;

    ForwardTable forward(boolean quick, Path folder, List<Place> places) {
        new OptionRange(command).between("--contexts", 1, MOST_CONTEXTS, contexts);
        List<MeasuredModel> chosen =
                quick ? List.of(MeasuredModel.demo) : List.of(MeasuredModel.values());
        return new ForwardTable(
                models == null ? chosen : models,
                folder.resolve("models"),
                contexts,
                CONTEXT_LENGTH,
                places);
    }

    LatentsTable latents(boolean quick, Path folder, Place place) {
        Path modelFolder = folder.resolve("models");
        return quick
                ? new LatentsTable(modelFolder, 16, 256, new Compared(4, 16), place)
                : new LatentsTable(modelFolder, 512, 2048, new Compared(32, 128), place);
    }

    EvaluationTable evaluation(boolean quick, Path folder, Place place) {
        OptionRange range = new OptionRange(command);
        range.between("--evaluated-contexts", 1, MOST_CONTEXTS, evaluatedContexts);
        range.between("--evaluated-latents", 1, MOST_LATENTS, evaluatedLatents);
        int usual = quick ? 8 : 128;
        return new EvaluationTable(
                folder.resolve("models"),
                evaluatedContexts == null ? usual : evaluatedContexts,
                evaluatedLatents,
                place);
    }
}
