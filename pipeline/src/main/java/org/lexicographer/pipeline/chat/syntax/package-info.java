/**
 * What a template says: its text goes in and statements with expressions come out. What is not
 * known here of Jinja is refused when it is read.
 *
 * <p>{@link org.lexicographer.pipeline.chat.syntax.StatementParser} is the way in.
 */
package org.lexicographer.pipeline.chat.syntax;
