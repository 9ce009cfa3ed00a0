/** The spec of a recipe comes in, the recipe that trains by it goes out. */
package org.lexicographer.trainer.engine;
