package org.lexicographer.trainer.service;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.pipeline.DictionaryReference;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;
import org.lexicographer.pipeline.recipe.setting.Initialization;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.trainer.engine.DictionaryStart;
import org.lexicographer.trainer.initial.InitialDictionaries;

/** Checks the dictionaries that recipes of a submitted run are to start from. */
final class StartCheck {

    private final InitialDictionaries dictionaries;

    StartCheck(InitialDictionaries dictionaries) {
        this.dictionaries = requireNonNull(dictionaries, "dictionaries is null");
    }

    /**
     * Returns the run with the step of every dictionary that a recipe starts from, so that it
     * starts from the same whenever it starts.
     *
     * @throws InvalidFieldsException naming every dictionary that is missing or does not fit
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the store is away
     */
    RunSpec pinned(RunSpec spec) {
        if (spec.recipes().stream().allMatch(it -> it.basics().initialize().isEmpty())) {
            return spec;
        }
        JsonNode run = Json.toTree(spec);
        List<FieldError> errors = new ArrayList<>();
        for (int i = 0; i < spec.recipes().size(); i++) {
            RecipeSpec recipe = spec.recipes().get(i);
            Optional<Initialization> start = recipe.basics().initialize();
            if (start.isPresent()) {
                String field = "recipes[" + i + "].initialize.dictionary";
                ObjectNode place = (ObjectNode) run.at("/recipes/" + i + "/initialize");
                pin(recipe, start.get().dictionary(), field, place).ifPresent(errors::add);
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return RunSpec.read(Json.write(run));
    }

    /** Writes down what a recipe starts from; returns what is wrong with it, if anything. */
    private Optional<FieldError> pin(
            RecipeSpec recipe, DictionaryReference named, String field, ObjectNode place) {
        try {
            place.put("dictionary", checked(recipe, named).toString());
            return Optional.empty();
        } catch (DictionaryException e) {
            return Optional.of(FieldError.of(field, e.getMessage(), null, named));
        }
    }

    private DictionaryReference checked(RecipeSpec recipe, DictionaryReference named) {
        DictionaryReference pinned = dictionaries.pin(named);
        DictionaryConfig config = dictionaries.config(pinned);
        DictionaryStart.obstacle(recipe, config.architecture(), config.dictionarySize())
                .ifPresent(
                        reason -> {
                            throw new DictionaryException(reason);
                        });
        return pinned;
    }
}
