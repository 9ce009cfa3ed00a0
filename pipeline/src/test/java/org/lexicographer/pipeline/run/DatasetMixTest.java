package org.lexicographer.pipeline.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.pipeline.Golden;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.Json;
import org.lexicographer.pipeline.run.DatasetMix.Part;

class DatasetMixTest {

    @Test
    void isWrittenAsItWasRead() {
        RunSpec spec =
                mixing("[{'name': 'code', 'weight': 0.25}, {'name': 'web', 'weight': 0.75}]");

        assertThat(spec.datasets().orElseThrow().parts())
                .containsExactly(new Part("code", 0.25), new Part("web", 0.75));
        assertThat(RunSpec.read(spec.toJson())).isEqualTo(spec);
    }

    @Test
    void aSpecThatMixesNothingIsWrittenWithoutIt() {
        RunSpec spec = RunSpec.read(Golden.text("RunSpec").getBytes(UTF_8));

        assertThat(new String(spec.toJson(), UTF_8)).doesNotContain("datasets");
    }

    @ParameterizedTest
    @CsvSource({
        "0.25, 0.75, 25, 75",
        "0.1, 0.2, 1, 2",
        "1, 2.5, 10, 25",
        "1e-6, 1e6, 1, 1000000000000"
    })
    void proportionsAreThoseOfTheNumbersAsTheyAreWritten(
            double one, double other, BigInteger ofOne, BigInteger ofOther) {
        DatasetMix mix = new DatasetMix(List.of(new Part("a", one), new Part("b", other)));

        List<BigInteger> proportions = mix.proportions();

        assertThat(proportions.getFirst().multiply(ofOther))
                .isEqualTo(proportions.getLast().multiply(ofOne));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    []                                                       | datasets: too few
                    {"code": 1}                                              | datasets: wrong type: expected=list
                    [{'name': 'code', 'weight': 0}]                          | datasets[0].weight: out of range: expected=above 0
                    [{'name': 'code', 'weight': -1}]                         | datasets[0].weight: out of range
                    [{'name': 'code'}]                                       | datasets[0].weight: missing
                    [{'name': 'The web', 'weight': 1}]                       | datasets[0].name: name not allowed
                    [{'name': 'a', 'weight': 1}, {'name': 'a', 'weight': 2}] | datasets[1].name: repeated
                    """,
            quoteCharacter = '`')
    void namesWhatIsWrong(String datasets, String error) {
        assertThat(catchThrowableOfType(InvalidFieldsException.class, () -> mixing(datasets)))
                .hasMessageContaining(error);
    }

    private static RunSpec mixing(String datasets) {
        ObjectNode json = (ObjectNode) Json.tree(Golden.text("RunSpec").getBytes(UTF_8));
        json.set("datasets", Json.tree(datasets.replace('\'', '"').getBytes(UTF_8)));
        return RunSpec.read(json);
    }
}
