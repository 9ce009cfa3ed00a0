/** Answers that say which content they are, so that whoever has it already is not sent it again. */
package org.lexicographer.eval.service.tag;
