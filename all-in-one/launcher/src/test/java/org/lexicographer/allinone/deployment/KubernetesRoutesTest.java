package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;

/** What may be asked from where: the gateway's routes, and the ports that pods may talk to. */
class KubernetesRoutesTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final Pattern PATH = Pattern.compile("(?m)^\\| `(/[^`]*)` \\|");
    private static final Path ASSETS =
            HOME.resolve("eval-service/src/main/resources/META-INF/resources");

    /** What takes no token: docs/access.md. */
    private static final List<String> INSIDE =
            List.of(
                    "/q/metrics",
                    "/q/health",
                    "/q/health/ready",
                    "/q",
                    "/openapi",
                    "/openapi.json",
                    "/jobs");

    @ParameterizedTest
    @EnumSource(
            value = Service.class,
            names = {"TOKENIZER", "TRAINER", "EVALUATION"})
    void aRouteTakesWhatAServiceIsAskedAndNothingThatTakesNoToken(Service service)
            throws IOException {
        // When
        Manifest rule =
                Rendered.of(Overlay.PROD).one("HTTPRoute", service.folder()).at("spec", "rules", 0);

        // Then
        assertThat(paths(service))
                .isNotEmpty()
                .allSatisfy(path -> assertThat(takes(rule, path)).as(path).isTrue());
        assertThat(INSIDE).allSatisfy(path -> assertThat(takes(rule, path)).as(path).isFalse());
    }

    @Test
    void theRouteOfPagesTakesWhatTheyAreDrawnWith() throws IOException {
        // Given
        List<String> assets;
        try (Stream<Path> files = Files.walk(ASSETS)) {
            assets =
                    files.filter(Files::isRegularFile)
                            .map(file -> "/" + ASSETS.relativize(file))
                            .toList();
        }

        // When
        Manifest rule =
                Rendered.of(Overlay.PROD)
                        .one("HTTPRoute", Service.EVALUATION.folder())
                        .at("spec", "rules", 0);

        // Then
        assertThat(assets)
                .isNotEmpty()
                .allSatisfy(path -> assertThat(takes(rule, path)).as(path).isTrue());
    }

    @Test
    void everyRouteLeadsToAPortOfAService() {
        // When
        Rendered resources = Rendered.of(Overlay.PROD);
        List<Manifest> routes = resources.ofKind("HTTPRoute").toList();

        // Then
        assertThat(routes).hasSize(3);
        for (Manifest route : routes) {
            assertThat(route.at("spec", "rules").elements()).hasSize(1);
            Manifest target = route.at("spec", "rules", 0, "backendRefs", 0);
            assertThat(
                            resources
                                    .one("Service", target.at("name").text())
                                    .at("spec", "ports", 0, "port")
                                    .tree())
                    .isEqualTo(target.at("port").tree());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void namesAreAskedForWhereverTheyAreServed(Overlay overlay) {
        // When
        Manifest rules = Rendered.of(overlay).one("NetworkPolicy", "names").at("spec", "egress");

        // Then
        assertThat(rules.elements()).hasSize(1);
        assertThat(rules.at(0).find("to")).isEmpty();
        Set<String> ports =
                rules.at(0, "ports").elements().stream()
                        .map(port -> port.at("protocol").text() + port.at("port").text())
                        .collect(Collectors.toSet());
        assertThat(ports).containsExactlyInAnyOrder("UDP53", "TCP53", "UDP5353", "TCP5353");
    }

    /** What a service can be asked, by the table of docs/access.md, which a test keeps true. */
    private static List<String> paths(Service service) throws IOException {
        String page = Files.readString(HOME.resolve("docs/access.md"));
        int start = page.indexOf("\n### " + service.folder() + "\n");
        int next = page.indexOf("\n### ", start + 1);
        List<String> paths = new ArrayList<>();
        String section = page.substring(start, next < 0 ? page.length() : next);
        for (MatchResult row : PATH.matcher(section).results().toList()) {
            paths.add(row.group(1));
        }
        return paths;
    }

    /** As the Gateway API has it: a prefix is one of whole elements of a path. */
    private static boolean takes(Manifest rule, String path) {
        List<Manifest> matches =
                rule.find("matches").map(Manifest::elements).orElse(List.of()).stream()
                        .map(match -> match.at("path"))
                        .toList();
        return matches.isEmpty()
                || matches.stream()
                        .anyMatch(
                                match ->
                                        path.equals(match.at("value").text())
                                                || match.at("type").text().equals("PathPrefix")
                                                        && path.startsWith(
                                                                match.at("value").text() + "/"));
    }
}
