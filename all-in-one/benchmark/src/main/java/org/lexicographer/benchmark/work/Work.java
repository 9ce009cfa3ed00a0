package org.lexicographer.benchmark.work;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A piece of work that can be repeated, by this project's worker too. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StepWork.class, name = "step"),
    @JsonSubTypes.Type(value = ProductWork.class, name = "product"),
    @JsonSubTypes.Type(value = ForwardWork.class, name = "forward"),
    @JsonSubTypes.Type(value = EvaluationWork.class, name = "evaluation"),
    @JsonSubTypes.Type(value = LatentsWork.class, name = "latents")
})
public sealed interface Work extends Task
        permits StepWork, ProductWork, ForwardWork, EvaluationWork, LatentsWork {}
