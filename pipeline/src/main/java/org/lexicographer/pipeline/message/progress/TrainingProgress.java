package org.lexicographer.pipeline.message.progress;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.Site;

/**
 * How far the training at one site of a run has come.
 *
 * @param site the site
 * @param step training steps taken
 * @param steps training steps wanted
 * @param tokens rows trained on, each the activation of one token
 * @param tokensPerSecond rows trained on per second, lately
 * @param stream how far it is in the stream of activation blocks
 * @param recipes what is known of its recipes, by name
 * @param memory the memory that it waits for, if that is what it waits for
 */
public record TrainingProgress(
        Site site,
        long step,
        long steps,
        long tokens,
        double tokensPerSecond,
        StreamProgress stream,
        Map<String, RecipeProgress> recipes,
        Optional<MemoryWait> memory)
        implements PartProgress {

    static final String PART = "trainer/";

    public TrainingProgress {
        new Checks()
                .present("site", site)
                .present("stream", stream)
                .present("recipes", recipes)
                .present("memory", memory)
                .end();
        recipes = Collections.unmodifiableMap(new TreeMap<>(recipes));
    }

    /** Creates the progress of training that does not wait for memory. */
    public TrainingProgress(
            Site site,
            long step,
            long steps,
            long tokens,
            double tokensPerSecond,
            StreamProgress stream,
            Map<String, RecipeProgress> recipes) {
        this(site, step, steps, tokens, tokensPerSecond, stream, recipes, Optional.empty());
    }

    /** Returns the progress of a site of which nothing is known but the steps that are wanted. */
    public static TrainingProgress start(Site site, long steps) {
        return waiting(site, 0, steps, Optional.empty());
    }

    /** Returns the progress of a site at which nobody trains now. */
    public static TrainingProgress waiting(
            Site site, long step, long steps, Optional<MemoryWait> memory) {
        return new TrainingProgress(
                site, step, steps, 0, 0, StreamProgress.START, Map.of(), memory);
    }

    @Override
    public String part() {
        return PART + site;
    }

    @Override
    public Figures figures() {
        Figures figures =
                new Figures()
                        .with(Figure.STEP, step)
                        .with(Figure.STEPS, steps)
                        .with(Figure.TOKENS, tokens)
                        .with(Figure.TOKENS_PER_SECOND, tokensPerSecond);
        stream.addTo(figures);
        recipes.forEach((name, recipe) -> recipe.addTo(figures, name));
        memory.ifPresent(wait -> wait.addTo(figures));
        return figures;
    }

    static TrainingProgress read(String site, Figures figures) {
        return new TrainingProgress(
                Site.parse(site),
                figures.count(Figure.STEP),
                figures.count(Figure.STEPS),
                figures.count(Figure.TOKENS),
                figures.number(Figure.TOKENS_PER_SECOND),
                StreamProgress.read(figures),
                RecipeProgress.readAll(figures),
                MemoryWait.read(figures));
    }
}
