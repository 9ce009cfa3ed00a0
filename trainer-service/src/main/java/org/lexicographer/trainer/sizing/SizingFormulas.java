package org.lexicographer.trainer.sizing;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.lexicographer.languagemodel.ModelSites;
import org.lexicographer.languagemodel.forward.SiteWidths;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.Topics;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.TrainingSpec;
import org.lexicographer.trainer.memory.MemoryAmount;
import org.lexicographer.trainer.sizing.RunSizing.Hours;
import org.lexicographer.trainer.sizing.RunSizing.JobSize;
import org.lexicographer.trainer.sizing.RunSizing.Memory;
import org.lexicographer.trainer.sizing.RunSizing.StoreSize;
import org.lexicographer.trainer.sizing.RunSizing.TopicSize;
import org.lexicographer.trainer.sizing.RunSizing.Work;
import org.lexicographer.trainer.stream.JobSites;

/**
 * Works out what a run takes from its spec and the widths of its model. docs/memory.md and
 * docs/runs.md have the formulas.
 */
public final class SizingFormulas {

    /**
     * A step with few active latents takes as long as so many products of its batch with the
     * encoder (docs/performance.md).
     */
    private static final double FEW_ACTIVE_PRODUCTS = 1.5;

    /** Query, key, value and output of attention. */
    private static final long ATTENTION_PRODUCTS = 4;

    /** Gate, neurons and output of an MLP; one without a gate has one fewer. */
    private static final long MLP_PRODUCTS = 3;

    private static final int CHECKPOINTS_AT_WORK = 2;

    /** Blocks that are on their way to the broker, of each partition and beside them. */
    private static final int BLOCKS_IN_FLIGHT = 3;

    private static final double GIGA = 1e9;
    private static final double SECONDS_OF_HOUR = 3600;

    private final RunSpec spec;
    private final ModelSites model;
    private final int threads;
    private final MemoryAmount budget;

    /**
     * Sizes a run.
     *
     * @param model has all sites of the run
     * @param threads of a trainer-service
     * @param budget what jobs of a trainer-service may take
     */
    public SizingFormulas(RunSpec spec, ModelSites model, int threads, MemoryAmount budget) {
        this.spec = spec;
        this.model = model;
        this.threads = threads;
        this.budget = budget;
    }

    /**
     * Works everything out.
     *
     * @param gigaflops 10^9 operations a second of a replica, where they are known
     */
    public RunSizing sizing(OptionalDouble gigaflops) {
        Work work = work();
        return new RunSizing(
                spec.run(),
                memory(),
                topics(),
                store(),
                work,
                gigaflops.stream().mapToObj(speed -> hours(work, speed)).findFirst());
    }

    private static Hours hours(Work work, double gigaflops) {
        double perHour = gigaflops * GIGA * SECONDS_OF_HOUR;
        return new Hours(
                gigaflops,
                (work.forward() + work.fewActive()) / perHour,
                (work.forward() + work.allActive()) / perHour);
    }

    private Memory memory() {
        JobMemory memory = new JobMemory(spec, model::width, threads);
        return Memory.of(
                spec.sites().stream().map(site -> JobSize.of(site, memory, budget)).toList(),
                budget);
    }

    /** The bound of decision 12, for one activation-service. */
    private List<TopicSize> topics() {
        List<TopicSize> topics = new ArrayList<>();
        topics.add(topic(Topics.tokenBlocks(spec.run()), Integer.BYTES));
        for (Site site : spec.observedSites()) {
            int row = model.width(site) * spec.activationType().bytes();
            topics.add(topic(Topics.activationBlocks(spec.run(), site), row));
        }
        return topics;
    }

    private TopicSize topic(String name, int rowBytes) {
        TrainingSpec training = spec.training();
        int partitions = spec.tokenBlock().partitions();
        long rows =
                2L * training.checkpointSteps() * training.batchSize()
                        + (long) training.bufferContexts() * spec.contextLength()
                        + (long) (partitions + BLOCKS_IN_FLIGHT) * spec.blockRows();
        return new TopicSize(name, partitions, training.maxLagBytes() + rows * rowBytes);
    }

    private StoreSize store() {
        long dictionaries = 0;
        long checkpoint = 0;
        for (Site site : spec.sites()) {
            long width = 0;
            for (Site read : JobSites.of(spec, site).all()) {
                width += model.width(read);
            }
            // Half of the buffer is given out between two fillings.
            checkpoint += spec.bufferRows() / 2 * width * spec.training().bufferType().bytes();
            for (RecipeSpec recipe : spec.recipesAt(site)) {
                dictionaries += Float.BYTES * parameters(recipe, site);
                checkpoint += RecipeMemory.weights(recipe, place(recipe, site));
            }
        }
        int steps = spec.training().keepCheckpoints().size();
        long kept = (CHECKPOINTS_AT_WORK + steps) * (checkpoint + dictionaries);
        return new StoreSize(dictionaries, checkpoint, kept);
    }

    private long parameters(RecipeSpec recipe, Site site) {
        long input = model.width(site);
        long output = model.width(recipe.target(site));
        return recipe.dictionarySize() * (input + output + 1) + output;
    }

    private RecipeMemory.Place place(RecipeSpec recipe, Site site) {
        return new RecipeMemory.Place(
                spec.training().batchSize(),
                model.width(site),
                model.width(recipe.target(site)),
                threads);
    }

    private Work work() {
        double few = 0;
        double all = 0;
        for (Site site : spec.sites()) {
            for (RecipeSpec recipe : spec.recipesAt(site)) {
                few += fewActive(recipe, site);
                all +=
                        RecipeMemory.learnsSparsity(recipe)
                                ? allActive(recipe, site)
                                : fewActive(recipe, site);
            }
        }
        long tokens = spec.trainingBlocks() * spec.blockRows();
        return new Work(tokens, tokens * forwardPerToken(), few, all);
    }

    private double fewActive(RecipeSpec recipe, Site site) {
        return FEW_ACTIVE_PRODUCTS * product(recipe, model.width(site));
    }

    /** Encoding, decoding, the latents' gradients, and those of both weights. */
    private double allActive(RecipeSpec recipe, Site site) {
        return product(recipe, 2L * model.width(site) + 3L * model.width(recipe.target(site)));
    }

    /** All steps' products of batches with F rows of a width. */
    private double product(RecipeSpec recipe, long width) {
        TrainingSpec training = spec.training();
        return 2.0 * training.steps() * training.batchSize() * width * recipe.dictionarySize();
    }

    /** Products with weights, of which nearly all of a pass is made where contexts are short. */
    private double forwardPerToken() {
        SiteWidths widths = model.widths();
        int layers =
                spec.observedSites().stream()
                        .filter(site -> site.kind() != Site.Kind.EMBED)
                        .mapToInt(site -> site.layer() + 1)
                        .max()
                        .orElse(0);
        double layer =
                2.0
                        * widths.stream()
                        * (ATTENTION_PRODUCTS * widths.heads() + MLP_PRODUCTS * widths.neurons());
        return layers * layer;
    }
}
