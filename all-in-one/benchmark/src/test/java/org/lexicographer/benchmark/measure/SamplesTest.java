package org.lexicographer.benchmark.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Json;

class SamplesTest {

    @Test
    void quantilesLieBetweenSamplesAsNumPyHasThem() {
        // numpy.quantile([1, 2, 4, 8], [0.25, 0.5, 0.75])
        Samples samples = Samples.of(List.of(8.0, 1.0, 4.0, 2.0));

        assertThat(samples.lowerQuartile()).isEqualTo(1.75);
        assertThat(samples.median()).isEqualTo(3);
        assertThat(samples.upperQuartile()).isEqualTo(5);
    }

    @Test
    void samplesStayInTheOrderOfTheirRounds() {
        Samples samples = Samples.of(List.of(8.0, 1.0, 4.0));

        assertThat(samples.median()).isEqualTo(4);
        assertThat(samples.values()).containsExactly(8, 1, 4);
        assertThat(Json.tree(Json.write(samples)).path("samples"))
                .extracting(JsonNode::asDouble)
                .containsExactly(8.0, 1.0, 4.0);
    }

    @Test
    void oneSampleIsItsOwnMedianAndQuartile() {
        Samples samples = Samples.of(List.of(7.0));

        assertThat(samples.lowerQuartile()).isEqualTo(7);
        assertThat(samples.upperQuartile()).isEqualTo(7);
    }

    @Test
    void noSamplesAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples(new double[0]));
    }
}
