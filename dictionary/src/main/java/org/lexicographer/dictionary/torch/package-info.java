/**
 * The bytes of a file that {@code torch.save} wrote go in and its tensors come out, and back; no
 * other object can come out, and no code runs.
 *
 * <p>{@link org.lexicographer.dictionary.torch.TorchFile} is the way in. A file is a zip of one
 * pickle, which names the tensors, and one entry of raw bytes per storage.
 */
package org.lexicographer.dictionary.torch;
