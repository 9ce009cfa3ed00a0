/** Reports of training steps in, the decision that a dictionary has had its last step out. */
package org.lexicographer.trainer.watch;
