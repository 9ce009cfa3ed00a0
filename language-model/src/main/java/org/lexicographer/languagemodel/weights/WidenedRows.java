package org.lexicographer.languagemodel.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.lexicographer.pipeline.safetensors.TensorSource;

/**
 * Rows of stored tensors, widened while somebody uses them, and afterwards for as long as a budget
 * allows. Threads that need the same rows share them.
 *
 * <p>Beyond the budget an array that nobody uses is filled anew, the one that was in use last
 * first: passes go through the layers from first to last again and again, so that its turn is the
 * furthest away.
 */
final class WidenedRows {

    private final TensorSource tensors;
    private final NDManager owner;
    private final long budget;
    private final List<Held> free = new ArrayList<>();
    private final List<Held> used = new ArrayList<>();
    private long bytes;
    private long widenings;

    /**
     * Some rows of a tensor.
     *
     * @param tensor its name
     * @param from the first row
     * @param shape of the rows, the first dimension being their number
     */
    record Rows(String tensor, long from, Shape shape) {

        long firstElement() {
            return from * (shape.size() / Math.max(1, shape.get(0)));
        }
    }

    /** An array in memory, once it has been filled, and what it holds or is to hold. */
    private static final class Held {
        private Optional<NDArray> array = Optional.empty();
        private Rows rows;
        private boolean isFilled;
        private int users;

        Held(Rows rows) {
            this.rows = rows;
        }
    }

    WidenedRows(TensorSource tensors, NDManager owner, long budget) {
        this.tensors = tensors;
        this.owner = owner;
        this.budget = budget;
    }

    /** Returns the rows, which are not to be changed, for use until the scope is closed. */
    NDArray lease(Rows rows, NDManager scope) {
        Held held = acquire(rows);
        boolean leased = false;
        try {
            NDArray view = filled(held).reshape(rows.shape()); // as asked for
            view.attach(scope);
            scope.attachInternal(UUID.randomUUID().toString(), () -> release(held));
            leased = true;
            return view;
        } finally {
            if (!leased) {
                release(held);
            }
        }
    }

    private synchronized Held acquire(Rows rows) {
        Held held =
                find(used, rows)
                        .or(() -> find(free, rows))
                        .or(() -> another(rows))
                        .orElseGet(() -> create(rows));
        free.remove(held);
        if (held.users == 0) {
            used.add(held);
        }
        held.users++;
        return held;
    }

    private static Optional<Held> find(List<Held> among, Rows rows) {
        return among.stream().filter(held -> rows.equals(held.rows)).findFirst();
    }

    /** Finds an array to fill anew, unless the budget has room for one more. */
    private Optional<Held> another(Rows rows) {
        if (bytes + rows.shape().size() * Float.BYTES <= budget) {
            return Optional.empty();
        }
        Optional<Held> last =
                free.reversed().stream()
                        .filter(held -> held.rows.shape().equals(rows.shape()))
                        .findFirst();
        last.ifPresent(
                held -> {
                    held.rows = rows;
                    held.isFilled = false;
                });
        return last;
    }

    private Held create(Rows rows) {
        bytes += rows.shape().size() * Float.BYTES;
        return new Held(rows);
    }

    /** Whoever comes first fills it, and the others wait. */
    private NDArray filled(Held held) {
        synchronized (held) {
            if (!held.isFilled) {
                held.array = Optional.of(fill(held.array, held.rows));
                held.isFilled = true;
                count();
            }
            return held.array.orElseThrow();
        }
    }

    /** Fills the array anew where it is in the CPU's memory; a GPU's arrays are made there. */
    private NDArray fill(Optional<NDArray> before, Rows rows) {
        if (before.isPresent() && !owner.getDevice().isGpu()) {
            Widening.fill(tensors, rows.tensor(), rows.firstElement(), before.get());
            return before.get();
        }
        before.ifPresent(NDArray::close);
        return Widening.made(
                rows.shape(),
                owner,
                array -> Widening.fill(tensors, rows.tensor(), rows.firstElement(), array));
    }

    private synchronized void count() {
        widenings++;
    }

    private synchronized void release(Held held) {
        held.users--;
        if (held.users == 0) {
            used.remove(held);
            free.add(held);
        }
    }

    /** Returns how often rows have been widened. */
    synchronized long widenings() {
        return widenings;
    }

    /** Returns how many bytes are in memory. */
    synchronized long bytes() {
        return bytes;
    }
}
