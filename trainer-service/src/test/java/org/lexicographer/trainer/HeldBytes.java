package org.lexicographer.trainer;

import ai.djl.ndarray.NDArray;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts the bytes of all numbers that an object holds, directly or through others of this project:
 * native arrays, native memory and the heap's arrays of primitives. What several objects hold, and
 * what is a view of other memory, counts once.
 */
public final class HeldBytes {

    private static final String PROJECT = "org.lexicographer.";

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> waiting = new ArrayDeque<>();
    private final Map<Long, Long> nativeBytes = new HashMap<>();
    private long heapBytes;

    private HeldBytes() {}

    /** Counts what the object holds at the moment. */
    public static HeldBytes of(Object object) {
        HeldBytes count = new HeldBytes();
        count.add(object);
        while (!count.waiting.isEmpty()) {
            count.look(count.waiting.remove());
        }
        return count;
    }

    /** Returns the bytes of the heap's arrays. */
    public long onHeap() {
        return heapBytes;
    }

    /** Returns the bytes of native arrays and native memory. */
    public long offHeap() {
        return nativeBytes.values().stream().mapToLong(n -> n).sum();
    }

    /** Returns all bytes. */
    public long total() {
        return heapBytes + offHeap();
    }

    private void add(Object object) {
        if (object != null && seen.add(object)) {
            waiting.add(object);
        }
    }

    private void look(Object object) {
        switch (object) {
            case NDArray array -> add(MemorySegment.ofBuffer(array.toByteBuffer(true)));
            case MemorySegment memory ->
                    nativeBytes.merge(memory.address(), memory.byteSize(), Math::max);
            case Object[] elements -> Arrays.asList(elements).forEach(this::add);
            case Collection<?> elements -> elements.forEach(this::add);
            case Map<?, ?> map -> map.values().forEach(this::add);
            case Optional<?> optional -> optional.ifPresent(this::add);
            default -> lookInside(object);
        }
    }

    private void lookInside(Object object) {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            heapBytes += (long) Array.getLength(object) * size(type.getComponentType());
        } else if (type.getName().startsWith(PROJECT) && !type.isEnum()) {
            fields(type).forEach(field -> add(value(field, object)));
        }
    }

    private static int size(Class<?> primitive) {
        return switch (primitive.getName()) {
            case "long", "double" -> Long.BYTES;
            case "int", "float" -> Integer.BYTES;
            case "short", "char" -> Short.BYTES;
            default -> 1;
        };
    }

    private static List<Field> fields(Class<?> type) {
        List<Field> fields = new ArrayList<>();
        for (Class<?> it = type; it != Object.class; it = it.getSuperclass()) {
            for (Field field : it.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    fields.add(field);
                }
            }
        }
        return fields;
    }

    private static Object value(Field field, Object object) {
        try {
            field.setAccessible(true);
            return field.get(object);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("field cannot be read: " + field, e);
        }
    }
}
