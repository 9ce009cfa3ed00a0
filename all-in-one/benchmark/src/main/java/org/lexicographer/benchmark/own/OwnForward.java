package org.lexicographer.benchmark.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import org.lexicographer.benchmark.work.ForwardWork;
import org.lexicographer.benchmark.work.Place;
import org.lexicographer.benchmark.work.Texts;
import org.lexicographer.languagemodel.LanguageModel;
import org.lexicographer.languagemodel.weights.ModelDevices;
import org.lexicographer.pipeline.Site;

/** A forward pass to the end of the last layer, whose activations are looked at and dropped. */
final class OwnForward extends Timed {

    private final LanguageModel model;
    private final Texts texts;
    private final int[] tokens;
    private final Site last;

    OwnForward(ForwardWork work) {
        super("lexicographer");
        texts = work.texts();
        tokens = texts.read();
        try {
            Place place = work.place();
            model =
                    LanguageModel.load(
                            texts.path(),
                            ModelDevices.only(place.toDevice(), Long.MAX_VALUE),
                            place.computeType());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        last = Site.parse("layers.%d.resid.post".formatted(model.layers() - 1));
    }

    @Override
    void act() {
        try (NDManager scope = model.newScope()) {
            Shape shape = new Shape(texts.contexts(), texts.contextLength());
            NDArray ids = scope.create(tokens, shape); // (B, T)
            NDArray activations = model.observe(ids, Set.of(last)).get(last); // (B, T, D)
            activations.getFloat(0, 0, 0); // on a GPU waits for the pass
        }
    }

    @Override
    public void close() {
        model.close();
    }
}
