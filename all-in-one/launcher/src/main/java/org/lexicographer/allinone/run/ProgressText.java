package org.lexicographer.allinone.run;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.RunProgress;
import org.lexicographer.pipeline.message.RunProgress.State;
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
    ProgressText(RunSpec spec, boolean unicode) {
        this.spec = requireNonNull(spec, "spec is null");
        this.unicode = unicode;
    }

    /** Returns the first line: bar, step, tokens, speed and time. */
    String summary(RunStatus status, Duration elapsed) {
        Collection<RunProgress> trainers = status.partsOf("trainer/");
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
                sum(trainers, "tokensPerSecond") / spec.sites().size(),
                clock(elapsed));
    }

    /** Returns the share of all training steps at all sites that are done, 0 to 1. */
    double share(Collection<RunProgress> trainers) {
        double all = (double) spec.training().steps() * spec.sites().size();
        return Math.min(1, sum(trainers, "step") / all);
    }

    private static double sum(Collection<RunProgress> parts, String figure) {
        return parts.stream().mapToDouble(part -> part.figures().getOrDefault(figure, 0.0)).sum();
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

    /** Returns a line for each part of the run. */
    List<String> details(RunStatus status) {
        List<String> lines = new ArrayList<>();
        status.part(RunProgress.TOKENIZER).ifPresent(part -> lines.add(tokenizer(part)));
        status.liveReplicas("activation/").forEach(part -> lines.add(activation(part)));
        status.partsOf("trainer/").forEach(part -> lines.add(trainer(part)));
        status.partsOf("evaluation/").stream()
                .filter(part -> part.state() != State.ENDED)
                .forEach(part -> lines.add(evaluation(part)));
        status.rejected().forEach(reason -> lines.add("  rejected: " + reason));
        return lines;
    }

    private static String tokenizer(RunProgress part) {
        return line("tokenizer-service", part)
                .add(count(part, "tokens", "tokens"))
                .add(count(part, "heldOutContexts", "contexts held out"))
                .add(state(part))
                .toString();
    }

    private static String activation(RunProgress part) {
        return line("activation-service", part)
                .add(count(part, "tokens", "tokens"))
                .add(count(part, "tokensPerSecond", "tokens/s"))
                .add(count(part, "lagBlocks", "token blocks behind"))
                .add(state(part))
                .toString();
    }

    private String trainer(RunProgress part) {
        String site = part.part().substring("trainer/".length());
        StringJoiner line = line(site, part).add(count(part, "step", "steps"));
        for (RecipeSpec recipe : spec.recipesAt(Site.parse(site))) {
            line.add(figure(part, "loss/" + recipe.name(), "loss %.4f"))
                    .add(figure(part, "l0/" + recipe.name(), "L0 %.1f"));
        }
        double lag = part.figures().getOrDefault("lagBytes", 0.0) / MIB;
        return line.add(String.format(Locale.ROOT, "%.0f MiB behind", lag))
                .add(state(part))
                .toString();
    }

    private static String evaluation(RunProgress part) {
        return line("eval-service", part)
                .add(part.part().substring("evaluation/".length()))
                .add(count(part, "contexts", "contexts"))
                .add(state(part))
                .toString();
    }

    private static StringJoiner line(String name, RunProgress part) {
        StringJoiner line = new StringJoiner("   ");
        line.add("  " + name + " ".repeat(Math.max(0, NAME_WIDTH - name.length())));
        line.setEmptyValue(part.part());
        return line;
    }

    private static String count(RunProgress part, String figure, String what) {
        double value = part.figures().getOrDefault(figure, 0.0);
        return String.format(Locale.ROOT, "%,.0f %s", value, what);
    }

    private static String figure(RunProgress part, String figure, String format) {
        Double value = part.figures().get(figure);
        return value == null ? "" : String.format(Locale.ROOT, format, value);
    }

    private static String state(RunProgress part) {
        String state = part.state().name().toLowerCase(Locale.ROOT);
        String message = part.message().map(text -> ": " + text).orElse("");
        return part.state() == State.RUNNING ? "" : state + message;
    }
}
