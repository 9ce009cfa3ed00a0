/** References to stored dictionaries come in, dictionaries to start training from go out. */
package org.lexicographer.trainer.initial;
