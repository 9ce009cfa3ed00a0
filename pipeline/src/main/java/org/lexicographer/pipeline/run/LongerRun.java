package org.lexicographer.pipeline.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.recipe.RecipeSpec;

/**
 * What a run would be with more steps: the same, if none of the steps that it has had depends on
 * how many there are.
 */
public final class LongerRun {

    private static final String STEPS = "steps";

    private LongerRun() {}

    /**
     * Returns why steps of a run depend on how many there are, whatever their number; empty where
     * they do not.
     */
    public static List<FieldError> obstacles(RunSpec spec) {
        List<FieldError> obstacles = new ArrayList<>();
        for (int i = 0; i < spec.recipes().size(); i++) {
            String field = "recipes[%d].schedule.decayStart".formatted(i);
            int steps = spec.training().steps();
            spec.recipes()
                    .get(i)
                    .basics()
                    .schedule()
                    .decayStart()
                    .map(start -> falling(field, steps, start))
                    .ifPresent(obstacles::add);
        }
        return obstacles;
    }

    private static FieldError falling(String field, int steps, int start) {
        return FieldError.of(
                field,
                "learning rate falls towards the last step, steps=" + steps,
                "no decay",
                start);
    }

    /**
     * Returns the run with more steps.
     *
     * @throws InvalidFieldsException naming every field because of which the longer run's first
     *     steps would have been others, and every rule that it would break
     */
    public static RunSpec of(RunSpec spec, int steps) {
        List<FieldError> errors = new ArrayList<>(obstacles(spec));
        int before = spec.training().steps();
        if (steps <= before) {
            errors.add(
                    FieldError.of(
                            STEPS, "not more than the run has", "above steps=" + before, steps));
        } else {
            for (int i = 0; i < spec.recipes().size(); i++) {
                ObjectNode recipe = (ObjectNode) Json.toTree(spec.recipes().get(i));
                addDefaults("recipes[%d]".formatted(i), recipe, before, steps, errors);
            }
        }
        if (!errors.isEmpty()) {
            throw new InvalidFieldsException(errors);
        }
        return RunSpec.read(spec.withSteps(steps).toJson());
    }

    /**
     * Adds the settings that have the default for as many steps as there are, and another default
     * for more. Which of them a user has chosen is not known any more: a stored spec has them all.
     */
    private static void addDefaults(
            String path, ObjectNode recipe, int before, int steps, List<FieldError> errors) {
        for (List<String> setting : numbers(recipe, List.of())) {
            JsonNode found = at(recipe, setting);
            JsonNode now = byDefault(recipe, setting, before);
            JsonNode longer = byDefault(recipe, setting, steps);
            if (found.equals(now) && !found.equals(longer)) {
                String rule = "follows from the number of steps where none is given: steps=";
                errors.add(
                        FieldError.of(
                                path + "." + String.join(".", setting),
                                rule + steps,
                                longer,
                                found));
            }
        }
    }

    private static JsonNode byDefault(ObjectNode recipe, List<String> setting, int steps) {
        ObjectNode without = recipe.deepCopy();
        ((ObjectNode) at(without, setting.subList(0, setting.size() - 1)))
                .remove(setting.getLast());
        RecipeSpec.complete(without, steps);
        return at(without, setting);
    }

    private static JsonNode at(JsonNode object, List<String> path) {
        JsonNode place = object;
        for (String name : path) {
            place = place.path(name);
        }
        return place;
    }

    private static List<List<String>> numbers(JsonNode object, List<String> path) {
        List<List<String>> numbers = new ArrayList<>();
        object.properties()
                .forEach(
                        field -> {
                            List<String> place = new ArrayList<>(path);
                            place.add(field.getKey());
                            if (field.getValue().isNumber()) {
                                numbers.add(place);
                            } else if (field.getValue().isObject()) {
                                numbers.addAll(numbers(field.getValue(), place));
                            }
                        });
        return numbers;
    }
}
