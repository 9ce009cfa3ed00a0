package org.lexicographer.pipeline.block;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Makes blocks whose checksum is right and whose content is not. */
final class Frames {

    private Frames() {}

    static byte[] reseal(byte[] block) {
        CRC32C checksum = new CRC32C();
        checksum.update(block, 12, block.length - 12);
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).putInt(8, (int) checksum.getValue());
        return block;
    }
}
