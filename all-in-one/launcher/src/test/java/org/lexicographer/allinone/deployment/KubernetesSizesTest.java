package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;

/** How much disk and time pods have, and what the services in them may take of it. */
class KubernetesSizesTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final String EVAL = "eval-service/src/main/";
    private static final String CACHE_SIZE = "LANGUAGE_MODEL_CACHE_SIZE";

    /** What a container logs and writes beside its folders until the kubelet turns its log over. */
    private static final long BESIDE_THE_FOLDERS = 1L << 30;

    /** Imports and exports of the largest size at a time. */
    private static final int TRANSFERS = 2;

    private static final Pattern KEPT = Pattern.compile("KEPT_BYTES = (\\d)L << 30;");
    private static final Pattern LARGEST_IMPORT =
            Pattern.compile("@WithDefault\\(\"(\\d+)G\"\\)\\s+MemorySize maxImportSize");
    private static final Pattern LARGEST_BODY = Pattern.compile("max-body-size=(\\d+)G");

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void aPodThatLeavesIsWaitedFor(Overlay overlay) throws IOException {
        for (Service service : Service.values()) {
            // When
            Rendered resources = Rendered.of(overlay);
            Manifest pod = resources.pod(service);
            int grace = pod.at("terminationGracePeriodSeconds").number();
            int beforehand =
                    pod.at("containers", 0, "lifecycle", "preStop", "sleep", "seconds").number();
            String jobs = resources.value(service, TimeToLeave.JOBS).orElse(TimeToLeave.USUAL_JOBS);

            // Then
            assertThat(Duration.ofSeconds(grace - beforehand))
                    .as("%s", service)
                    .isGreaterThanOrEqualTo(TimeToLeave.of(jobs));
        }
    }

    @Test
    void whatTheFileOfAServiceSaysIsWhatIsRendered() throws IOException {
        // Given
        Rendered base = Rendered.of(Overlay.BASE);

        for (Service service : Service.values()) {
            // When
            Path file = Overlay.KUBERNETES.resolve("base/" + service.folder() + ".yaml");
            List<Manifest> written = Manifest.file(file);

            // Then
            for (Manifest resource : written) {
                assertIsIn(
                        base.one(resource.kind(), resource.name()).tree(),
                        resource.tree(),
                        service + " " + resource.kind());
            }
        }
    }

    /** Whatever was written is there; lists of named things by their names, images but for tags. */
    private static void assertIsIn(Object rendered, Object written, String where) {
        switch (written) {
            case Map<?, ?> map ->
                    map.forEach(
                            (key, value) ->
                                    assertIsIn(
                                            ((Map<?, ?>) rendered).get(key),
                                            value,
                                            where + "." + key));
            case List<?> list when list.getFirst() instanceof Map<?, ?> ->
                    list.forEach(
                            element -> assertIsIn(like(rendered, element), element, where + "[]"));
            default -> {
                if (!where.endsWith("[].image")) {
                    assertThat(rendered).as(where).isEqualTo(written);
                }
            }
        }
    }

    private static Object like(Object rendered, Object element) {
        assertThat(rendered).isInstanceOf(Collection.class);
        for (String key : List.of("name", "mountPath", "topologyKey")) {
            Object value = ((Map<?, ?>) element).get(key);
            if (value != null) {
                return ((Collection<?>) rendered)
                        .stream()
                                .filter(it -> value.equals(((Map<?, ?>) it).get(key)))
                                .findFirst()
                                .orElseThrow(() -> new AssertionError("no " + element));
            }
        }
        throw new AssertionError("not known by a name: " + element);
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void aPodMayFillItsFoldersWithoutBeingMoved(Overlay overlay) {
        for (Service service : Service.values()) {
            // When
            Manifest pod = Rendered.of(overlay).pod(service);
            long folders =
                    pod.at("volumes").elements().stream()
                            .flatMap(volume -> volume.find("emptyDir", "sizeLimit").stream())
                            .mapToLong(size -> ContainerMemory.bytes(size.text()))
                            .sum();

            // Then
            assertThat(
                            ContainerMemory.bytes(
                                    pod.at("containers", 0, "resources", "limits")
                                            .at("ephemeral-storage")
                                            .text()))
                    .as("%s", service)
                    .isGreaterThanOrEqualTo(folders + BESIDE_THE_FOLDERS);
        }
    }

    /**
     * A page's import is there three times: as Quarkus takes it in, as a zip, and unpacked; an
     * export twice, as it is stored and as a zip.
     */
    @ParameterizedTest
    @EnumSource(Overlay.class)
    void importsOfTheLargestSizeFitBesideWhatIsKept(Overlay overlay) throws IOException {
        // Given
        long kept = gibibytes(KEPT, EVAL + "java/org/lexicographer/eval/service/EvalBeans.java");
        long unpacked =
                gibibytes(
                        LARGEST_IMPORT,
                        EVAL + "java/org/lexicographer/eval/service/EvalConfig.java");
        long body = gibibytes(LARGEST_BODY, EVAL + "resources/application.properties");

        // When
        long scratch =
                ContainerMemory.bytes(
                        volume(Rendered.of(overlay).pod(Service.EVALUATION), "scratch")
                                .at("emptyDir", "sizeLimit")
                                .text());

        // Then
        long imported = body + body + unpacked;
        long exported = 2 * unpacked;
        assertThat(scratch)
                .isGreaterThanOrEqualTo(
                        kept + TRANSFERS * imported + exported + BESIDE_THE_FOLDERS);
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void copiesOfLanguageModelsFitIntoTheirVolume(Overlay overlay) {
        for (Service service : List.of(Service.ACTIVATION, Service.EVALUATION)) {
            // When
            Rendered resources = Rendered.of(overlay);
            Manifest volume = volume(resources.pod(service), "models");
            String size =
                    volume.find("emptyDir", "sizeLimit")
                            .or(
                                    () ->
                                            volume.find("persistentVolumeClaim", "claimName")
                                                    .map(claim -> claimed(resources, claim.text())))
                            .orElseThrow()
                            .text();
            long cache = ContainerMemory.bytes(resources.value(service, CACHE_SIZE).orElseThrow());

            // Then
            assertThat(cache)
                    .as("%s", service)
                    .isGreaterThan(ContainerMemory.bytes(size) / 2)
                    .isLessThan(ContainerMemory.bytes(size));
        }
    }

    private static Manifest claimed(Rendered resources, String name) {
        return resources
                .one("PersistentVolumeClaim", name)
                .at("spec", "resources", "requests", "storage");
    }

    private static Manifest volume(Manifest pod, String name) {
        return pod.at("volumes").elements().stream()
                .filter(volume -> volume.at("name").text().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static long gibibytes(Pattern number, String file) throws IOException {
        Matcher found = number.matcher(Files.readString(HOME.resolve(file)));
        assertThat(found.find()).as("%s in %s", number, file).isTrue();
        return Long.parseLong(found.group(1)) << 30;
    }
}
