package org.lexicographer.eval.nearest;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;

/**
 * Checkpoints of two dictionaries of a run at one site, whose latents are compared.
 *
 * @param first the one whose recipe's name comes first
 * @param second the other
 */
public record DictionaryPair(Member first, Member second) {

    public DictionaryPair {
        requireNonNull(first, "first is null");
        requireNonNull(second, "second is null");
        if (!areComparable(first.dictionary, second.dictionary)
                || first.dictionary.recipe().compareTo(second.dictionary.recipe()) >= 0) {
            throw new IllegalArgumentException(
                    "not a pair: expected=two dictionaries of one run and site by their recipes'"
                            + " names, found=%s and %s"
                                    .formatted(first.dictionary, second.dictionary));
        }
    }

    /**
     * A checkpoint of a dictionary.
     *
     * @param dictionary run, site and recipe
     * @param step the number of training steps it has had
     */
    public record Member(DictionaryId dictionary, long step) {

        public Member {
            requireNonNull(dictionary, "dictionary is null");
        }

        /** Returns the prefix of the checkpoint's files. */
        String prefix() {
            return ObjectKeys.dictionary(dictionary, step);
        }

        private String path() {
            return dictionary.recipe() + "/" + ObjectKeys.step(step);
        }
    }

    /** Tells whether two are different dictionaries of one run that read the same site. */
    public static boolean areComparable(DictionaryId one, DictionaryId other) {
        return one.run().equals(other.run())
                && one.site().equals(other.site())
                && !one.recipe().equals(other.recipe());
    }

    /** Returns the pair of two comparable dictionaries, in whichever order they are given. */
    public static DictionaryPair of(Member one, Member other) {
        boolean inOrder = one.dictionary.recipe().compareTo(other.dictionary.recipe()) < 0;
        return inOrder ? new DictionaryPair(one, other) : new DictionaryPair(other, one);
    }

    /** Returns all pairs among checkpoints of one run, each of another dictionary, by name. */
    public static List<DictionaryPair> among(List<Member> checkpoints) {
        List<DictionaryPair> pairs = new ArrayList<>();
        for (int i = 0; i < checkpoints.size(); i++) {
            for (Member other : checkpoints.subList(i + 1, checkpoints.size())) {
                if (areComparable(checkpoints.get(i).dictionary, other.dictionary)) {
                    pairs.add(of(checkpoints.get(i), other));
                }
            }
        }
        pairs.sort(Comparator.comparing(DictionaryPair::path));
        return pairs;
    }

    /** Returns the part of a key that names it: {@code run/site/recipe/step-N/recipe/step-N}. */
    String path() {
        return "%s/%s/%s/%s"
                .formatted(
                        first.dictionary.run(),
                        first.dictionary.site(),
                        first.path(),
                        second.path());
    }

    /** Reads a {@link #path}. */
    static DictionaryPair parse(String path) {
        String[] parts = path.split("/");
        return new DictionaryPair(
                member(parts[0], parts[1], parts[2], parts[3]),
                member(parts[0], parts[1], parts[4], parts[5]));
    }

    private static Member member(String run, String site, String recipe, String step) {
        return new Member(
                new DictionaryId(run, Site.parse(site), recipe),
                ObjectKeys.parseStep(step).orElseThrow());
    }

    /** Returns the other one, of which a member is given. */
    Member otherThan(DictionaryId dictionary) {
        return first.dictionary.equals(dictionary) ? second : first;
    }
}
