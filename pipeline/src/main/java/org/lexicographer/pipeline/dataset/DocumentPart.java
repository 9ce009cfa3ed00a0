package org.lexicographer.pipeline.dataset;

import static java.util.Objects.requireNonNull;

/**
 * The text of a document, or the next part of it: documents of more than {@link
 * TextParts#PART_BYTES} come in several.
 *
 * @param document the number of the document within its file, from 0
 * @param line the number of the line of the file on which the document begins, from 1
 * @param text the text
 * @param last whether the document ends after this part
 */
public record DocumentPart(long document, long line, String text, boolean last)
        implements Document {

    public DocumentPart {
        requireNonNull(text, "text is null");
    }
}
