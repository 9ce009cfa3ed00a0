package org.lexicographer.allinone.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.allinone.TriedCommand;
import org.lexicographer.allinone.image.ImageOptions.Selection;

class ImagesCommandTest {

    private final TriedCommand<ImageOptions> command = new TriedCommand<>(ImagesCommand::new);

    @Test
    void readsEveryOption() {
        // Given
        String all =
                "--with podman --tag mine --gpu --save /archives --push registry.example/team"
                        + " --base-image a --cuda-image b --label x=1 --label y=2 --no-rehearsal"
                        + " trainer-service eval-service";

        // When
        int status = command.execute(all.split(" "));

        // Then
        assertThat(status).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new ImageOptions(
                                new Selection(
                                        Set.of("trainer-service", "eval-service"),
                                        true,
                                        Optional.of("mine")),
                                Optional.of(ImageBuilder.PODMAN),
                                Map.of("JAVA_IMAGE", "a", "CUDA_IMAGE", "b"),
                                Map.of("x", "1", "y", "2"),
                                false,
                                Optional.of("registry.example/team"),
                                Optional.of(Path.of("/archives"))));
    }

    @Test
    void makesAllWithTheirCachesAndPushesNothingWhereNothingIsSaid() {
        assertThat(command.execute()).isZero();
        assertThat(command.asked())
                .containsExactly(
                        new ImageOptions(
                                new Selection(Set.of(), false, Optional.empty()),
                                Optional.empty(),
                                Map.of(),
                                Map.of(),
                                true,
                                Optional.empty(),
                                Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = ';',
            value = {
                "--with kaniko; found=kaniko, expected=docker, podman or buildah",
                "--tag a/b; found=a/b",
                "trainer; found=trainer, expected=tokenizer-service, activation-service",
                "--push; Missing required parameter for option '--push'"
            })
    void saysWhatIsWrong(String arguments, String message) {
        assertThat(command.execute(arguments.split(" "))).isEqualTo(2);
        assertThat(command.printed()).contains(message);
        assertThat(command.asked()).isEmpty();
    }

    @Test
    void theHelpThatIsShownIsItsOwn() throws Exception {
        command.assertHelpIsShown("images");
    }
}
