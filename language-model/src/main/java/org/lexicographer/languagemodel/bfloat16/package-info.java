/** Models whose weights are bfloat16: what DJL's arrays do not reach, as calls of one program. */
package org.lexicographer.languagemodel.bfloat16;
