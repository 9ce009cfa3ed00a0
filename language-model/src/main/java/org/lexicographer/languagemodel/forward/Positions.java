package org.lexicographer.languagemodel.forward;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;

/** What depends on the positions alone, made once per forward pass and shared by its blocks. */
public final class Positions {

    private final NDManager scope;
    private final int length;
    private final Map<Tables, NDList> made = new HashMap<>();
    private final Map<Device, Positions> elsewhere = new HashMap<>();

    /** How tables are made; those of equal makers are the same. */
    public interface Tables {
        /**
         * Makes the tables.
         *
         * @param length T: positions are 0 to T - 1
         * @param scope whose they are
         */
        NDList make(int length, NDManager scope);
    }

    /**
     * Creates what positions 0 to length - 1 share.
     *
     * @param scope whose the tables are
     */
    public Positions(NDManager scope, int length) {
        this.scope = scope;
        this.length = length;
    }

    /** Returns the same positions, with tables on a device. */
    Positions on(Device device) {
        return device.equals(scope.getDevice())
                ? this
                : elsewhere.computeIfAbsent(
                        device, other -> new Positions(scope.newSubManager(other), length));
    }

    /** Returns the number of positions, T. */
    public int length() {
        return length;
    }

    /** Returns the tables that a maker makes for these positions; they last as long as the pass. */
    public NDList tables(Tables maker) {
        return made.computeIfAbsent(maker, m -> m.make(length, scope));
    }
}
