package org.lexicographer.runtime.quota;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What owners have asked this replica for and is not stored yet. Of requests that come together
 * each knows of those that came before it, so that not all of them are taken for the last one that
 * fits. Nobody waits for anybody.
 *
 * @param <T> what is asked for
 */
public final class OngoingRequests<T> {

    private final Map<String, List<Request<T>>> byOwner = new HashMap<>();

    /** Two requests for the same are two. */
    private static final class Request<T> {

        private final T asked;

        Request(T asked) {
            this.asked = asked;
        }
    }

    /**
     * Checks a request, and does what it asks for.
     *
     * @param check is told what the owner's earlier requests ask for that are not done; what they
     *     have stored by the time that it looks may be among it. It throws where there is no room
     * @param action returns once what was asked for is stored, where it counts
     */
    public <R> R take(String owner, T asked, Consumer<List<T>> check, Supplier<R> action) {
        Request<T> request = new Request<>(asked);
        List<T> earlier = enter(owner, request);
        try {
            check.accept(earlier);
            return action.get();
        } finally {
            leave(owner, request);
        }
    }

    private synchronized List<T> enter(String owner, Request<T> request) {
        List<Request<T>> requests = byOwner.computeIfAbsent(owner, it -> new ArrayList<>());
        List<T> earlier = requests.stream().map(it -> it.asked).toList();
        requests.add(request);
        return earlier;
    }

    private synchronized void leave(String owner, Request<T> request) {
        List<Request<T>> requests = byOwner.get(owner);
        requests.remove(request);
        if (requests.isEmpty()) {
            byOwner.remove(owner);
        }
    }
}
