package org.lexicographer.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.pipeline.Site;
import org.slf4j.MDC;

class LogFieldsTest {

    @AfterEach
    void clear() {
        MDC.clear();
    }

    @Test
    void linesSayWhatIsWorkedOnUntilItIsDone() {
        try (LogFields fields = LogFields.ofRun("demo").at(Site.parse("embed"))) {
            fields.block(3).block(4);

            assertThat(MDC.getCopyOfContextMap())
                    .isEqualTo(Map.of("run", "demo", "site", "embed", "sequence", "4"));
        }
        assertThat(MDC.get("run")).isNull();
        assertThat(MDC.get("sequence")).isNull();
    }

    @Test
    void whatAThreadSaidBeforeComesBack() {
        MDC.put("request", "7");
        try (LogFields _ = LogFields.ofRun("demo").at(1)) {
            assertThat(MDC.get("stage")).isEqualTo("1");
            assertThat(MDC.get("request")).isEqualTo("7");
        }

        assertThat(MDC.getCopyOfContextMap()).isEqualTo(Map.of("request", "7"));
    }
}
