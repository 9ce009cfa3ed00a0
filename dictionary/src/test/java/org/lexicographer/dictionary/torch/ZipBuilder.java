package org.lexicographer.dictionary.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Puts entries into a zip as they come. */
final class ZipBuilder {

    private record Content(String name, int method, byte[] bytes) {}

    private final String folder;
    private final List<Content> contents = new ArrayList<>();

    ZipBuilder(String folder) {
        this.folder = folder;
    }

    ZipBuilder stored(String name, byte[] bytes) {
        contents.add(new Content(name, ZipEntry.STORED, bytes));
        return this;
    }

    ZipBuilder deflated(String name, byte[] bytes) {
        contents.add(new Content(name, ZipEntry.DEFLATED, bytes));
        return this;
    }

    byte[] build() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (Content content : contents) {
                ZipEntry entry = new ZipEntry(folder + "/" + content.name());
                CRC32 crc = new CRC32();
                crc.update(content.bytes());
                entry.setMethod(content.method());
                entry.setSize(content.bytes().length);
                entry.setCrc(crc.getValue());
                zip.putNextEntry(entry);
                zip.write(content.bytes());
                zip.closeEntry();
            }
        }
        return bytes.toByteArray();
    }
}
