package org.lexicographer.eval.page;

import static org.lexicographer.eval.page.chart.Numbers.count;
import static org.lexicographer.eval.page.chart.Numbers.figure;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.PartProgress;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.message.progress.WholeRun;

/**
 * How far one part of a run has come.
 *
 * @param stage its place in the data's path, from 0
 * @param name what it is
 * @param state what it is doing
 * @param done how much is done, of {@code total}
 * @param total how much is to be done; 0 when that is not known
 * @param details figures
 * @param message what a person should know
 */
public record PartLine(
        int stage,
        String name,
        State state,
        long done,
        long total,
        List<String> details,
        Optional<String> message) {

    private static final int REPLICA_DIGITS = 8;

    public PartLine {
        details = List.copyOf(details);
    }

    static PartLine of(RunProgress progress) {
        PartProgress part = progress.part();
        Amount amount = amount(part);
        return new PartLine(
                stage(part),
                name(part),
                progress.state(),
                amount.done,
                amount.total,
                details(part),
                progress.message());
    }

    private record Amount(long done, long total) {
        static final Amount UNKNOWN = new Amount(0, 0);
    }

    private static int stage(PartProgress part) {
        return switch (part) {
            case WholeRun run -> 0;
            case TokenizerProgress tokenizer -> 1;
            case ExtractionProgress extraction -> 2;
            case TrainingProgress training -> 3;
            case EvaluationProgress evaluation -> 4;
        };
    }

    private static String name(PartProgress part) {
        return switch (part) {
            case WholeRun run -> "run";
            case TokenizerProgress tokenizer -> "tokens";
            case ExtractionProgress extraction ->
                    "activations%s, by %s"
                            .formatted(
                                    extraction.stage() == 0 ? "" : ", stage " + extraction.stage(),
                                    shortened(extraction.replica()));
            case TrainingProgress training -> "training at " + training.site();
            case EvaluationProgress evaluation -> "evaluation of " + evaluation.dictionary();
        };
    }

    /** Replicas are told apart by the first digits of a random number. */
    private static String shortened(String replica) {
        return replica.substring(0, Math.min(REPLICA_DIGITS, replica.length()));
    }

    private static Amount amount(PartProgress part) {
        return switch (part) {
            case WholeRun run -> Amount.UNKNOWN;
            case TokenizerProgress tokenizer -> Amount.UNKNOWN;
            case ExtractionProgress extraction -> Amount.UNKNOWN;
            case TrainingProgress training -> new Amount(training.step(), training.steps());
            case EvaluationProgress evaluation ->
                    new Amount(evaluation.contexts(), evaluation.contextsTotal());
        };
    }

    private static List<String> details(PartProgress part) {
        return switch (part) {
            case WholeRun run -> List.of();
            case TokenizerProgress tokenizer -> details(tokenizer);
            case ExtractionProgress extraction ->
                    List.of(
                            count(extraction.tokens()) + " tokens",
                            speed(extraction.tokensPerSecond()),
                            count(extraction.lagBlocks()) + " blocks behind");
            case TrainingProgress training ->
                    training.recipes().entrySet().stream().map(PartLine::recipe).toList();
            case EvaluationProgress evaluation -> List.of();
        };
    }

    private static List<String> details(TokenizerProgress tokenizer) {
        List<String> details = new ArrayList<>();
        details.add(count(tokenizer.tokens()) + " tokens");
        details.add(count(tokenizer.heldOutContexts()) + " contexts held out");
        tokenizer
                .contextsOf()
                .forEach((name, given) -> details.add(count(given) + " contexts of " + name));
        details.add(speed(tokenizer.tokensPerSecond()));
        return details;
    }

    private static String speed(double tokensPerSecond) {
        return count(Math.round(tokensPerSecond)) + " tokens/s";
    }

    private static String recipe(Map.Entry<String, RecipeProgress> named) {
        RecipeProgress recipe = named.getValue();
        StringBuilder text = new StringBuilder(named.getKey());
        recipe.report()
                .ifPresent(
                        seen ->
                                text.append(": loss ")
                                        .append(figure(seen.loss()))
                                        .append(", L0 ")
                                        .append(figure(seen.l0()))
                                        .append(", dead ")
                                        .append(count(seen.deadLatents())));
        recipe.divergedAtStep().ifPresent(step -> text.append(", diverged at step ").append(step));
        recipe.stoppedAtStep().ifPresent(step -> text.append(", stopped at step ").append(step));
        return text.toString();
    }
}
