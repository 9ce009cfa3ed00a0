package org.lexicographer.benchmark.work;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A piece of work that can be repeated. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StepWork.class, name = "step"),
    @JsonSubTypes.Type(value = ProductWork.class, name = "product"),
    @JsonSubTypes.Type(value = ForwardWork.class, name = "forward"),
    @JsonSubTypes.Type(value = EvaluationWork.class, name = "evaluation")
})
public sealed interface Work permits StepWork, ProductWork, ForwardWork, EvaluationWork {

    /** Returns where it is done. */
    Place place();
}
