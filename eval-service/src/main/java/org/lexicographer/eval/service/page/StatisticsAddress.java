package org.lexicographer.eval.service.page;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.QueryParam;
import java.util.Optional;
import org.lexicographer.eval.service.DictionaryPath;
import org.lexicographer.pipeline.message.Evaluation;

/** The parts of an address that say which statistics of which dictionary are shown. */
public class StatisticsAddress {

    @BeanParam DictionaryPath dictionary;

    @QueryParam("step")
    Optional<String> step;

    @QueryParam("text")
    @DefaultValue(Evaluation.HELD_OUT)
    String text;

    Optional<Long> wantedStep() {
        return step.map(DictionaryPath::step);
    }
}
