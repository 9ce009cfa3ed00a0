/** Steps and waits in, figures of what a job spends its time with out. */
package org.lexicographer.trainer.time;
