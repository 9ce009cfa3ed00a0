package org.lexicographer.dictionary.torch;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.dictionary.DictionaryException;

/** Writes {@link TorchFile}s, the same bytes for the same tensors. */
final class TorchFileWriter {

    private static final String FOLDER = "archive/";
    private static final int LOCAL_HEADER_BYTES = 30;
    private static final int EXTRA_HEADER_BYTES = 4;

    /** Storages start at multiples of this, so that the file can be mapped into memory. */
    private static final int ALIGNMENT = 64;

    private static final short PADDING_ID = 0x4246;

    /** Any fixed time; of the first that zips know, the JDK would also write the time zone. */
    private static final LocalDateTime SOME_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    /** What readers map into memory at once. */
    private static final long MAX_BYTES = Integer.MAX_VALUE - (1 << 20);

    private static final int CHUNK_BYTES = 1 << 16;

    private final Counted out;

    TorchFileWriter(OutputStream out) {
        this.out = new Counted(out);
    }

    void write(Map<String, TorchTensor> tensors) throws IOException {
        long size = tensors.values().stream().mapToLong(it -> it.storage().limit()).sum();
        if (size > MAX_BYTES) {
            throw new DictionaryException(
                    "too large for one file: limit=%d bytes, found=%d".formatted(MAX_BYTES, size));
        }
        ZipOutputStream zip = new ZipOutputStream(out);
        add(zip, "data.pkl", ByteBuffer.wrap(new PickleWriter().stateDict(tensors)));
        add(zip, "byteorder", ascii("little"));
        int key = 0;
        for (TorchTensor tensor : tensors.values()) {
            add(zip, "data/" + key++, tensor.storage().duplicate().rewind());
        }
        add(zip, "version", ascii("3\n"));
        zip.finish();
        zip.flush();
    }

    private static ByteBuffer ascii(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private void add(ZipOutputStream zip, String name, ByteBuffer content) throws IOException {
        zip.flush();
        ZipEntry entry = new ZipEntry(FOLDER + name);
        CRC32 crc = new CRC32();
        crc.update(content.duplicate());
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.remaining());
        entry.setCrc(crc.getValue());
        entry.setTimeLocal(SOME_TIME);
        entry.setExtra(padding(out.count + LOCAL_HEADER_BYTES + FOLDER.length() + name.length()));
        zip.putNextEntry(entry);
        byte[] chunk = new byte[Math.min(content.remaining(), CHUNK_BYTES)];
        while (content.hasRemaining()) {
            int length = Math.min(content.remaining(), chunk.length);
            content.get(chunk, 0, length);
            zip.write(chunk, 0, length);
        }
        zip.closeEntry();
    }

    private static byte[] padding(long position) {
        int length = Math.floorMod(-(position + EXTRA_HEADER_BYTES), ALIGNMENT);
        ByteBuffer extra = ByteBuffer.allocate(EXTRA_HEADER_BYTES + length).order(LITTLE_ENDIAN);
        return extra.putShort(PADDING_ID).putShort((short) length).array();
    }

    /** Writes the pickle of a state dict whose tensors own storages 0, 1, 2, ... */
    private static final class PickleWriter {

        private static final int PROTOCOL = 2;

        private final ByteArrayOutputStream code = new ByteArrayOutputStream();

        byte[] stateDict(Map<String, TorchTensor> tensors) {
            code.write(Pickle.PROTO);
            code.write(PROTOCOL);
            emptyOrderedDict();
            code.write(Pickle.MARK);
            int key = 0;
            for (Map.Entry<String, TorchTensor> entry : tensors.entrySet()) {
                text(entry.getKey());
                tensor(entry.getValue(), key++);
            }
            code.write(Pickle.SETITEMS);
            code.write(Pickle.STOP);
            return code.toByteArray();
        }

        private void emptyOrderedDict() {
            global(PickleCalls.ORDERED_DICT);
            code.write(Pickle.EMPTY_TUPLE);
            code.write(Pickle.REDUCE);
        }

        private void tensor(TorchTensor tensor, int key) {
            global(PickleCalls.REBUILD_TENSOR_2);
            code.write(Pickle.MARK);
            storage(tensor, key);
            integer(tensor.offset());
            tuple(tensor.shape());
            tuple(tensor.strides());
            code.write(Pickle.NEWFALSE);
            emptyOrderedDict();
            code.write(Pickle.TUPLE);
            code.write(Pickle.REDUCE);
        }

        private void storage(TorchTensor tensor, int key) {
            code.write(Pickle.MARK);
            text(PickleCalls.STORAGE);
            global(TensorBuilder.storageType(tensor.type()));
            text(Integer.toString(key));
            text("cpu");
            integer(tensor.storage().limit() / tensor.type().bytes());
            code.write(Pickle.TUPLE);
            code.write(Pickle.BINPERSID);
        }

        private void tuple(List<Long> values) {
            code.write(Pickle.MARK);
            values.forEach(this::integer);
            code.write(Pickle.TUPLE);
        }

        private void integer(long value) {
            code.write(Pickle.BININT);
            putInt(Math.toIntExact(value));
        }

        private void text(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            code.write(Pickle.BINUNICODE);
            putInt(utf8.length);
            code.writeBytes(utf8);
        }

        private void global(String name) {
            code.write(Pickle.GLOBAL);
            code.writeBytes((name.replace(' ', '\n') + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        private void putInt(int value) {
            code.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).order(LITTLE_ENDIAN).putInt(value).array());
        }
    }

    /** Knows how many bytes have been written, and keeps the stream open. */
    private static final class Counted extends FilterOutputStream {

        private long count;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            out.write(value);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }
    }
}
