package org.lexicographer.allinone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.lexicographer.embedded.BrokerPlan;
import org.lexicographer.embedded.BrokerRelay;

class PlanArgumentTest {

    static List<BrokerPlan> plans() {
        return List.of(
                BrokerPlan.alone(9092),
                new BrokerPlan(1, 9092, List.of(), List.of(new BrokerRelay("RELAY", 1, 2))),
                new BrokerPlan(
                        3,
                        9094,
                        List.of(1, 2, 3),
                        List.of(new BrokerRelay("ONE", 4, 5), new BrokerRelay("TWO", 6, 7))));
    }

    @ParameterizedTest
    @MethodSource("plans")
    void isReadAsItWasWritten(BrokerPlan plan) {
        assertThat(PlanArgument.read(PlanArgument.of(plan))).isEqualTo(plan);
    }
}
