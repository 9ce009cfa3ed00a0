package org.lexicographer.languagemodel.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Which device each layer is on. Layers go from device to device in their order, so that the
 * residual stream moves once from each device to the next. The embedding is where the first layer
 * is, the unembedding where the last one is.
 *
 * @param devices of each layer the device's number, from 0, never falling
 */
public record Placement(List<Integer> devices) {

    /** Checks that the devices are in order. */
    public Placement {
        devices = List.copyOf(devices);
        for (int layer = 0; layer < devices.size(); layer++) {
            int before = layer == 0 ? 0 : devices.get(layer - 1);
            if (devices.get(layer) < before) {
                throw new IllegalArgumentException(
                        "layer before its predecessor: device=%d, predecessor's=%d, layer=%d"
                                .formatted(devices.get(layer), before, layer));
            }
        }
    }

    /**
     * What is to be placed, in bytes.
     *
     * @param embedding goes with the first layer
     * @param layers at least one
     * @param unembedding goes with the last layer
     */
    public record Sizes(long embedding, List<Long> layers, long unembedding) {

        /** Checks that there is a layer. */
        public Sizes {
            layers = List.copyOf(layers);
            if (layers.isEmpty()) {
                throw new IllegalArgumentException("no layers");
            }
        }

        /** Returns the bytes that go with a layer. */
        private long of(int layer) {
            return layers.get(layer)
                    + (layer == 0 ? embedding : 0)
                    + (layer == layers.size() - 1 ? unembedding : 0);
        }
    }

    /** A division of layers among devices, and how full it leaves the fullest of them. */
    private record Division(double fullest, List<Integer> devices) {}

    /**
     * Places layers on the fewest devices that have room for them, the first ones; and among the
     * ways to do that, so that the largest share of a device's free memory that is taken is as
     * small as can be.
     *
     * @param free the bytes that weights may take of each device
     * @return empty where there is not enough room
     */
    public static Optional<Placement> of(Sizes sizes, List<Long> free) {
        Division[] ways = new Division[sizes.layers().size() + 1]; // by the number of layers
        ways[0] = new Division(0, List.of());
        for (int device = 0; device < free.size(); device++) {
            ways = withOneMore(ways, device, sizes, free.get(device));
            Division all = ways[sizes.layers().size()];
            if (all != null) {
                return Optional.of(new Placement(all.devices()));
            }
        }
        return Optional.empty();
    }

    /** Extends each division by the best span of layers on a further device. */
    private static Division[] withOneMore(Division[] before, int device, Sizes sizes, long free) {
        Division[] after = before.clone();
        for (int start = 0; start < before.length; start++) {
            long taken = 0;
            for (int end = start + 1; before[start] != null && end < before.length; end++) {
                taken += sizes.of(end - 1);
                if (taken > free) {
                    break;
                }
                double fullest = Math.max(before[start].fullest(), (double) taken / free);
                if (after[end] == null || fullest < after[end].fullest()) {
                    after[end] = new Division(fullest, extended(before[start], device, end));
                }
            }
        }
        return after;
    }

    private static List<Integer> extended(Division division, int device, int end) {
        List<Integer> devices = new ArrayList<>(division.devices());
        Integer[] span = new Integer[end - devices.size()];
        Arrays.fill(span, device);
        devices.addAll(List.of(span));
        return devices;
    }
}
