package org.lexicographer.benchmark.work;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.lexicographer.benchmark.measure.Contender;

/** A piece of work that can be repeated. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({@JsonSubTypes.Type(value = StepWork.class, name = "step")})
public sealed interface Work permits StepWork {

    /** Returns where it is done. */
    Place place();

    /** Returns this project's way of doing it, ready to start. */
    Contender own();
}
