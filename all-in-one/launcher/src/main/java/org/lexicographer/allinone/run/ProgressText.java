package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.lexicographer.allinone.run.RunStatus.Said;
import org.lexicographer.pipeline.account.DatasetAccount;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.message.progress.EvaluationProgress;
import org.lexicographer.pipeline.message.progress.ExtractionProgress;
import org.lexicographer.pipeline.message.progress.RecipeProgress;
import org.lexicographer.pipeline.message.progress.TokenizerProgress;
import org.lexicographer.pipeline.message.progress.TrainingProgress;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;

/** Says in text how far a run has come: a bar for the whole, then a line for each part. */
public final class ProgressText {

    private static final int BAR_CELLS = 30;
    private static final int NAME_WIDTH = 20;
    private static final double MIB = 1 << 20;

    private final RunSpec spec;
    private final boolean unicode;

    /**
     * Prepares the text.
     *
     * @param unicode whether the reader's terminal shows more than ASCII
     */
    public ProgressText(RunSpec spec, boolean unicode) {
        this.spec = requireNonNull(spec, "spec is null");
        this.unicode = unicode;
    }

    /** Returns the first line: bar, step, tokens, speed and time. */
    String summary(RunStatus status, Duration elapsed) {
        List<Said<TrainingProgress>> trainers = status.saidOf(TrainingProgress.class);
        double share = share(trainers);
        return String.format(
                Locale.ROOT,
                "%s  %s  %3.0f %%   step %,d of %,d   %,d tokens   %,.0f tokens/s   %s",
                spec.run(),
                bar(share),
                100 * share,
                Math.round(share * spec.training().steps()),
                spec.training().steps(),
                Math.round(share * spec.training().steps() * spec.training().batchSize()),
                sum(trainers, TrainingProgress::tokensPerSecond) / spec.sites().size(),
                clock(elapsed));
    }

    /** Returns the share of all training steps at all sites that are done, 0 to 1. */
    double share(List<Said<TrainingProgress>> trainers) {
        double all = (double) spec.training().steps() * spec.sites().size();
        return Math.min(1, sum(trainers, TrainingProgress::step) / all);
    }

    private static double sum(
            List<Said<TrainingProgress>> parts, ToDoubleFunction<TrainingProgress> figure) {
        return parts.stream().mapToDouble(said -> figure.applyAsDouble(said.part())).sum();
    }

    private String bar(double share) {
        int full = (int) Math.round(share * BAR_CELLS);
        return unicode
                ? "█".repeat(full) + "░".repeat(BAR_CELLS - full)
                : "[" + "#".repeat(full) + ".".repeat(BAR_CELLS - full) + "]";
    }

    static String clock(Duration elapsed) {
        return "%d:%02d".formatted(elapsed.toMinutes(), elapsed.toSecondsPart());
    }

    /** Returns the first line of a run that trains until its text ends, whenever that is. */
    public String summaryWithoutEnd(RunStatus status, Duration elapsed) {
        return String.format(
                Locale.ROOT,
                "%s   %,.0f tokens read, %,.0f trained on   %s",
                spec.run(),
                status.saidOf(TokenizerProgress.class).stream()
                        .mapToDouble(said -> said.part().tokens())
                        .sum(),
                sum(status.saidOf(TrainingProgress.class), TrainingProgress::tokens)
                        / spec.sites().size(),
                clock(elapsed));
    }

    /** Returns a line for each part of the run. */
    public List<String> details(RunStatus status) {
        List<String> lines = new ArrayList<>();
        status.saidOf(TokenizerProgress.class).forEach(said -> lines.add(tokenizer(said)));
        status.liveReplicas().forEach(said -> lines.add(activation(said)));
        status.saidOf(TrainingProgress.class).forEach(said -> lines.add(trainer(said)));
        status.saidOf(EvaluationProgress.class).stream()
                .filter(said -> said.message().state() != State.ENDED)
                .forEach(said -> lines.add(evaluation(said)));
        status.rejected().forEach(reason -> lines.add("  rejected: " + reason));
        return lines;
    }

    private static String tokenizer(Said<TokenizerProgress> said) {
        TokenizerProgress part = said.part();
        return line("tokenizer-service")
                .add(count(part.tokens(), "tokens"))
                .add(count(part.heldOutContexts(), "contexts held out") + mixed(part))
                .add(leftOut(part.dataset()))
                .add(state(said))
                .toString();
    }

    private static String mixed(TokenizerProgress part) {
        return part.contextsOf().entrySet().stream()
                .map(given -> ", " + count(given.getValue(), "contexts of " + given.getKey()))
                .collect(Collectors.joining());
    }

    private static String leftOut(DatasetAccount dataset) {
        return dataset.isWhole() ? "" : "left out: " + dataset.text();
    }

    private static String activation(Said<ExtractionProgress> said) {
        ExtractionProgress part = said.part();
        return line("activation-service" + (part.stage() == 0 ? "" : " " + part.stage()))
                .add(count(part.tokens(), "tokens"))
                .add(count(part.tokensPerSecond(), "tokens/s"))
                .add(
                        count(
                                part.lagBlocks(),
                                part.stage() == 0 ? "token blocks behind" : "blocks behind"))
                .add(state(said))
                .toString();
    }

    private String trainer(Said<TrainingProgress> said) {
        TrainingProgress part = said.part();
        StringJoiner line = line(part.site().toString()).add(count(part.step(), "steps"));
        for (RecipeSpec recipe : spec.recipesAt(part.site())) {
            Optional.ofNullable(part.recipes().get(recipe.name()))
                    .flatMap(RecipeProgress::report)
                    .ifPresent(
                            seen ->
                                    line.add(text("loss %.4f", seen.loss()))
                                            .add(text("L0 %.1f", seen.l0())));
        }
        part.stream().lagBytes().ifPresent(bytes -> line.add(text("%.1f MiB behind", bytes / MIB)));
        return line.add(state(said)).toString();
    }

    private static String evaluation(Said<EvaluationProgress> said) {
        EvaluationProgress part = said.part();
        return line("eval-service")
                .add(part.dictionary().toString())
                .add(count(part.contexts(), "contexts"))
                .add(state(said))
                .toString();
    }

    private static StringJoiner line(String name) {
        return new StringJoiner("   ")
                .add("  " + name + " ".repeat(Math.max(0, NAME_WIDTH - name.length())));
    }

    private static String count(double value, String what) {
        return text("%,.0f ", value) + what;
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String state(Said<?> said) {
        RunProgress message = said.message();
        String state = message.state().name().toLowerCase(Locale.ROOT);
        String why = message.message().map(text -> ": " + text).orElse("");
        return message.state() == State.RUNNING ? "" : state + why;
    }
}
