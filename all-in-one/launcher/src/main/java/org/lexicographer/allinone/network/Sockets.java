package org.lexicographer.allinone.network;

import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;

/** Ending connections that may have ended by themselves. */
final class Sockets {

    private Sockets() {}

    static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException closedAlready) {
            // There is nothing left to close.
        }
    }

    /** Ends a connection as a network that fails does: what was not sent yet is gone. */
    static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException closedAlready) {
            // As above.
        }
        close(socket);
    }

    /** Says that no more bytes come from here, and keeps reading. */
    static void endOutput(Socket socket) {
        try {
            socket.shutdownOutput();
        } catch (IOException closedAlready) {
            // As above.
        }
    }
}
