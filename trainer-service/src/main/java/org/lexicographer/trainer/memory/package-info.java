/** How much memory this process may promise to jobs, what it has promised, and what it uses. */
package org.lexicographer.trainer.memory;
