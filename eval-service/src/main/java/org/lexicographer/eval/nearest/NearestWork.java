package org.lexicographer.eval.nearest;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.architecture.AffineDictionary;
import org.lexicographer.eval.evaluator.SplicedDictionary;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.latent.companion.Neighbours;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.nearest.NearestLatents.Both;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.WorkClaims;

/** Compares the pairs of dictionaries that are wanted and that no other replica has claimed. */
public final class NearestWork {

    private final DictionaryStore dictionaries;
    private final NearestStore nearest;
    private final WorkClaims claims;

    public NearestWork(DictionaryStore dictionaries, NearestStore nearest, WorkClaims claims) {
        this.dictionaries = dictionaries;
        this.nearest = nearest;
        this.claims = claims;
    }

    /** Returns the pairs that are wanted. */
    public List<DictionaryPair> wanted() {
        return nearest.wanted();
    }

    /**
     * Compares a pair, unless another replica does or did. Both dictionaries are in memory
     * meanwhile.
     *
     * @return whether this replica has compared it
     */
    public boolean compare(DictionaryPair pair) {
        boolean free = !nearest.has(pair);
        if (free && !claims.claim(pair.path())) {
            return false;
        }
        boolean done = !free;
        try {
            if (free) {
                nearest.put(compared(pair));
                done = true;
            }
            nearest.settle(pair);
        } finally {
            if (!done) {
                claims.release(pair.path());
            }
        }
        return free;
    }

    /** Takes note of why a pair was not compared; it is tried again when it is wanted again. */
    public void giveUp(DictionaryPair pair, String reason) {
        nearest.put(NearestLatents.failed(pair, reason));
        nearest.settle(pair);
    }

    private NearestLatents compared(DictionaryPair pair) {
        try (NDManager scope = NDManager.newBaseManager(Device.cpu())) {
            SplicedDictionary first = load(pair.first(), scope);
            SplicedDictionary second = load(pair.second(), scope);
            return new NearestLatents(pair, tables(first, second), Optional.empty());
        } catch (UnusableInputException e) {
            return NearestLatents.failed(pair, e.getMessage());
        }
    }

    private SplicedDictionary load(Member member, NDManager scope) {
        return dictionaries.files(member.prefix()).splice(scope);
    }

    private static Map<NearestDefinition, Both> tables(
            SplicedDictionary first, SplicedDictionary second) {
        AffineDictionary one = affine(first);
        AffineDictionary other = affine(second);
        Map<NearestDefinition, Both> tables = new EnumMap<>(NearestDefinition.class);
        // Rows of decoders that reconstruct different sites are directions of different spaces.
        if (first.target().equals(second.target())) {
            tables.put(NearestDefinition.DECODER, both(one.decoderWeight(), other.decoderWeight()));
        }
        try (NDArray rows = one.encoderWeight().transpose(); // (F, D)
                NDArray others = other.encoderWeight().transpose()) { // (G, D)
            tables.put(NearestDefinition.ENCODER, both(rows, others));
        }
        return tables;
    }

    private static AffineDictionary affine(SplicedDictionary spliced) {
        if (spliced.dictionary() instanceof AffineDictionary affine) {
            return affine;
        }
        throw new UnusableInputException(
                "no directions to compare: expected=an encoder and a decoder, found="
                        + spliced.dictionary().getClass().getSimpleName());
    }

    private static Both both(NDArray rows, NDArray others) {
        if (rows.getShape().get(1) != others.getShape().get(1)) {
            throw new UnusableInputException(
                    "activation width mismatch: expected=%d, found=%d"
                            .formatted(rows.getShape().get(1), others.getShape().get(1)));
        }
        Neighbours.Between found = Neighbours.between(rows, others);
        return new Both(NearestTable.of(found.ofRows()), NearestTable.of(found.ofOthers()));
    }
}
