package org.lexicographer.dictionary.exchange.folder;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.pipeline.Site;

/**
 * What the files of a dictionary say of where it belongs. Files that name a place that is no site
 * of ours have no placement: they are refused when they are read.
 *
 * @param reads where it reads
 * @param reconstructs where what it reconstructs belongs
 * @param task whether those two are the same
 */
public record Placement(Stated reads, Stated reconstructs, Task task) {

    /** Nothing is said. */
    public static final Placement UNSAID =
            new Placement(Stated.NOTHING, Stated.NOTHING, Task.UNSAID);

    /** Whether a dictionary reconstructs what it reads. */
    public enum Task {
        /** It does. */
        AUTOENCODER,
        /** It reconstructs another site. */
        TRANSCODER,
        /** The files do not say. */
        UNSAID
    }

    /**
     * What is said of one site; either half may be left open.
     *
     * @param layer the number of its layer
     * @param kind its place in the layer
     */
    public record Stated(Optional<Integer> layer, Optional<Site.Kind> kind) {

        /** Nothing is said. */
        public static final Stated NOTHING = new Stated(Optional.empty(), Optional.empty());

        public Stated {
            requireNonNull(layer, "layer is null");
            requireNonNull(kind, "kind is null");
        }

        /** All is said. */
        public static Stated of(Site site) {
            return new Stated(Optional.of(site.layer()), Optional.of(site.kind()));
        }

        /** The layer alone is said. */
        public static Stated of(int layer) {
            return new Stated(Optional.of(layer), Optional.empty());
        }

        /** Returns the site, if all of it is said. */
        public Optional<Site> site() {
            if (kind.filter(it -> it == Site.Kind.EMBED).isPresent()) {
                return Optional.of(new Site(0, Site.Kind.EMBED));
            }
            return kind.flatMap(it -> layer.map(number -> new Site(number, it)));
        }

        /** Tells whether a site is what is said. */
        public boolean admits(Site site) {
            boolean sameKind = kind.filter(it -> it != site.kind()).isEmpty();
            // The embedding has no layer; tools give it different numbers.
            boolean sameLayer =
                    site.kind() == Site.Kind.EMBED
                            ? kind.isPresent() || layer.filter(it -> it != 0).isEmpty()
                            : layer.filter(it -> it != site.layer()).isEmpty();
            return sameKind && sameLayer;
        }

        @Override
        public String toString() {
            return site().map(Site::toString)
                    .orElseGet(
                            () ->
                                    kind.map(Site.Kind::text)
                                            .or(() -> layer.map(number -> "layer " + number))
                                            .orElse("nothing"));
        }
    }

    public Placement {
        requireNonNull(reads, "reads is null");
        requireNonNull(reconstructs, "reconstructs is null");
        requireNonNull(task, "task is null");
    }

    /** An autoencoder at a place. */
    public static Placement autoencoder(Stated place) {
        return new Placement(place, place, Task.AUTOENCODER);
    }

    /** A transcoder between two places. */
    public static Placement transcoder(Stated reads, Stated reconstructs) {
        return new Placement(reads, reconstructs, Task.TRANSCODER);
    }

    /** A dictionary that reads one site and reconstructs another, or the same. */
    public static Placement of(Site reads, Site reconstructs) {
        return new Placement(
                Stated.of(reads),
                Stated.of(reconstructs),
                reads.equals(reconstructs) ? Task.AUTOENCODER : Task.TRANSCODER);
    }

    /**
     * Tells whether the caller must name the site that it reconstructs, because the files do not.
     */
    public boolean lacksTarget() {
        return task == Task.TRANSCODER && reconstructs.site().isEmpty();
    }

    /**
     * Returns the site that a dictionary reconstructs when it reads a site.
     *
     * @param site where it is to read
     * @param named the site that the caller names, if any
     * @throws DictionaryException when the files say otherwise, or nobody names the target of a
     *     transcoder
     */
    public Site target(Site site, Optional<Site> named) {
        check("site", reads, site);
        if (named.isEmpty() && lacksTarget()) {
            throw new DictionaryException(
                    "reconstructs missing: a transcoder whose files do not name its target");
        }
        Site target = named.or(reconstructs::site).orElse(site);
        check("reconstructs", reconstructs, target);
        boolean same = target.equals(site);
        if (same ? lacksTarget() : task == Task.AUTOENCODER) {
            throw new DictionaryException(
                    "reconstructs mismatch: site=%s, reconstructs=%s, found=%s in the files"
                            .formatted(site, target, same ? "a transcoder" : "an autoencoder"));
        }
        return target;
    }

    private static void check(String what, Stated stated, Site requested) {
        if (!stated.admits(requested)) {
            throw new DictionaryException(
                    "%s mismatch: expected=%s, found=%s in the files"
                            .formatted(what, requested, stated));
        }
    }
}
