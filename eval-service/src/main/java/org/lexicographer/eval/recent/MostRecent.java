package org.lexicographer.eval.recent;

import static java.util.Objects.requireNonNull;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * Keeps the values that were asked for last, up to a weight of all of them together. One that
 * weighs more than that is not kept. Safe for use by several threads.
 */
public final class MostRecent<K, V> {

    private final long most;
    private final ToLongFunction<V> weight;
    private final Map<K, V> values = new LinkedHashMap<>();
    private long weighs;

    /**
     * Keeps nothing yet.
     *
     * @param most what the values may weigh together
     * @param weight what one weighs; always the same for the same value
     */
    public MostRecent(long most, ToLongFunction<V> weight) {
        this.most = most;
        this.weight = requireNonNull(weight, "weight is null");
    }

    /** Keeps so many values. */
    public static <K, V> MostRecent<K, V> ofCount(int most) {
        return new MostRecent<>(most, value -> 1);
    }

    /** Returns the value of a key, if it is kept. */
    public synchronized Optional<V> find(K key) {
        V value = values.remove(key);
        if (value != null) {
            values.put(key, value);
        }
        return Optional.ofNullable(value);
    }

    /** Keeps a value, in place of that which the key has had. */
    public synchronized void put(K key, V value) {
        remove(key);
        values.put(key, requireNonNull(value, "value is null"));
        weighs += weight.applyAsLong(value);
        Iterator<V> oldest = values.values().iterator();
        while (weighs > most) {
            weighs -= weight.applyAsLong(oldest.next());
            oldest.remove();
        }
    }

    /** Lets go of the value of a key. */
    public synchronized void remove(K key) {
        V value = values.remove(key);
        if (value != null) {
            weighs -= weight.applyAsLong(value);
        }
    }
}
