package org.lexicographer.dictionary.torch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.lexicographer.dictionary.DictionaryException;

/**
 * Runs a pickle on a stack that holds nothing but numbers, texts, tuples, dicts and tensors.
 *
 * <p>A pickle is a program. What it may call is in {@link PickleCalls}; any other name, and any
 * opcode not in {@link Pickle}, is refused. Each opcode makes at most one object, no larger than
 * the bytes it was read from.
 */
final class PickleReader {

    /** What stands on the stack where no value does. */
    private enum Marker {
        MARK,
        NONE
    }

    private final ByteBuffer code;
    private final PickleCalls calls;
    private final Deque<Object> stack = new ArrayDeque<>();
    private final Map<Long, Object> memo = new HashMap<>();

    private PickleReader(ByteBuffer code, TensorBuilder tensors) {
        this.code = code.slice().order(LITTLE_ENDIAN);
        this.calls = new PickleCalls(tensors);
    }

    /**
     * Returns what the pickle describes: a number, text, list (of tuples too), map or tensor.
     *
     * @throws DictionaryException when it is not well-formed or names anything else
     */
    static Object read(ByteBuffer code, TensorBuilder tensors) {
        try {
            return new PickleReader(code, tensors).run();
        } catch (BufferUnderflowException | NoSuchElementException e) {
            throw new DictionaryException("pickle not well-formed: it ends too early", e);
        }
    }

    private Object run() {
        while (true) {
            int opcode = Byte.toUnsignedInt(code.get());
            if (opcode == Pickle.STOP) {
                return value(stack.pop());
            }
            run(opcode);
        }
    }

    private void run(int opcode) {
        switch (opcode) {
            case Pickle.PROTO -> checkProtocol(Byte.toUnsignedInt(code.get()));
            case Pickle.FRAME -> code.getLong();
            case Pickle.MARK -> stack.push(Marker.MARK);
            case Pickle.NONE -> stack.push(Marker.NONE);
            case Pickle.NEWTRUE -> stack.push(true);
            case Pickle.NEWFALSE -> stack.push(false);
            case Pickle.BININT -> stack.push((long) code.getInt());
            case Pickle.BININT1 -> stack.push(Byte.toUnsignedLong(code.get()));
            case Pickle.BININT2 -> stack.push(Short.toUnsignedLong(code.getShort()));
            case Pickle.LONG1 -> stack.push(wideInteger());
            case Pickle.BINFLOAT -> stack.push(bigEndianDouble());
            case Pickle.BINUNICODE -> stack.push(text(Integer.toUnsignedLong(code.getInt())));
            case Pickle.SHORT_BINUNICODE -> stack.push(text(Byte.toUnsignedLong(code.get())));
            case Pickle.BINUNICODE8 -> stack.push(text(code.getLong()));
            case Pickle.EMPTY_TUPLE -> stack.push(List.of());
            case Pickle.TUPLE -> stack.push(sinceMark());
            case Pickle.TUPLE1 -> stack.push(last(1));
            case Pickle.TUPLE2 -> stack.push(last(2));
            case Pickle.TUPLE3 -> stack.push(last(3));
            case Pickle.EMPTY_LIST -> stack.push(new ArrayList<>());
            case Pickle.APPEND -> append(last(1));
            case Pickle.APPENDS -> append(sinceMark());
            case Pickle.EMPTY_DICT -> stack.push(new StateDict());
            case Pickle.SETITEM -> put(last(2));
            case Pickle.SETITEMS -> put(sinceMark());
            default -> runNames(opcode);
        }
    }

    /** Runs the opcodes that refer to something: to a memo, a name, a storage. */
    private void runNames(int opcode) {
        switch (opcode) {
            case Pickle.BINPUT -> memo.put(Byte.toUnsignedLong(code.get()), stack.getFirst());
            case Pickle.LONG_BINPUT ->
                    memo.put(Integer.toUnsignedLong(code.getInt()), stack.getFirst());
            case Pickle.MEMOIZE -> memo.put((long) memo.size(), stack.getFirst());
            case Pickle.BINGET -> stack.push(remembered(Byte.toUnsignedLong(code.get())));
            case Pickle.LONG_BINGET ->
                    stack.push(remembered(Integer.toUnsignedLong(code.getInt())));
            case Pickle.GLOBAL -> stack.push(PickleCalls.global(line(), line()));
            case Pickle.STACK_GLOBAL -> {
                List<Object> names = last(2);
                stack.push(
                        PickleCalls.global(
                                PickleValues.text(names.getFirst()),
                                PickleValues.text(names.getLast())));
            }
            case Pickle.BINPERSID -> stack.push(calls.storage(value(stack.pop())));
            case Pickle.REDUCE -> {
                List<Object> call = last(2);
                stack.push(calls.call(call.getFirst(), call.getLast()));
            }
            case Pickle.BUILD -> build();
            default ->
                    throw new DictionaryException(
                            "pickle refused: opcode=0x%02x, at=%d"
                                    .formatted(opcode, code.position() - 1));
        }
    }

    private static void checkProtocol(int protocol) {
        if (protocol > Pickle.MAX_PROTOCOL) {
            throw new DictionaryException(
                    "pickle protocol unknown: max=%d, found=%d"
                            .formatted(Pickle.MAX_PROTOCOL, protocol));
        }
    }

    private long wideInteger() {
        int bytes = Byte.toUnsignedInt(code.get());
        if (bytes > Long.BYTES) {
            throw new DictionaryException("pickle not well-formed: integer bytes=" + bytes);
        }
        long value = 0;
        for (int i = 0; i < bytes; i++) {
            long digit = i == bytes - 1 ? code.get() : Byte.toUnsignedLong(code.get());
            value |= digit << (8 * i);
        }
        return value;
    }

    private double bigEndianDouble() {
        byte[] bytes = new byte[Double.BYTES];
        code.get(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN).getDouble();
    }

    private String text(long bytes) {
        if (bytes < 0 || bytes > code.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer text = code.slice(code.position(), (int) bytes);
        code.position(code.position() + (int) bytes);
        return StandardCharsets.UTF_8.decode(text).toString();
    }

    private String line() {
        int start = code.position();
        while (code.get() != '\n') {
            if (code.position() - start > 200) {
                throw new DictionaryException("pickle not well-formed: name too long");
            }
        }
        ByteBuffer text = code.slice(start, code.position() - 1 - start);
        return StandardCharsets.UTF_8.decode(text).toString();
    }

    private List<Object> sinceMark() {
        List<Object> values = new ArrayList<>();
        Object top = stack.pop();
        while (top != Marker.MARK) {
            values.add(top);
            top = stack.pop();
        }
        Collections.reverse(values);
        return values;
    }

    private List<Object> last(int count) {
        List<Object> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(value(stack.pop()));
        }
        Collections.reverse(values);
        return values;
    }

    private static Object value(Object top) {
        if (top == Marker.MARK) {
            throw new DictionaryException("pickle not well-formed: mark in place of a value");
        }
        return top;
    }

    @SuppressWarnings("unchecked")
    private void append(List<Object> values) {
        if (!(stack.getFirst() instanceof ArrayList<?> list)) {
            throw PickleValues.unexpected("list", stack.getFirst());
        }
        ((ArrayList<Object>) list).addAll(values);
    }

    private void put(List<Object> pairs) {
        StateDict dict = PickleValues.dict(stack.getFirst());
        if (pairs.size() % 2 != 0) {
            throw new DictionaryException("pickle not well-formed: key without value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            dict.put(PickleValues.text(pairs.get(i)), pairs.get(i + 1));
        }
    }

    private Object remembered(long index) {
        Object value = memo.get(index);
        if (value == null) {
            throw new DictionaryException("pickle not well-formed: nothing remembered as " + index);
        }
        return value;
    }

    /** A module's state dict carries version numbers as attributes; nobody needs them. */
    private void build() {
        last(1);
        PickleValues.dict(stack.getFirst());
    }
}
