package org.lexicographer.objectstore.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The content of an answer as it arrives. The client's own stream waits for ever where a transfer
 * has fallen silent; this one gives up. One piece at a time is on its way.
 */
final class HubBody extends InputStream implements Flow.Subscriber<List<ByteBuffer>> {

    private sealed interface Piece {}

    private record Bytes(List<ByteBuffer> buffers) implements Piece {}

    private record End() implements Piece {}

    private record Failure(Throwable reason) implements Piece {}

    private final BlockingQueue<Piece> pieces = new LinkedBlockingQueue<>();
    private final Duration silence;
    private volatile Flow.Subscription subscription;
    private volatile boolean closed;
    private List<ByteBuffer> buffers = List.of();
    private int current;
    private boolean ended;

    HubBody(Flow.Publisher<List<ByteBuffer>> publisher, Duration silence) {
        this.silence = silence;
        publisher.subscribe(this);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        while (!ended && !hasRemaining()) {
            take();
        }
        if (ended) {
            return -1;
        }
        ByteBuffer buffer = buffers.get(current);
        int count = Math.min(length, buffer.remaining());
        buffer.get(bytes, offset, count);
        return count;
    }

    private boolean hasRemaining() {
        while (current < buffers.size() && !buffers.get(current).hasRemaining()) {
            current++;
        }
        return current < buffers.size();
    }

    private void take() throws IOException {
        subscription.request(1);
        switch (next()) {
            case Bytes(List<ByteBuffer> arrived) -> {
                buffers = arrived;
                current = 0;
            }
            case End end -> ended = true;
            case Failure(Throwable reason) ->
                    throw new IOException("transfer broke off: reason=" + reason, reason);
            case null -> throw new IOException("transfer fell silent: waited=" + silence);
        }
    }

    private Piece next() throws IOException {
        try {
            return pieces.poll(silence.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading from the hub");
        }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        if (closed) {
            given.cancel();
        }
    }

    @Override
    public void onNext(List<ByteBuffer> arrived) {
        pieces.add(new Bytes(arrived));
    }

    @Override
    public void onError(Throwable reason) {
        pieces.add(new Failure(reason));
    }

    @Override
    public void onComplete() {
        pieces.add(new End());
    }

    /** What is left of the transfer is given up. */
    @Override
    public void close() {
        closed = true;
        if (subscription != null) {
            subscription.cancel();
        }
    }
}
