/** What the trainer's parts say in, meters for an operator out. */
package org.lexicographer.trainer.service.meter;
