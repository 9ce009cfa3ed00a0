package org.lexicographer.allinone.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.lexicographer.allinone.process.Service;

/**
 * What the user asked for.
 *
 * @param selection which images
 * @param builder what builds them; what is found otherwise
 * @param bases what to build upon, by the name of the Dockerfile's argument
 * @param labels further labels
 * @param rehearse whether start caches are made
 * @param push what their names in a registry begin with
 * @param save the folder that archives of them are written to
 */
record ImageOptions(
        Selection selection,
        Optional<ImageBuilder> builder,
        Map<String, String> bases,
        Map<String, String> labels,
        boolean rehearse,
        Optional<String> push,
        Optional<Path> save) {

    /**
     * Which images.
     *
     * @param services of which services; of all where it is empty
     * @param gpu those with CUDA, where there is one
     * @param tag their tag in place of the version
     */
    record Selection(Set<String> services, boolean gpu, Optional<String> tag) {

        /** The tags of the OCI distribution specification, with room for {@code -gpu}. */
        private static final Pattern TAG = Pattern.compile("\\w[\\w.-]{0,123}");

        Selection {
            services = Set.copyOf(services);
            List<String> all = Stream.of(Service.values()).map(Service::folder).toList();
            for (String service : services) {
                if (!all.contains(service)) {
                    throw new IllegalArgumentException(
                            "no such service: found=%s, expected=%s"
                                    .formatted(service, String.join(", ", all)));
                }
            }
            if (tag.filter(it -> !TAG.matcher(it).matches()).isPresent()) {
                throw new IllegalArgumentException(
                        "no tag: found=%s, expected=up to 124 letters, digits, '_', '.' and '-'"
                                .formatted(tag.get()));
            }
        }

        /** Returns those of all images that are meant. */
        List<ServiceImage> of(List<ServiceImage> all) {
            return all.stream()
                    .filter(image -> services.isEmpty() || services.contains(image.service()))
                    .filter(image -> image.gpu() == (gpu && hasGpu(image.service(), all)))
                    .map(image -> tag.map(image::tagged).orElse(image))
                    .toList();
        }

        private static boolean hasGpu(String service, List<ServiceImage> all) {
            return all.stream().anyMatch(it -> it.gpu() && it.service().equals(service));
        }
    }

    ImageOptions {
        bases = Map.copyOf(bases);
        labels = Map.copyOf(labels);
    }
}
