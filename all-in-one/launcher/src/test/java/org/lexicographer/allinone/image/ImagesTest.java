package org.lexicographer.allinone.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.image.ImageOptions.Selection;

/** What is asked of the programs that build images. */
class ImagesTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final ImageOrigin ORIGIN =
            new ImageOrigin(
                    Optional.of("0123abcd"),
                    Optional.of(Instant.ofEpochSecond(1_700_000_000)),
                    Optional.of("https://example.org/lexicographer.git"));

    @TempDir private Path folder;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    /** Has some of the programs, and writes down what they are to do. */
    private static final class FakeTool implements Tool {

        private final Set<String> works;
        private final List<String> asked = new ArrayList<>();
        private String fails = "nothing does";

        FakeTool(String... works) {
            this.works = Set.of(works);
        }

        @Override
        public Answer ask(List<String> command) {
            return works.contains(command.getFirst())
                    ? new Answer(true, "version 1")
                    : new Answer(false, "Client: 29\nno engine");
        }

        @Override
        public int run(List<String> command) {
            String line = String.join(" ", command);
            asked.add(line);
            return line.contains(fails) ? 125 : 0;
        }
    }

    private void make(Tool tool, ImageOptions options) {
        PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
        new Images(HOME, tool, out).make(options, ORIGIN);
    }

    private static ImageOptions options(Selection selection) {
        return new ImageOptions(
                selection,
                Optional.empty(),
                Map.of(),
                Map.of(),
                true,
                Optional.empty(),
                Optional.empty());
    }

    private static Selection only(String... services) {
        return new Selection(Set.of(services), false, Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({
        "docker podman buildah, docker",
        "podman buildah, podman",
        "buildah, buildah",
    })
    void takesTheFirstProgramThatWorks(String works, String taken) {
        // Given
        FakeTool tool = new FakeTool(works.split(" "));

        // When
        make(tool, options(only()));

        // Then
        assertThat(tool.asked)
                .hasSize(4)
                .allSatisfy(line -> assertThat(line).startsWith(taken + " build "));
    }

    @Test
    void saysWhatWasLookedForAndWhatToInstall() {
        assertThatThrownBy(() -> make(new FakeTool(), options(only())))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("docker: no engine")
                .hasMessageContaining("podman: no engine")
                .hasMessageContaining("buildah: no engine")
                .hasMessageContaining("apt-get install buildah");
    }

    @Test
    void doesNotTakeAnotherProgramThanTheOneNamed() {
        // Given
        ImageOptions options =
                new ImageOptions(
                        only(),
                        Optional.of(ImageBuilder.DOCKER),
                        Map.of(),
                        Map.of(),
                        true,
                        Optional.empty(),
                        Optional.empty());

        // Then
        assertThatThrownBy(() -> make(new FakeTool("buildah"), options))
                .hasMessageContaining("docker: no engine");
    }

    @Test
    void saysWhichImageFailed() {
        // Given
        FakeTool tool = new FakeTool("docker");
        tool.fails = "SERVICE=trainer-service";

        // Then
        assertThatThrownBy(() -> make(tool, options(only())))
                .hasMessage(
                        "'docker build' failed: image=lexicographer/trainer-service:0.2.0,"
                                + " status=125");
    }

    @ParameterizedTest
    @EnumSource(ImageBuilder.class)
    void tellsEveryProgramTheSameOfAnImage(ImageBuilder builder) {
        // Given
        FakeTool tool = new FakeTool(builder.program());

        // When
        make(tool, options(only("eval-service")));

        // Then
        assertThat(tool.asked)
                .singleElement()
                .asString()
                .contains(
                        "--file service-runtime/Dockerfile",
                        "lexicographer/eval-service:0.2.0",
                        "--build-arg ACCELERATOR=cpu",
                        "--build-arg REHEARSE=true",
                        "--build-arg SERVICE=eval-service",
                        "--build-arg PORT=8084",
                        "--build-arg JAVA_IMAGE=docker.io/library/eclipse-temurin:25-jre",
                        "image.title=Lexicographer eval-service",
                        "image.description=Dictionaries in, evaluations out.",
                        "image.version=0.2.0",
                        "image.revision=0123abcd",
                        "image.source=https://example.org/lexicographer.git",
                        "image.created=2023-11-14T22:13:20Z",
                        "image.base.name=docker.io/library/eclipse-temurin:25-jre",
                        "--build-arg FILE_TIME=1767225600")
                .endsWith(" .");
    }

    @Test
    void everyLayersFilesHaveOneTimeWhicheverCommitItIsOf() {
        // Given
        FakeTool tool = new FakeTool("buildah");

        // When
        make(tool, options(only()));

        // Then
        assertThat(tool.asked)
                .allSatisfy(line -> assertThat(line).contains("--layers --timestamp 1767225600 "));
    }

    @Test
    void baseImageTagLabelsAndRehearsalAreThoseAskedFor() {
        // Given
        FakeTool tool = new FakeTool("buildah");
        ImageOptions options =
                new ImageOptions(
                        new Selection(Set.of("trainer-service"), true, Optional.of("mine")),
                        Optional.empty(),
                        Map.of("CUDA_IMAGE", "registry.example/torch"),
                        Map.of("org.opencontainers.image.vendor", "we"),
                        false,
                        Optional.empty(),
                        Optional.empty());

        // When
        make(tool, options);

        // Then
        assertThat(tool.asked)
                .singleElement()
                .asString()
                .contains(
                        "--tag docker.io/lexicographer/trainer-service:mine-gpu",
                        "--build-arg ACCELERATOR=gpu",
                        "--build-arg CUDA_IMAGE=registry.example/torch",
                        "--build-arg REHEARSE=false",
                        "image.base.name=registry.example/torch",
                        "image.vendor=we",
                        "image.version=0.2.0 ");
    }

    @Test
    void savesWhereAskedToInPlaceOfWhatIsThere() throws Exception {
        // Given
        Path there = Files.writeString(folder.resolve("eval-service-0.2.0.tar"), "before");
        FakeTool tool = new FakeTool("buildah");
        ImageOptions options =
                new ImageOptions(
                        only("eval-service"),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        true,
                        Optional.empty(),
                        Optional.of(folder));

        // When
        make(tool, options);

        // Then
        assertThat(there).doesNotExist();
        assertThat(tool.asked.getLast())
                .isEqualTo(
                        "buildah push docker.io/lexicographer/eval-service:0.2.0 docker-archive:"
                                + there
                                + ":docker.io/lexicographer/eval-service:0.2.0");
    }

    @Test
    void pushesWhereAskedTo() {
        // Given
        FakeTool tool = new FakeTool("docker");
        ImageOptions options =
                new ImageOptions(
                        only("eval-service"),
                        Optional.empty(),
                        Map.of(),
                        Map.of(),
                        true,
                        Optional.of("registry.example/team"),
                        Optional.empty());

        // When
        make(tool, options);

        // Then
        assertThat(tool.asked)
                .endsWith(
                        "docker tag lexicographer/eval-service:0.2.0"
                                + " registry.example/team/eval-service:0.2.0",
                        "docker push registry.example/team/eval-service:0.2.0");
    }

    @Test
    void theImagesForGpusAreTheOnesThatCalculate() {
        // When
        Selection selection = new Selection(Set.of(), true, Optional.empty());
        Stream<String> names = selection.of(ServiceImage.of(HOME)).stream().map(ServiceImage::name);

        // Then
        assertThat(names)
                .containsExactlyInAnyOrder(
                        "lexicographer/tokenizer-service:0.2.0",
                        "lexicographer/activation-service:0.2.0-gpu",
                        "lexicographer/trainer-service:0.2.0-gpu",
                        "lexicographer/eval-service:0.2.0-gpu");
    }
}
