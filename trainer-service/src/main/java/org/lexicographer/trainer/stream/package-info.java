/** Records of activation blocks in, whole token blocks' activations in strict sequence out. */
package org.lexicographer.trainer.stream;
