package org.lexicographer.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.stored.TrainingCurves;

/**
 * The training curves of one run in the object store, where they outlive its checkpoints. A former
 * owner of the job can do no harm: it writes what the job had after an earlier step, under that
 * step's key.
 */
public final class CurveStore {

    private final ObjectStore objects;
    private final String run;

    public CurveStore(ObjectStore objects, String run) {
        this.objects = requireNonNull(objects, "objects is null");
        this.run = requireNonNull(run, "run is null");
    }

    /** Stores the curves, and removes those of earlier steps. */
    public void save(TrainingCurves curves) {
        String key = ObjectKeys.curves(run, curves.site(), curves.step());
        objects.put(key, curves.toJson());
        try (Stream<ObjectStat> all = objects.list(ObjectKeys.curves(run, curves.site()))) {
            // Steps are written with as many digits, so keys have their order.
            List<String> earlier =
                    all.map(ObjectStat::key).filter(other -> other.compareTo(key) < 0).toList();
            objects.deleteAll(earlier);
        }
    }
}
