package org.lexicographer.runstore;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Which language model each run is computed with, by content: the first that is used. Whoever comes
 * later, another replica, service or attempt, must find the same, or the run would mix numbers of
 * two models. A run from before there was such a record has the one that is found next.
 */
public final class RunModels {

    private final ObjectStore objects;

    /** Keeps the records in this store. */
    public RunModels(ObjectStore objects) {
        this.objects = requireNonNull(objects, "objects is null");
    }

    /**
     * What is stored.
     *
     * @param content a digest of the model's files
     */
    private record Model(String content) {

        Model {
            requireNonNull(content, "content is null");
        }
    }

    /**
     * Makes a model the run's, unless another is.
     *
     * @param content a digest of the files that lie at the spec's address now
     * @throws ReplacedModelException when another is the run's
     */
    public void use(RunSpec spec, String content) {
        String key = ObjectKeys.runModel(spec.run());
        if (find(key).isEmpty()) {
            objects.putIfAbsent(key, Json.write(new Model(content)));
        }
        check(spec, content);
    }

    /**
     * Checks that a model is the run's, if it has one.
     *
     * @throws ReplacedModelException when another is the run's
     */
    public void check(RunSpec spec, String content) {
        find(ObjectKeys.runModel(spec.run()))
                .filter(used -> !used.content().equals(content))
                .ifPresent(
                        used -> {
                            throw new ReplacedModelException(spec, used.content(), content);
                        });
    }

    private Optional<Model> find(String key) {
        try {
            return Optional.of(Json.read(objects.bytes(key), Model.class));
        } catch (ObjectNotFoundException e) {
            return Optional.empty();
        }
    }
}
