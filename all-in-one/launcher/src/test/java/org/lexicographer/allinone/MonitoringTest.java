package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;
import org.lexicographer.testing.MeterTable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What watches the services asks for what the services show. */
class MonitoringTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final Path MONITORING = HOME.resolve("k8s/components/monitoring");
    private static final Path RULES = MONITORING.resolve("rules.yaml");
    private static final Path OPERATIONS = HOME.resolve("docs/operations.md");

    /** Meters of Quarkus, which a system test finds on every service. */
    private static final Set<String> OF_EVERY_SERVICE =
            Set.of("process_cpu_usage", "jvm_memory_used_bytes");

    private static final Pattern METER = Pattern.compile("\\b(lexicographer|process|jvm)_\\w+");
    private static final Pattern OF_A_FORM = Pattern.compile("__name__=~\"[^\"]*\"");
    private static final Pattern OF_NAMESPACE = Pattern.compile("namespace=~\"\\$namespace\"");
    private static final Pattern OF_SUMMARY = Pattern.compile("_(sum|count|max)$");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rules.yaml",
                "rules-test.yaml",
                "dashboards/operators.json",
                "dashboards/researchers.json",
                "../scaling/activation-service.yaml",
                "../scaling/trainer-service.yaml"
            })
    void everyMeterIsOneOfTheServices(String file) throws IOException {
        // Given
        Set<String> meters = new TreeSet<>(MeterTable.names(HOME.resolve("docs/metrics.md")));
        meters.addAll(OF_EVERY_SERVICE);

        // When
        Set<String> asked =
                METER.matcher(Files.readString(MONITORING.resolve(file)))
                        .results()
                        .map(match -> match.group())
                        .map(name -> meters.contains(name) ? name : ofSummary(name))
                        .filter(name -> !name.equals("lexicographer_"))
                        .collect(Collectors.toCollection(TreeSet::new));

        // Then
        assertThat(asked).isNotEmpty();
        assertThat(meters).containsAll(asked);
    }

    private static String ofSummary(String name) {
        return OF_SUMMARY.matcher(name).replaceFirst("");
    }

    @Test
    void everyAlertIsTestedAndExplained() throws IOException {
        // When
        List<String> alerts = yaml(Files.readString(RULES)).findValuesAsText("alert");

        // Then
        assertThat(alerts).isNotEmpty().doesNotHaveDuplicates();
        assertThat(
                        yaml(Files.readString(MONITORING.resolve("rules-test.yaml")))
                                .findValuesAsText("alertname"))
                .containsAll(alerts);
        assertThat(Files.readString(OPERATIONS))
                .contains(alerts.stream().map(alert -> "| `" + alert + "` |").toList());
    }

    @Test
    void prometheusReadsWhatIsBelowTheSpecOfTheRules() throws IOException {
        // When: as docker compose and ./check cut it
        String cut =
                Files.readString(RULES)
                        .lines()
                        .dropWhile(line -> !line.equals("spec:"))
                        .skip(1)
                        .map(line -> line.replaceFirst("^  ", ""))
                        .collect(Collectors.joining("\n"));

        // Then
        assertThat(yaml(cut)).isEqualTo(yaml(Files.readString(RULES)).get("spec"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"operators", "researchers"})
    void aDashboardIsOneThatGrafanaTakes(String name) throws IOException {
        // When
        Path file = MONITORING.resolve("dashboards/%s.json".formatted(name));
        JsonNode dashboard = new ObjectMapper().readTree(file.toFile());

        // Then
        assertThat(dashboard.path("uid").asText()).isEqualTo("lexicographer-" + name);
        assertThat(dashboard.path("schemaVersion").isInt()).isTrue();
        List<Integer> ids = new ArrayList<>();
        for (JsonNode panel : dashboard.path("panels")) {
            ids.add(panel.path("id").asInt());
            assertThat(panel.path("title").asText()).isNotEmpty();
            assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
                    .as("right edge of %s", panel.path("title"))
                    .isLessThanOrEqualTo(24);
            boolean isRow = panel.path("type").asText().equals("row");
            assertThat(panel.findValuesAsText("expr").isEmpty()).isEqualTo(isRow);
            assertThat(isRow || !panel.path("description").asText().isEmpty())
                    .as("description of %s", panel.path("title"))
                    .isTrue();
        }
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(dashboard.findValuesAsText("uid"))
                .as("sources are chosen on the page")
                .containsOnly("lexicographer-" + name, "${datasource}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"operators", "researchers"})
    void everyQueryOfADashboardIsOfTheNamespacesThatWereChosen(String name) throws IOException {
        // When
        JsonNode dashboard =
                new ObjectMapper()
                        .readTree(
                                MONITORING.resolve("dashboards/%s.json".formatted(name)).toFile());
        List<String> queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
        List<String> variables = dashboard.path("templating").findValuesAsText("name");
        dashboard.path("templating").findValuesAsText("query").stream()
                .filter(query -> query.contains("__name__"))
                .forEach(queries::add);

        // Then
        assertThat(variables).startsWith("datasource", "namespace");
        assertThat(queries)
                .isNotEmpty()
                .allSatisfy(
                        query ->
                                assertThat(count(OF_NAMESPACE, query))
                                        .as(query)
                                        .isEqualTo(selectors(query)));
    }

    /** How many meters, or sets of those whose names are of a form, a query asks for. */
    private static long selectors(String query) {
        return count(OF_A_FORM, query) + count(METER, OF_A_FORM.matcher(query).replaceAll(""));
    }

    private static long count(Pattern pattern, String text) {
        return pattern.matcher(text).results().count();
    }

    @Test
    void everyAlertSaysOfWhichInstallationItIs() throws IOException {
        assertThat(yaml(Files.readString(RULES)).findValuesAsText("expr"))
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule).containsPattern("(by|on) \\(namespace\\b"));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void composeScrapesEveryServiceUnderItsName(Service service) throws IOException {
        // When
        JsonNode compose = yaml(Files.readString(HOME.resolve("docker-compose.yml")));
        JsonNode scrapes =
                yaml(compose.at("/configs/prometheus/content").asText()).path("scrape_configs");

        // Then
        assertThat(scrapes)
                .anySatisfy(
                        scrape -> {
                            assertThat(scrape.path("job_name").asText())
                                    .isEqualTo(service.folder());
                            assertThat(scrape.path("metrics_path").asText())
                                    .isEqualTo("/q/metrics");
                            assertThat(scrape.findPath("targets").path(0).asText())
                                    .isEqualTo(
                                            "%s:%d"
                                                    .formatted(
                                                            service.folder(), service.usualPort()));
                        });
    }

    @Test
    void composeWatchesOnTheLoopbackInterfaceAloneAndOnlyWhenAsked() throws IOException {
        // When
        JsonNode services =
                yaml(Files.readString(HOME.resolve("docker-compose.yml"))).path("services");

        // Then
        for (String watcher : List.of("prometheus", "grafana", "jaeger")) {
            assertThat(services.at("/%s/profiles/0".formatted(watcher)).asText())
                    .isEqualTo("observe");
            assertThat(services.at("/%s/ports".formatted(watcher)))
                    .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:"));
        }
        assertThat(services.path("prometheus").path("volumes").path(0).asText())
                .startsWith("./k8s/components/monitoring:");
        assertThat(services.path("grafana").path("volumes").path(0).asText())
                .startsWith("./k8s/components/monitoring/dashboards:");
    }

    private static JsonNode yaml(String text) {
        Map<?, ?> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return new ObjectMapper().valueToTree(read);
    }
}
