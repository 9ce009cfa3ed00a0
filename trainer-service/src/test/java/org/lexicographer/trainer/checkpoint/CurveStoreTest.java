package org.lexicographer.trainer.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.stored.CurvePoint;
import org.lexicographer.pipeline.stored.TrainingCurve;
import org.lexicographer.pipeline.stored.TrainingCurves;

class CurveStoreTest {

    private static final Site SITE = Site.parse("layers.3.mlp.out");

    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
    private final CurveStore store = new CurveStore(objects, "run");

    private static TrainingCurves after(long step) {
        CurvePoint point = new CurvePoint(step, 0.5, 3, 2, 31.5, 7, Optional.empty(), 1e-3);
        return new TrainingCurves(SITE, step, Map.of("standard", TrainingCurve.EMPTY.with(point)));
    }

    private List<String> keys() {
        return objects.list("").map(ObjectStat::key).toList();
    }

    @Test
    void theCurvesOfTheLastStepStay() {
        store.save(after(10));
        store.save(after(20));

        String key = "runs/run/curves/layers.3.mlp.out/step-0000000020.json";
        assertThat(keys()).containsExactly(key);
        assertThat(TrainingCurves.read(objects.bytes(key))).isEqualTo(after(20));
    }

    @Test
    void whatAFormerOwnerStoresLateDoesNotReplaceThem() {
        store.save(after(20));
        new CurveStore(objects, "run").save(after(10));

        assertThat(keys().getLast()).endsWith("step-0000000020.json");
        assertThat(TrainingCurves.read(objects.bytes(keys().getLast()))).isEqualTo(after(20));
    }
}
