package org.lexicographer.trainer.service;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.languagemodel.hub.HubSources;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.RunSpec.LanguageModelSource;
import org.lexicographer.pipeline.source.SourceUri.HubPath;

/**
 * Puts the commit into a submitted run that its language model's revision means. That is asked once
 * for a run: whoever submits the same run again gets the same commit, whatever the branch has
 * become.
 */
final class ModelRevision {

    private final HubSources hub;

    ModelRevision(HubSources hub) {
        this.hub = requireNonNull(hub, "hub is null");
    }

    /**
     * Returns the run with its commit.
     *
     * @param find finds the run of a name, if there is one
     * @throws InvalidFieldsException when the hub has no such model, or does not give it
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the hub is away
     */
    RunSpec pinned(RunSpec spec, Function<String, Optional<RunSpec>> find) {
        LanguageModelSource model = spec.languageModel();
        Optional<HubPath> path = model.hub().filter(it -> !it.isPinned());
        if (path.isEmpty()) {
            return spec;
        }
        String commit =
                find.apply(spec.run())
                        .flatMap(run -> run.languageModel().hub())
                        .map(HubPath::revision)
                        .orElseGet(() -> commit(path.get()));
        return spec.withLanguageModel(model.at(commit));
    }

    private String commit(HubPath path) {
        try {
            return hub.pinned(path).revision();
        } catch (RefusedObjectStoreException e) {
            throw new InvalidFieldsException(
                    FieldError.of(
                            "languageModel.uri",
                            "language model not found: reason=" + e.getMessage()));
        }
    }
}
