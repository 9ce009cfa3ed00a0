package org.lexicographer.tokenizer.stage;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.lexicographer.objectstore.ObjectStore;

/** Counts what leaves the process and crashes at one of them, before or after it took effect. */
final class Crashes {

    private final int crashAt;
    private final boolean afterwards;
    private int effects;

    private Crashes(int crashAt, boolean afterwards) {
        this.crashAt = crashAt;
        this.afterwards = afterwards;
    }

    static Crashes never() {
        return new Crashes(-1, false);
    }

    static Crashes at(int effect, boolean afterwards) {
        return new Crashes(effect, afterwards);
    }

    int effects() {
        return effects;
    }

    void around(Runnable effect) {
        boolean crash = effects++ == crashAt;
        if (crash && !afterwards) {
            throw new Crash();
        }
        effect.run();
        if (crash) {
            throw new Crash();
        }
    }

    ObjectStore around(ObjectStore store) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        Crashes.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (proxy, method, arguments) -> {
                            Object[] result = new Object[1];
                            Runnable call = () -> result[0] = invoke(store, method, arguments);
                            if (method.getName().equals("put")) {
                                around(call);
                            } else {
                                call.run();
                            }
                            return result[0];
                        });
    }

    private static Object invoke(ObjectStore store, Method method, Object[] arguments) {
        try {
            return method.invoke(store, arguments);
        } catch (InvocationTargetException e) {
            throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The process is gone. */
    static final class Crash extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
