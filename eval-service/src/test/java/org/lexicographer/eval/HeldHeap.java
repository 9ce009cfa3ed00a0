package org.lexicographer.eval;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Counts the bytes of heap that an object holds, itself and through others of this project, arrays,
 * lists and hash maps, as a 64-bit JVM lays them out: headers of 12 bytes (16 of arrays),
 * references of 4, sizes in multiples of 8. What several objects hold counts once.
 */
public final class HeldHeap {

    private static final String PROJECT = "org.lexicographer.";
    private static final int REFERENCE = 4;
    private static final int MAP = 48;
    private static final int MAP_ENTRY = 32;
    private static final int LEAST_TABLE = 16;
    private static final double FULL = 0.75;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> waiting = new ArrayDeque<>();
    private long bytes;

    private HeldHeap() {}

    /** Returns what the objects hold at the moment. */
    public static long of(Object... objects) {
        HeldHeap count = new HeldHeap();
        for (Object object : objects) {
            count.add(object);
        }
        while (!count.waiting.isEmpty()) {
            count.look(count.waiting.remove());
        }
        return count.bytes;
    }

    private void add(Object object) {
        if (object != null && seen.add(object)) {
            waiting.add(object);
        }
    }

    private void look(Object object) {
        switch (object) {
            case Object[] elements -> lookAt(elements);
            case Collection<?> elements -> lookAt(elements.toArray());
            case Map<?, ?> map -> lookAt(map);
            case Integer _ -> bytes += aligned(12 + Integer.BYTES);
            default -> lookInside(object);
        }
    }

    private void lookAt(Object[] elements) {
        bytes += array(elements.length, REFERENCE);
        for (Object element : elements) {
            add(element);
        }
    }

    private void lookAt(Map<?, ?> map) {
        long table = LEAST_TABLE;
        while (map.size() > FULL * table) {
            table *= 2;
        }
        bytes += MAP + (long) MAP_ENTRY * map.size();
        bytes += map.isEmpty() ? 0 : array(table, REFERENCE);
        map.forEach(
                (key, value) -> {
                    add(key);
                    add(value);
                });
    }

    private void lookInside(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            bytes += array(Array.getLength(object), size(type.getComponentType()));
        } else if (type.getName().startsWith(PROJECT)) {
            long fields = 0;
            for (Class<?> it = type; it != Object.class; it = it.getSuperclass()) {
                for (Field field : it.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())) {
                        fields += size(field.getType());
                        lookInside(field, object);
                    }
                }
            }
            bytes += aligned(12 + fields);
        }
    }

    private void lookInside(Field field, Object object) {
        if (!field.getType().isPrimitive()) {
            try {
                field.setAccessible(true);
                add(field.get(object));
            } catch (IllegalAccessException e) {
                throw new IllegalStateException("field cannot be read: " + field, e);
            }
        }
    }

    private static long array(long length, int element) {
        return aligned(16 + length * element);
    }

    private static long aligned(long bytes) {
        return Math.ceilDiv(bytes, 8) * 8;
    }

    private static int size(Class<?> type) {
        return switch (type.getName()) {
            case "long", "double" -> Long.BYTES;
            case "int", "float" -> Integer.BYTES;
            case "short", "char" -> Short.BYTES;
            case "byte", "boolean" -> 1;
            default -> REFERENCE;
        };
    }
}
