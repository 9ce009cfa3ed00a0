package org.lexicographer.allinone.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Hands out loopback ports that are free, each once; the usual one of a server if it can. */
public final class FreePorts {

    private final Set<Integer> taken = new HashSet<>();

    /** Returns the wanted port, or another one when somebody listens there. */
    public int take(int wanted) {
        int port = isFree(wanted) ? wanted : any();
        return taken.add(port) ? port : take(0);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.isBound() && port != 0;
        } catch (IOException occupied) {
            return false;
        }
    }

    private static int any() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("no free port", e);
        }
    }
}
