package org.lexicographer.benchmark.work;

import java.util.List;

/**
 * A training step of each of some dictionaries, one after the other, on activations of a language
 * model: each dictionary has a forward pass over the text of its own. This project's side is a run
 * of the services.
 *
 * @param texts the model, and as many tokens as a batch has rows
 * @param sites the sites, as run specs name them
 * @param recipes the recipes' types at each of them
 * @param size the sizes of each step
 * @param place where
 */
public record TrainingTask(
        Texts texts, List<String> sites, List<String> recipes, StepSize size, Place place)
        implements Task {

    /** Copies the lists. */
    public TrainingTask {
        sites = List.copyOf(sites);
        recipes = List.copyOf(recipes);
    }
}
