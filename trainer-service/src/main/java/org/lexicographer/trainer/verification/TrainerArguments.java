package org.lexicographer.trainer.verification;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.Optional;
import org.lexicographer.pipeline.recipe.setting.Resampling;

/**
 * The arguments of a trainer's constructor in dictionary_learning 0.1, or of the post's loop.
 *
 * @param json the arguments by name
 */
record TrainerArguments(JsonNode json) {

    private static final int DEFAULT_WARMUP = 1000;
    private static final int DEFAULT_SPARSITY_WARMUP = 2000;
    private static final double DEFAULT_PENALTY = 1e-1;
    private static final double DEFAULT_JUMP_PENALTY = 1;
    private static final double DEFAULT_TARGET_L0 = 20;
    private static final int DEFAULT_ANNEAL_START = 15_000;

    int steps() {
        if (!json.path("steps").isIntegralNumber()) {
            throw new IllegalArgumentException("reference.json lacks a number: field=steps");
        }
        return json.get("steps").intValue();
    }

    void addSchedule(ObjectNode recipe) {
        ObjectNode schedule = recipe.putObject("schedule");
        schedule.put("warmupSteps", whole("warmup_steps").orElse(DEFAULT_WARMUP));
        whole("decay_start").ifPresent(start -> schedule.put("decayStart", start));
    }

    void addResampling(ObjectNode recipe, Resampling.Scheme scheme) {
        if (json.path("resample_steps").isNumber()) {
            recipe.putObject("resampling")
                    .put("scheme", scheme.text())
                    .set("steps", json.get("resample_steps"));
        }
    }

    void addStandard(ObjectNode recipe) {
        addPenalty(recipe);
        addResampling(recipe, Resampling.Scheme.DICTIONARY_LEARNING);
    }

    void addPenalty(ObjectNode recipe) {
        addPenalty(recipe, "l1_penalty", DEFAULT_PENALTY);
    }

    /** A warm-up of null means none, a missing one the default. */
    private void addPenalty(ObjectNode recipe, String argument, double defaultPenalty) {
        recipe.put("sparsityPenalty", number(argument).orElse(defaultPenalty));
        int steps =
                json.has("sparsity_warmup_steps")
                        ? whole("sparsity_warmup_steps").orElse(0)
                        : DEFAULT_SPARSITY_WARMUP;
        ((ObjectNode) recipe.get("schedule")).put("sparsityWarmupSteps", steps);
    }

    void addAnneal(ObjectNode recipe, String defaultFunction) {
        if (json.path("resample_steps").isNumber()) {
            throw new IllegalArgumentException(
                    "cannot be compared: the trainer changes no weight when it resamples:"
                            + " resample_steps="
                            + json.get("resample_steps"));
        }
        addPenalty(recipe, "initial_sparsity_penalty", DEFAULT_PENALTY);
        int start = whole("anneal_start").orElse(DEFAULT_ANNEAL_START);
        int end = whole("anneal_end").orElse(steps());
        ObjectNode anneal = recipe.putObject("anneal");
        anneal.put("start", start).put("end", end);
        anneal.put("pEnd", number("p_end").orElse(0.0));
        number("p_start").ifPresent(p -> anneal.put("pStart", p));
        String function = json.path("sparsity_function").asText(defaultFunction);
        anneal.put("function", function.toLowerCase(Locale.ROOT));
        whole("sparsity_queue_length").ifPresent(length -> anneal.put("window", length));
        if (json.path("n_sparsity_updates").asText().equals("continuous")) {
            anneal.put("updates", end - start + 1);
        } else {
            whole("n_sparsity_updates").ifPresent(updates -> anneal.put("updates", updates));
        }
    }

    void addJump(ObjectNode recipe) {
        addPenalty(recipe, "sparsity_penalty", DEFAULT_JUMP_PENALTY);
        recipe.put("targetL0", number("target_l0").orElse(DEFAULT_TARGET_L0));
        number("bandwidth").ifPresent(bandwidth -> recipe.put("bandwidth", bandwidth));
    }

    void addSelection(ObjectNode recipe) {
        recipe.set("k", json.get("k"));
        whole("k_anneal_steps").ifPresent(steps -> recipe.put("kAnnealSteps", steps));
        ObjectNode auxiliary = recipe.putObject("auxiliary");
        number("auxk_alpha").ifPresent(weight -> auxiliary.put("weight", weight));
        number("threshold_beta").ifPresent(beta -> recipe.put("thresholdDecay", beta));
        whole("threshold_start_step").ifPresent(step -> recipe.put("thresholdStart", step));
    }

    void addGroups(ObjectNode recipe) {
        addSelection(recipe);
        copy(recipe, "groupFractions", "group_fractions");
        copy(recipe, "groupWeights", "group_weights");
    }

    private void copy(ObjectNode recipe, String field, String argument) {
        if (json.path(argument).isArray()) {
            recipe.set(field, json.get(argument));
        }
    }

    Optional<Integer> whole(String argument) {
        return number(argument).map(Double::intValue);
    }

    Optional<Double> number(String argument) {
        return json.path(argument).isNumber()
                ? Optional.of(json.get(argument).doubleValue())
                : Optional.empty();
    }
}
