package org.lexicographer.pipeline.rights;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.pipeline.stream.Installation;

/** The list of rights; that it suffices, and holds nothing else, a system test shows. */
class KafkaRightsTest {

    private static final Path PAGE = Path.of("..", "docs", "kafka.md");
    private static final Installation BLUE = new Installation("blue.");

    @Test
    void thePageHasEveryRightAndItsCommand() throws IOException {
        // When
        String page = Files.readString(PAGE);

        // Then
        assertThat(between(page, "|---|---|---|---|\n", "\n\n") + "\n")
                .isEqualTo(new RightsListing("").rows());
        assertThat(between(page, "<!-- commands -->\n\n```\n", "```"))
                .isEqualTo(new RightsListing("${PREFIX}").commands());
    }

    private static String between(String text, String before, String after) {
        assertThat(text).contains(before);
        int from = text.indexOf(before) + before.length();
        return text.substring(from, text.indexOf(after, from));
    }

    @ParameterizedTest
    @EnumSource(KafkaUser.class)
    void nobodyHasRightsToWhatIsNotItsInstallations(KafkaUser user) {
        assertThat(user.in(BLUE)).isEqualTo("blue." + user.service());
        assertThat(user.rights(BLUE))
                .isNotEmpty()
                .allSatisfy(right -> assertThat(right.resource().name()).startsWith("blue."))
                .noneMatch(right -> right.resource().resourceType() == ResourceType.CLUSTER);
    }

    @Test
    void aRightToNamesWithABeginningCoversThemAlone() {
        KafkaRight right =
                new KafkaRight(
                        new ResourcePattern(
                                ResourceType.TOPIC, "blue.token-blocks.", PatternType.PREFIXED),
                        AclOperation.READ);

        assertThat(right.covers(ResourceType.TOPIC, "blue.token-blocks.demo")).isTrue();
        assertThat(right.covers(ResourceType.TOPIC, "green.token-blocks.demo")).isFalse();
        assertThat(right.covers(ResourceType.GROUP, "blue.token-blocks.demo")).isFalse();
        assertThat(right).hasToString("topic blue.token-blocks.* Read");
        assertThat(right.of("blue.x").entry().principal()).isEqualTo("User:blue.x");
    }
}
