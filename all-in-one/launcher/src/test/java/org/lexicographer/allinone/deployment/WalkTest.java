package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.allinone.demo.Demo;

/**
 * The README's walk on a cluster, as far as it can be checked without one: what kubectl is told is
 * in the manifests. Its requests are sent to real services by {@code AllInOneSystemTest}.
 */
class WalkTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));

    private static final Pattern RUN = Pattern.compile("\\./run ([a-z-]+)([^\\n`#]*)");
    private static final Pattern OPTION = Pattern.compile("(?<= )--[a-z][a-z-]+");
    private static final Pattern FORWARD =
            Pattern.compile("port-forward service/([a-z-]+) (\\d+) &");
    private static final Pattern APPLY = Pattern.compile("kubectl apply -k (\\S+)");
    private static final Pattern SECRET = Pattern.compile("create secret generic ([a-z-]+)");
    private static final Pattern LITERAL = Pattern.compile("--from-literal=(\\w+)=");
    private static final Pattern NAMESPACE = Pattern.compile("(?: -n |create namespace )(\\S+)");
    private static final Pattern SAVED = Pattern.compile("--save (\\S+)");
    private static final Pattern LOADED = Pattern.compile("image-archive (\\S+)/\\*\\.tar");

    @ParameterizedTest
    @ValueSource(
            strings = {"README.md", "docs/kubernetes.md", "docs/chaos.md", "docs/performance.md"})
    void optionsOfOurCommandsAreThoseOfTheirHelp(String page) throws IOException {
        // When
        List<MatchResult> commands = RUN.matcher(read(page)).results().toList();

        // Then
        assertThat(commands).isNotEmpty();
        for (MatchResult command : commands) {
            if (!command.group(1).equals("help")) {
                String help = read("docs/help/" + command.group(1) + ".txt");
                for (String option : all(OPTION, command.group(2), 0)) {
                    assertThat(help).as(command.group()).contains(option);
                }
            }
        }
    }

    @Test
    void portsThatAreForwardedAreThoseOfServices() throws IOException {
        // When
        List<MatchResult> forwarded = FORWARD.matcher(walk()).results().toList();

        // Then
        assertThat(forwarded).hasSize(4);
        for (MatchResult forward : forwarded) {
            Manifest service =
                    dev().stream()
                            .filter(it -> it.kind().equals("Service"))
                            .filter(it -> it.name().equals(forward.group(1)))
                            .findFirst()
                            .orElseThrow();
            assertThat(service.at("spec", "ports", 0, "port").text()).isEqualTo(forward.group(2));
        }
    }

    @Test
    void theKeysThatAreChosenAreThoseThatPodsRead() throws IOException {
        // When
        List<String> keys = all(LITERAL, walk(), 1);
        String pods =
                dev().stream()
                        .filter(it -> Set.of("StatefulSet", "Deployment").contains(it.kind()))
                        .map(Manifest::text)
                        .collect(Collectors.joining("\n"));

        // Then
        assertThat(all(SECRET, walk(), 1)).containsExactly("object-store-credentials");
        assertThat(keys).hasSize(2);
        for (String key : keys) {
            assertThat(pods)
                    .contains("secretKeyRef={key=%s, name=object-store-creden".formatted(key));
        }
        assertThat(pods).contains("secretRef={name=object-store-credentials}");
    }

    @Test
    void allThatPodsNeedAndTheOverlayHasNotIsCreated() throws IOException {
        assertThat(all(SECRET, walk(), 1).stream().map(name -> "Secret/" + name))
                .containsExactlyElementsOf(References.broughtAlong(Rendered.of(Overlay.DEV)));
    }

    @Test
    void whatPodsAskForIsSaid() throws IOException {
        // Given: what Strimzi's operator asks for, by its own deployment
        double processors = 0.2;
        double memory = 384.0 / 1024;

        // When
        for (Manifest requests : requests()) {
            processors += processors(requests.at("cpu").text());
            memory += ContainerMemory.bytes(requests.at("memory").text()) / (double) (1 << 30);
        }

        // Then
        assertThat(read("README.md"))
                .contains("ask for %.1f CPUs and %.1f GiB of memory".formatted(processors, memory));
    }

    /** What pods of the overlay ask for, the broker's among them, which the operator makes. */
    private static List<Manifest> requests() {
        Rendered dev = Rendered.of(Overlay.DEV);
        Stream<Manifest> pods =
                dev.pods().stream().map(pod -> pod.at("containers", 0, "resources", "requests"));
        Stream<Manifest> brokers =
                dev.ofKind("KafkaNodePool").map(pool -> pool.at("spec", "resources", "requests"));
        return Stream.concat(pods, brokers).toList();
    }

    private static double processors(String cpu) {
        return cpu.endsWith("m")
                ? Double.parseDouble(cpu.replace("m", "")) / 1000
                : Double.parseDouble(cpu);
    }

    @Test
    void everythingIsAppliedIntoOneNamespace() throws IOException {
        assertThat(all(APPLY, walk(), 1)).containsExactly("k8s/overlays/dev");
        assertThat(Set.copyOf(all(NAMESPACE, walk(), 1))).containsExactly("lexicographer");
        assertThat(dev())
                .filteredOn(it -> it.kind().equals("Namespace"))
                .extracting(Manifest::name)
                .containsExactly("lexicographer");
    }

    @Test
    void theImagesThatAreMadeAreTheOnesThatAreLoaded() throws IOException {
        assertThat(all(LOADED, walk(), 1)).hasSize(1).isEqualTo(all(SAVED, walk(), 1));
    }

    /** The shell blocks of the README's section. */
    private static String walk() throws IOException {
        String readme = read("README.md");
        int start = readme.indexOf("### On a cluster\n");
        String section = readme.substring(start, readme.indexOf("\n## ", start));
        return Stream.of(section.split("```"))
                .filter(block -> block.startsWith("sh "))
                .collect(Collectors.joining());
    }

    private static List<Manifest> dev() {
        return Rendered.of(Overlay.DEV).resources();
    }

    private static List<String> all(Pattern pattern, String text, int group) {
        return pattern.matcher(text).results().map(found -> found.group(group)).toList();
    }

    private static String read(String file) throws IOException {
        return Files.readString(HOME.resolve(file));
    }
}
