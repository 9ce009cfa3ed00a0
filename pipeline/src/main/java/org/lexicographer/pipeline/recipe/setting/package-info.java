/** Settings that several types of recipe share. */
package org.lexicographer.pipeline.recipe.setting;
