/** Run specs and questions in, answers out: what users see of the trainer. */
package org.lexicographer.trainer.run;
