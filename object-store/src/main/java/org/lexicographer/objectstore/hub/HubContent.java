package org.lexicographer.objectstore.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The content of a file, continued where a transfer broke off. Length and digest are checked: the
 * last bytes of a content that is not the file's are never given out.
 */
final class HubContent extends InputStream {

    private final HubHttp http;
    private final URI uri;
    private final HubFile file;
    private final MessageDigest digest;
    private HubAnswer source;
    private long position;

    HubContent(HubHttp http, URI uri, HubFile file) {
        this.http = http;
        this.uri = uri;
        this.file = file;
        this.digest = file.digest().begin(file.size());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    /** What cannot be had is an unchecked exception of the store's; see {@link HubHttp}. */
    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == file.size()) {
            if (position == 0) {
                checkDigest();
            }
            return -1;
        }
        int most = (int) Math.min(length, file.size() - position);
        int count = http.repeated(() -> readOnce(bytes, offset, most));
        digest.update(bytes, offset, count);
        position += count;
        if (position == file.size()) {
            checkDigest();
        }
        return count;
    }

    private int readOnce(byte[] bytes, int offset, int length) throws IOException {
        try {
            if (source == null) {
                source = open();
            }
            int count = source.body().read(bytes, offset, length);
            if (count < 0) {
                throw brokeOff("end of answer");
            }
            return count;
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private HubAnswer open() throws IOException {
        HubAnswer answer = http.get(uri, position);
        boolean usable = false;
        try {
            checkLength(answer);
            if (!answer.isPart()) {
                answer.body().skipNBytes(position);
            }
            usable = true;
            return answer;
        } finally {
            if (!usable) {
                answer.close();
            }
        }
    }

    private void checkLength(HubAnswer answer) {
        long expected = answer.isPart() ? file.size() - position : file.size();
        OptionalLong found = answer.length();
        if (found.isPresent() && found.getAsLong() != expected) {
            throw HubHttp.refused(
                    "file of the hub is not as long as it was listed: expected bytes=%d, found=%d"
                            .formatted(expected, found.getAsLong()),
                    uri,
                    null);
        }
    }

    private HubOutage brokeOff(String reason) {
        return new HubOutage(
                "transfer broke off: bytesRead=%d, of=%d, reason=%s, url=%s"
                        .formatted(position, file.size(), reason, uri),
                Optional.empty(),
                null);
    }

    private void checkDigest() throws DamagedContentException {
        HubDigest found = file.digest().of(digest);
        if (!found.equals(file.digest())) {
            throw new DamagedContentException(
                    "file of the hub has another digest: expected %s=%s, found=%s, url=%s"
                            .formatted(
                                    file.digest().algorithm(),
                                    file.digest().hex(),
                                    found.hex(),
                                    uri));
        }
    }

    @Override
    public void close() throws IOException {
        if (source != null) {
            source.close();
            source = null;
        }
    }

    /** All bytes have come, and they are not the file's. */
    static final class DamagedContentException extends IOException {

        private static final long serialVersionUID = 1L;

        DamagedContentException(String message) {
            super(message);
        }
    }
}
