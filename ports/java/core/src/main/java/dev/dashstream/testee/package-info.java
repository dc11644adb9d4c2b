/** A testee for the conformance runner: questions on standard input, answers on standard output. */
package dev.dashstream.testee;
