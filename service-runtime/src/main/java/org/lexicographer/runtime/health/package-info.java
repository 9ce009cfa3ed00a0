/** Questions to broker, store and threads in, answers in time for a probe out. */
package org.lexicographer.runtime.health;
