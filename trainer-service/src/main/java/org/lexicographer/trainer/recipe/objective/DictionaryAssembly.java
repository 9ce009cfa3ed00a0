package org.lexicographer.trainer.recipe.objective;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.ActiveLatents;
import org.lexicographer.dictionary.Architecture;
import org.lexicographer.dictionary.architecture.DictionaryShape;
import org.lexicographer.trainer.recipe.update.Parameter;

/** What objectives have in common when they make a dictionary of their weights. */
public final class DictionaryAssembly {

    private DictionaryAssembly() {}

    /** Returns the blueprint of a dictionary with such weights. */
    public static DictionaryShape blueprint(
            Architecture architecture,
            AffineWeights weights,
            Optional<ActiveLatents> activeLatents) {
        return new DictionaryShape(
                architecture,
                weights.inputDim(),
                weights.outputDim(),
                weights.dictionarySize(),
                weights.subtracted(),
                activeLatents);
    }

    /** Returns all parameters in one list. */
    public static List<Parameter> all(AffineWeights weights, Parameter... perLatent) {
        List<Parameter> all = new ArrayList<>(weights.parameters());
        all.addAll(List.of(perLatent));
        return List.copyOf(all);
    }
}
