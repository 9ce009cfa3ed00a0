/** The settings of the recipes: which fields of a run spec decide how a dictionary is trained. */
package org.lexicographer.pipeline.recipe;
