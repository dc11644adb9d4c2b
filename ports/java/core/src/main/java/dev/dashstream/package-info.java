/** Frames of DashStream: reader, writer, ledger, and files of frames. */
package dev.dashstream;
